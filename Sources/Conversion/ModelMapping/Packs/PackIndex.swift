internal import Tensors

/// Finds the packs whose names a file may have, without filling in a single number: names are compared with every run
/// of digits as one sign, in one pass over the file.
struct PackIndex: Sendable {
  /// A row of a pack in the names of one of its libraries.
  private struct Slot: Sendable {
    let pack: Int
    let library: Int
    let row: Int
  }

  /// Names that may belong to a pack.
  struct Candidate {
    let pack: Int
    let library: Int
    /// The part of the required rows that were found, up to 1.
    let share: Double
  }

  private var slots: [NameHash: [Slot]] = [:]
  /// How many rows each library of each pack requires.
  private var requiredCounts: [[Int]] = []

  init(_ packs: [ModelPack]) {
    for (number, pack) in packs.enumerated() {
      requiredCounts.append(
        pack.libraries.indices.map { library in pack.rows.count { $0.isRequired(in: library) } })
      for library in pack.libraries.indices {
        let networks = pack.sampleBindings(in: library)
        for row in pack.rows.indices {
          let slot = Slot(pack: number, library: library, row: row)
          for outline in Set(pack.sampleNames(of: row, in: library, networks).map { NameHash(outlineOf: $0) }) {
            slots[outline, default: []].append(slot)
          }
        }
      }
    }
  }

  /// The packs and libraries of which more than half of the required rows occur, the best first.
  func candidates(_ names: some Sequence<some StringProtocol>) -> [Candidate] {
    // The layers of a model have few outlines.
    var outlines: Set<NameHash> = []
    for name in names { outlines.insert(NameHash(outlineOf: name)) }
    var found: [[Set<Int>]] = requiredCounts.map { $0.map { _ in [] } }
    for outline in outlines {
      for slot in slots[outline] ?? [] { found[slot.pack][slot.library].insert(slot.row) }
    }
    var result: [Candidate] = []
    for (pack, libraries) in found.enumerated() {
      for (library, rows) in libraries.enumerated() where requiredCounts[pack][library] > 0 {
        let share = Double(rows.count) / Double(requiredCounts[pack][library])
        if share > 0.5 { result.append(Candidate(pack: pack, library: library, share: min(share, 1))) }
      }
    }
    return result.sorted { $0.share > $1.share }
  }

  /// Whether any pack has such a name.
  func knows(_ name: some StringProtocol) -> Bool { slots[NameHash(outlineOf: name)] != nil }
}

extension ModelPack {
  /// Names that a row has for a few numbers of its series; conditions do not matter.
  fileprivate func sampleNames(of index: Int, in library: Int, _ networks: [PackBindings]) -> [String] {
    let row = rows[index]
    // Names of constants prove nothing.
    guard row.constant == nil, let templates = row.entries[library]?.templates else { return [] }
    // 0 and 1 differ in the form ':_', and a letter needs at least 1; all other numbers have one outline.
    let samples = templates.allSatisfy(\.hasDigitsOnly) ? 1...1 : 0...2
    return networks.flatMap { bindings in
      samples.flatMap { self.names(templates, row.loops[...], bindings, $0, library) }
    }
  }

  /// The variables that do not change from tensor to tensor, for every variant and class whose words differ in more than
  /// numbers.
  fileprivate func sampleBindings(in library: Int) -> [PackBindings] {
    var seen: Set<[NameHash]> = []
    var result: [PackBindings] = []
    for variant in variants {
      for chosen in libraries[library].classes {
        let bindings = PackNetwork(variant: variant, classes: [library: chosen]).bindings
        let words = variant.bindings.map { $0.value.text } + chosen.bindings.map(\.text)
        if seen.insert(words.map { NameHash(outlineOf: $0) }).inserted { result.append(bindings) }
      }
    }
    return result
  }

  private func names(
    _ templates: [PackTemplate], _ loops: ArraySlice<PackRow.Loop>, _ bindings: PackBindings, _ sample: Int,
    _ library: Int
  ) -> [String] {
    var bindings = bindings
    switch loops.first {
    case nil: return templates.compactMap { $0.name(bindings, in: library) }
    case .series?:
      for variable in loops.first?.variables ?? [] { bindings.set(variable, .number(sample)) }
      return names(templates, loops.dropFirst(), bindings, sample, library)
    case .values(let name, let values)?:
      return values.flatMap { value in
        bindings.set(name, value)
        return names(templates, loops.dropFirst(), bindings, sample, library)
      }
    }
  }
}
