internal import Bytes
internal import Messages
internal import Tensors

extension ModelPack {
  /// Checks what reading a pack does not: that each library has a name for every tensor, or the pack says why not; that
  /// no two tensors have one name; that variables are known, and that layouts lead back to where they began.
  ///
  /// - Throws: `ModelPackError` for the first mistake.
  package func check() throws(ModelPackError) {
    try checkCounts()
    for row in rows { try check(row) }
    for library in libraries {
      let known = Set(rows.compactMap(\.part))
      for part in library.classes.flatMap({ $0.parts + $0.leavesOut }) where !known.contains(part) {
        throw mistake("a class of '\(library.name)' names the part '\(part)', which no tensor has")
      }
    }
    for variant in variants {
      for library in libraries.indices {
        for chosen in libraries[library].classes { try checkNames(variant, library, chosen) }
      }
    }
  }

  private func mistake(_ words: Message) -> ModelPackError { ModelPackError(.badFile("\(family): \(words)", nil)) }

  // MARK: - Rows

  private func check(_ row: PackRow) throws(ModelPackError) {
    let title = row.entries.sorted { $0.key < $1.key }.first?.value.templates.first.map(Self.text) ?? "a row"
    for index in libraries.indices where row.entries[index] == nil {
      guard row.leftOut[index] != nil || row.absent[index] != nil || row.constant != nil else {
        throw mistake(
          "'\(title)' has no name in '\(libraries[index].name)'; give one, or say in 'left_out', 'absent' or 'constant' why not"
        )
      }
    }
    guard !row.entries.isEmpty else { throw mistake("a row has no name in any library") }
    for loop in row.loops {
      guard case .series(let name) = loop else { continue }
      guard variants.allSatisfy({ $0.series[name] != nil }) else {
        throw mistake(
          "'\(title)' repeats for the series '\(name)', which is not in 'series' or is missing from a variant")
      }
    }
    for (library, entry) in row.entries {
      let known = variables(of: row, in: library)
      for template in entry.templates {
        for variable in template.variables where !known.contains(variable) {
          throw mistake("'\(Self.text(template))' uses '{\(variable)}', which nothing sets")
        }
      }
    }
    let known = libraries.indices.reduce(into: Set<String>()) { $0.formUnion(variables(of: row, in: $1)) }
    for condition in row.conditions where !known.contains(condition.variable) {
      throw mistake("'\(title)' has a condition on '\(condition.variable)', but nothing sets that variable")
    }
    for (library, layout) in row.layouts { try check(layout, of: row, title: title, in: library) }
  }

  /// The variables that have values in a row.
  private func variables(of row: PackRow, in library: Int) -> Set<String> {
    var names = Set(libraries[library].classes.flatMap { $0.bindings.map(\.name) })
    names.formUnion(variants.flatMap { $0.bindings.map(\.name) })
    for loop in row.loops {
      switch loop {
      case .values(let name, _): names.insert(name)
      case .series(let name):
        names.insert(name)
        if variants.contains(where: { $0.series[name] != .any }) { names.formUnion(["\(name).stage", "\(name).unit"]) }
      }
    }
    return names
  }

  private static func text(_ template: PackTemplate) -> String {
    template.parts.map { part in
      switch part {
      case .text(let text): text
      case .variable(let name, _, _, _): "{\(name)}"
      }
    }.joined()
  }

  /// Follows a tensor to the library's layout and back.
  private func check(_ layout: PackLayout, of row: PackRow, title: String, in library: Int) throws(ModelPackError) {
    // Different primes, so that a wrong order of axes shows.
    var primes = [11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53][...]
    var sizes: [String: Int] = [:]
    for name in row.shape.flatMap(\.sizes) where sizes[name] == nil { sizes[name] = primes.popFirst() ?? 59 }
    // Axes that steps cut into blocks must be divisible.
    let blocks = layout.to.compactMap { if case .rule(.reorder(_, let blocks)) = $0 { blocks.count } else { nil } }
    let extents = row.shape.map { ($0.value { sizes[$0] } ?? primes.popFirst() ?? 61) * (blocks.max() ?? 1) }
    let scaled = sizes.mapValues { $0 * (blocks.max() ?? 1) }
    guard let shape = try? Shape(extents) else { throw mistake("'\(title)' has too many axes") }
    var tensor = RuledTensor("", .stored(""), TensorExpression.Kind(dtype: .float32, shape: shape))
    do throws(RenameError) {
      for step in layout.to + layout.from {
        guard let rule = step.rule({ scaled[$0] }) else { continue }
        try tensor.apply(rule, rule: 0)
      }
    } catch {
      throw mistake(
        "the layout of '\(title)' in '\(libraries[library].name)' does not fit its shape: \(error.reason.sentence)")
    }
    guard tensor.kind.shape == shape else {
      throw mistake(
        "the layout of '\(title)' in '\(libraries[library].name)' does not lead back: \(shape) becomes \(tensor.kind.shape)"
      )
    }
  }

  // MARK: - Names

  /// Checks that filling in all numbers ends.
  private func checkCounts() throws(ModelPackError) {
    var sum = 0
    for variant in variants {
      var network = PackNetwork(variant: variant)
      for (name, series) in variant.series where series == .any { network.counts[name] = 2 }
      let count = tensorCount(of: network)
      guard count <= Self.maximumTensorCount else {
        throw mistake("a network would have more than \(Self.maximumTensorCount) tensors")
      }
      sum += count * libraries.reduce(0) { $0 + $1.classes.count }
      guard sum <= Self.maximumNameCount else {
        throw mistake("the pack would have more than \(Self.maximumNameCount) names")
      }
    }
  }

  /// The most names of all networks and classes together.
  private static let maximumNameCount = 1 << 18

  /// Fills in all numbers, and looks for a name that two tensors have.
  private func checkNames(_ variant: Variant, _ library: Int, _ chosen: Class) throws(ModelPackError) {
    var network = PackNetwork(variant: variant, classes: [library: chosen])
    for (name, series) in variant.series where series == .any { network.counts[name] = 2 }
    var owners: [ByteString: Int] = [:]
    do {
      try forEachTensor(of: network, in: [library]) { tensor in
        for name in tensor.names[library] ?? [] {
          guard !name.isEmpty else { throw mistake("a tensor's name in '\(libraries[library].name)' is empty") }
          guard owners.updateValue(tensor.row, forKey: ByteString(name)) == nil else {
            throw mistake("two tensors are called '\(name)' in '\(libraries[library].name)'")
          }
        }
      }
    } catch let error as ModelPackError {
      throw error
    } catch {
      throw mistake("\(error)")
    }
  }
}
