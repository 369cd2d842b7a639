internal import Bytes
internal import Messages

/// One tensor of a pack, its numbers and words filled in.
struct PackTensor {
  /// The index of its row.
  let row: Int
  /// The names in the libraries that were asked for, by their index; several where the library stores it several times
  /// or in several parts, or where there are other spellings.
  let names: [Int: [String]]
  /// The shape in the reference's layout.
  let shape: [PackExtent]
  /// What follows the names of sizes that belong to one use of a module; empty outside of modules.
  let scope: String
}

/// A network of a pack: a variant, with the numbers of its series.
struct PackNetwork: Sendable {
  let variant: ModelPack.Variant
  /// How many numbers the series have that a file decides.
  var counts: [String: Int] = [:]
  /// The variables that a class sets, by the library's index.
  var classes: [Int: ModelPack.Class] = [:]

  /// How many numbers a series has in all.
  func count(of series: String) -> Int? {
    switch variant.series[series] {
    case .any: counts[series]
    case .stages(let counts): counts.reduce(0, +)
    case nil: nil
    }
  }

  /// The variables that do not change from tensor to tensor.
  var bindings: PackBindings {
    var bindings = PackBindings()
    for (name, value) in variant.bindings { bindings.set(name, value) }
    var texts: [String: [Int: String]] = [:]
    for (library, chosen) in classes {
      for (name, text) in chosen.bindings { texts[name, default: [:]][library] = text }
    }
    for (name, values) in texts { bindings.set(name, .texts(values)) }
    return bindings
  }
}

extension ModelPack {
  /// Goes through every tensor of a network.
  ///
  /// - Parameters:
  ///   - network: the variant and its numbers.
  ///   - libraries: those whose names are wanted.
  ///   - body: receives each tensor, in the pack's order.
  func forEachTensor(
    of network: PackNetwork, in libraries: [Int], _ body: (PackTensor) throws -> Void
  ) rethrows {
    try forEachRow(of: network) { try body(tensor($0, $1, libraries)) }
  }

  /// Goes through the rows of a network, with the numbers and words of each tensor.
  ///
  /// - Parameters:
  ///   - network: the variant and its numbers.
  ///   - body: receives the index of a row and the values of its variables, in the pack's order.
  func forEachRow(of network: PackNetwork, _ body: (Int, PackBindings) throws -> Void) rethrows {
    let bindings = network.bindings
    guard tensorCount(of: network) <= Self.maximumTensorCount else { return }
    let series = SeriesNumbers(network)
    for group in groups { try Self.expand(group, loop: 0, bindings, series, body) }
  }

  /// The series of a network.
  ///
  /// A class, because every step of an expansion gets it, and a structure would be copied each time.
  private final class SeriesNumbers {
    let kinds: [String: PackSeries]
    let counts: [String: Int]

    init(_ network: PackNetwork) {
      (kinds, counts) = (network.variant.series, network.counts)
    }
  }

  /// How many tensors a network has at most, conditions aside; saturates at `Int.max`.
  func tensorCount(of network: PackNetwork) -> Int {
    func count(_ group: PackGroup) -> Int {
      var result: Int
      switch group.content {
      case .row: result = 1
      case .groups(let groups): result = groups.reduce(0) { $0.addingChecked(count($1)) ?? .max }
      }
      for loop in group.loops {
        let factor =
          switch loop {
          case .series(let name): network.count(of: name) ?? 0
          case .values(_, let values): values.count
          }
        result = result.multipliedChecked(by: factor) ?? .max
      }
      return result
    }
    return groups.reduce(0) { $0.addingChecked(count($1)) ?? .max }
  }

  /// The most tensors of one network; no model has as many.
  static let maximumTensorCount = 1 << 18

  /// Runs the group's loops from one on.
  private static func expand(
    _ group: PackGroup, loop: Int, _ bindings: PackBindings, _ series: SeriesNumbers,
    _ body: (Int, PackBindings) throws -> Void
  ) rethrows {
    guard loop < group.loops.count else {
      for condition in group.conditions where !bindings.meets(condition) { return }
      switch group.content {
      case .row(let index): try body(index, bindings)
      case .groups(let groups):
        for inner in groups { try expand(inner, loop: 0, bindings, series, body) }
      }
      return
    }
    var bindings = bindings
    switch group.loops[loop] {
    case .values(let name, let values):
      for value in values {
        bindings.set(name, value)
        try expand(group, loop: loop + 1, bindings, series, body)
      }
    case .series(let name):
      switch series.kinds[name] {
      case .any:
        let count = series.counts[name] ?? 0
        for number in 0..<count {
          bindings.set(name, .number(number), within: 0...count - 1)
          try expand(group, loop: loop + 1, bindings, series, body)
        }
      case .stages(let counts):
        let total = counts.reduce(0, +)
        var flat = 0
        for (stage, count) in counts.enumerated() {
          bindings.set("\(name).stage", .number(stage + 1), within: 1...counts.count)
          for unit in 0..<count {
            bindings.set("\(name).unit", .number(unit + 1), within: 1...count)
            bindings.set(name, .number(flat), within: 0...total - 1)
            try expand(group, loop: loop + 1, bindings, series, body)
            flat += 1
          }
        }
      case nil: return
      }
    }
  }

  private func tensor(_ index: Int, _ bindings: PackBindings, _ libraries: [Int]) -> PackTensor {
    let row = rows[index]
    var names: [Int: [String]] = [:]
    for library in libraries {
      guard let templates = row.entries[library]?.templates else { continue }
      let found = templates.compactMap { $0.name(bindings, in: library) }
      if found.count == templates.count { names[library] = found }
    }
    // A size inside a module belongs to one use of the module, for one value of the loops around it.
    var scope = ""
    if let (number, loopCount) = row.scope {
      scope = "@\(number)"
      for loop in row.loops.prefix(loopCount) {
        scope += "/\(bindings[loop.name]?.text ?? "")"
      }
    }
    let shape = row.shape.map { extent in
      extent.replacingSizes { size in
        if case .number(let number)? = bindings[size] { return PackExtent.Term(factor: number, size: nil) }
        let isLocal = !scope.isEmpty && !row.sharedSizes.contains(size)
        return PackExtent.Term(factor: 1, size: isLocal ? size + scope : size)
      }
    }
    return PackTensor(row: index, names: names, shape: shape, scope: scope)
  }

  /// How many numbers the series have that a file decides, by the largest number among the names of one library.
  ///
  /// - Parameters:
  ///   - network: the variant and the class.
  ///   - library: the library's index.
  ///   - names: the names in the file.
  ///   - prefix: what precedes the model's names in the file.
  /// - Returns: for each series, one more than the largest number.
  func counts(of network: PackNetwork, in library: Int, names: [String], prefix: String) -> [String: Int] {
    let bindings = network.bindings
    let numbers = Set(network.variant.series.keys.flatMap { [$0, "\($0).stage", "\($0).unit"] })
    var counts: [String: Int] = [:]
    for (series, kind) in network.variant.series where kind == .any {
      // What follows the number, by what precedes it.
      var probes: [SeriesProbe: Set<[UInt8]>] = [:]
      for row in rows {
        guard row.loops.contains(where: { if case .series(series) = $0 { true } else { false } }) else { continue }
        for template in row.entries[library]?.templates ?? [] {
          if let (probe, after) = SeriesProbe.make(
            template, series: series, numbers: numbers, bindings, library: library)
          {
            probes[probe, default: []].insert(after)
          }
        }
      }
      var count = 0
      for name in names {
        let bytes = name.utf8.span
        for (probe, afters) in probes {
          guard let (number, end) = probe.number(in: bytes, from: prefix.utf8.count), number >= count,
            number < PackSeries.maximumCount
          else { continue }
          for after in afters where SeriesProbe.skip(after, in: bytes, from: end) != nil { count = number + 1 }
        }
      }
      counts[series] = count
    }
    return counts
  }
}

/// The number of one series in a name, after text and the numbers of other series.
private struct SeriesProbe: Hashable {
  /// The text before each number up to the wanted one.
  let texts: [[UInt8]]
  let offset: Int

  /// Makes the probe of a template.
  ///
  /// - Parameters:
  ///   - template: the names of a row.
  ///   - series: the wanted series.
  ///   - numbers: all series.
  ///   - bindings: the variables that do not change from tensor to tensor.
  ///   - library: the index of the library.
  /// - Returns: the probe, and the text that follows the number; nil if the template does not have the series, or has a
  ///   word before it that differs from tensor to tensor.
  static func make(
    _ template: PackTemplate, series: String, numbers: Set<String>, _ bindings: PackBindings, library: Int
  ) -> (probe: SeriesProbe, after: [UInt8])? {
    guard
      let place = template.parts.firstIndex(where: {
        if case .variable(series, _, _, _) = $0 { true } else { false }
      }), case .variable(_, 1, let offset, _) = template.parts[place]
    else { return nil }
    var texts: [[UInt8]] = [[]]
    for part in template.parts[..<place] {
      if let text = PackTemplate([part]).name(bindings, in: library) {
        texts[texts.count - 1] += Array(text.utf8)
      } else if case .variable(let name, _, _, let form) = part, numbers.contains(name), form.isDigits {
        texts.append([])
      } else {
        return nil
      }
    }
    var after: [UInt8] = []
    if place + 1 < template.parts.count, case .text(let text) = template.parts[place + 1] { after = Array(text.utf8) }
    return (SeriesProbe(texts: texts, offset: offset), after)
  }

  /// The number of the series in a name, and where it ends; nil if the name has other text before it.
  func number(in name: borrowing Span<UInt8>, from start: Int) -> (number: Int, end: Int)? {
    var position = start
    var number = 0
    for text in texts {
      guard let begin = Self.skip(text, in: name, from: position) else { return nil }
      position = begin
      number = 0
      while position < name.count, case let digit = name[position] &- 0x30, digit <= 9 {
        guard position - begin < Self.maximumDigitCount else { return nil }
        number = number * 10 + Int(digit)
        position += 1
      }
      guard position > begin else { return nil }
    }
    return number >= offset ? (number - offset, position) : nil
  }

  /// Longer numbers count nothing.
  private static let maximumDigitCount = 9

  /// Where a text ends that a name has at a position; nil if it has another.
  static func skip(_ text: [UInt8], in name: borrowing Span<UInt8>, from start: Int) -> Int? {
    guard name.count - start >= text.count else { return nil }
    var position = start
    for byte in text {
      guard name[position] == byte else { return nil }
      position += 1
    }
    return position
  }
}
