internal import Bytes
package import Messages
package import Tensors

/// Rename rules from one list of tensors to another, proposed by shapes and names, for a person to finish.
///
/// Names that differ only in numbers are one group, since the layers of a network differ only in them.
/// A group becomes one rule if some layout turns its shapes into those of a group on the other side; of several such
/// groups, the one with the most similar words counts.
package struct RuleProposal: Sendable {
  /// A tensor that should come out, by its name and extents.
  package struct Target: Sendable {
    /// The name.
    package let name: String
    /// The extents.
    package let dimensions: [Int]

    /// A tensor.
    package init(name: String, dimensions: [Int]) {
      (self.name, self.dimensions) = (name, dimensions)
    }
  }

  /// The rules as JSON, one on each line; see `Schemas/rename-rules.schema.json`.
  package let json: String
  /// How many tensors of the source get the name of a target.
  package let matchedCount: Int
  /// The source's tensors that no rule matches.
  package let unmatched: [String]
  /// The targets that no rule leads to.
  package let missing: [String]
  /// What a person should look at, because shapes leave a choice.
  package let doubts: [Message]

  /// Proposes rules.
  package init(from descriptors: [TensorDescriptor], to targets: [Target]) {
    let sources = Outline.groups(descriptors.map { ($0.name, $0.shape.dimensions) })
    let wanted = Outline.groups(targets.map { ($0.name, $0.dimensions) })
    var pairs: [Pair] = []
    for (first, source) in sources.enumerated() {
      for (second, target) in wanted.enumerated() {
        guard let pair = Pair(first, source, second, target) else { continue }
        pairs.append(pair)
      }
    }
    pairs.sort { ($1.score, $0.source, $0.target) < ($0.score, $1.source, $1.target) }
    var used: (sources: Set<Int>, targets: Set<Int>) = ([], [])
    var chosen: [Pair] = []
    for pair in pairs where !used.sources.contains(pair.source) && !used.targets.contains(pair.target) {
      used.sources.insert(pair.source)
      used.targets.insert(pair.target)
      chosen.append(pair)
    }
    // Where shapes fit several layouts, as those of square matrices do, the layout of the others of their rank counts.
    var votes: [Int: [Layout: Int]] = [:]
    for pair in chosen where pair.layouts.count == 1 {
      votes[pair.rank, default: [:]][pair.layouts[0], default: 0] += 1
    }
    var doubts: [Message] = []
    var lines: [String] = []
    for pair in chosen.sorted(by: { $0.source < $1.source }) {
      let popular = pair.layouts.max { (votes[pair.rank]?[$0] ?? 0) < (votes[pair.rank]?[$1] ?? 0) }
      let layout =
        pair.layouts.contains(where: { votes[pair.rank]?[$0] != nil }) ? popular ?? pair.layouts[0] : pair.layouts[0]
      if pair.layouts.count > 1, pair.rank > 1 {
        doubts.append(
          "\(sources[pair.source].title): the shape fits \(names: pair.layouts.map(\.title)); "
            + "the rule assumes '\(layout.title)'")
      }
      lines += pair.rules(sources[pair.source], wanted[pair.target], layout)
    }
    self.doubts = doubts
    json = "{ \"rules\": [\n  \(lines.joined(separator: ",\n  "))\n] }\n"
    matchedCount = chosen.reduce(0) { $0 + sources[$1.source].members.count }
    unmatched = sources.indices.filter { !used.sources.contains($0) }.flatMap { sources[$0].members.map(\.name) }
    missing = wanted.indices.filter { !used.targets.contains($0) }.flatMap { wanted[$0].members.map(\.name) }
  }
}

/// How a tensor's axes may differ between libraries.
private enum Layout: CaseIterable {
  case same, transposed, convolution, depthwise

  /// What becomes of a shape; nil if the layout does not apply to it.
  func applied(to dimensions: [Int]) -> [Int]? {
    switch self {
    case .same: dimensions
    case .transposed: dimensions.count == 2 ? [dimensions[1], dimensions[0]] : nil
    case .convolution: dimensions.count == 4 ? [3, 2, 0, 1].map { dimensions[$0] } : nil
    case .depthwise:
      dimensions.count == 4
        ? dimensions[2].multipliedChecked(by: dimensions[3]).map { [$0, 1, dimensions[0], dimensions[1]] } : nil
    }
  }

  /// The members of a rule.
  var json: String {
    switch self {
    case .same: ""
    case .transposed: ", \"transpose\": [1, 0]"
    case .convolution: ", \"transpose\": [3, 2, 0, 1]"
    case .depthwise: ", \"transpose\": [2, 3, 0, 1], \"reshape\": [-1, 1, \"@2\", \"@3\"]"
    }
  }

  var title: String {
    switch self {
    case .same: "the same axes"
    case .transposed: "a transposed matrix"
    case .convolution: "the kernel of a convolution"
    case .depthwise: "the kernel of a depthwise convolution"
    }
  }
}

/// Tensors whose names differ only in numbers.
private struct Outline {
  struct Member {
    let name: String
    let numbers: [Int]
    let dimensions: [Int]
  }

  /// The text before each number, and after the last.
  let texts: [String]
  var members: [Member] = []
  /// The words of the name, with one spelling for words that libraries use for the same thing.
  let words: [String]

  var title: String { texts.joined(separator: "N") }

  /// Groups in the order in which they first occur.
  static func groups(_ tensors: [(name: String, dimensions: [Int])]) -> [Outline] {
    var groups: [Outline] = []
    var places: [[String]: Int] = [:]
    for (name, dimensions) in tensors {
      var (texts, numbers): ([String], [Int]) = ([""], [])
      var digits = ""
      // A number of more digits than an integer has is text.
      func endNumber() {
        guard !digits.isEmpty else { return }
        if let number = Int(digits), "\(number)" == digits {
          numbers.append(number)
          texts.append("")
        } else {
          texts[texts.count - 1] += digits
        }
        digits = ""
      }
      for character in name {
        if character.isASCII, character.isNumber {
          digits.append(character)
        } else {
          endNumber()
          texts[texts.count - 1].append(character)
        }
      }
      endNumber()
      let place = places[texts] ?? groups.count
      if place == groups.count {
        places[texts] = place
        groups.append(Outline(texts: texts, words: words(of: texts)))
      }
      groups[place].members.append(Member(name: name, numbers: numbers, dimensions: dimensions))
    }
    return groups
  }

  private static let synonyms = [
    "kernel": "weight", "weights": "weight", "w": "weight", "gamma": "weight", "scale": "weight",
    "embeddings": "weight",
    "embedding": "weight", "biases": "bias", "b": "bias", "beta": "bias", "moving": "running", "variance": "var",
    "layers": "layer", "blocks": "block", "h": "layer", "dense": "linear", "batchnorm": "norm", "layernorm": "norm",
    "bn": "norm", "ln": "norm",
  ]

  private static func words(of texts: [String]) -> [String] {
    texts.joined(separator: "/").lowercased().split { !$0.isLetter }.map { synonyms[String($0)] ?? String($0) }
  }
}

/// A group of the source and one of the targets that may be the same tensors.
private struct Pair {
  let source: Int
  let target: Int
  /// The layouts that turn every shape into the target's.
  let layouts: [Layout]
  /// What the rule adds to each number of the source's names; nil if that is not the same for all tensors.
  let offsets: [Int]?
  let score: Double
  let rank: Int

  /// Nil if the groups have different sizes or shapes.
  init?(_ source: Int, _ from: Outline, _ target: Int, _ to: Outline) {
    guard from.members.count == to.members.count, let first = from.members.first else { return nil }
    rank = first.dimensions.count
    // Layers count in the order of their numbers on both sides.
    let left = from.members.sorted { $0.numbers.lexicographicallyPrecedes($1.numbers) }
    let right = to.members.sorted { $0.numbers.lexicographicallyPrecedes($1.numbers) }
    layouts = Layout.allCases.filter { layout in
      zip(left, right).allSatisfy { layout.applied(to: $0.dimensions) == $1.dimensions }
    }
    guard !layouts.isEmpty else { return nil }
    if left[0].numbers.count == right[0].numbers.count {
      let offsets = zip(left[0].numbers, right[0].numbers).map { $1 - $0 }
      let isRegular = zip(left, right).allSatisfy { zip(zip($0.numbers, offsets).map(+), $1.numbers).allSatisfy(==) }
      self.offsets = isRegular ? offsets : nil
    } else {
      offsets = nil
    }
    let common = from.words.reduce(into: (count: 0, rest: to.words)) { result, word in
      guard let place = result.rest.firstIndex(of: word) else { return }
      result.rest.remove(at: place)
      result.count += 1
    }.count
    let likeness = Double(2 * common) / Double(max(1, from.words.count + to.words.count))
    // What the tensor is, such as weight or bias, says more than where it is.
    let isSameKind = from.words.last == to.words.last
    score = likeness + (isSameKind ? 0.5 : 0) + (offsets == nil ? 0 : 0.25)
    (self.source, self.target) = (source, target)
  }

  /// One rule if numbers stay as they are, or else one for each tensor.
  func rules(_ from: Outline, _ to: Outline, _ layout: Layout) -> [String] {
    if let offsets, offsets.allSatisfy({ $0 == 0 }) {
      let match = from.texts.map(Self.escaped).joined(separator: "(\\d+)")
      return [Self.rule("^\(match)$", Self.template(to.texts), layout)]
    }
    let left = from.members.sorted { $0.numbers.lexicographicallyPrecedes($1.numbers) }
    let right = to.members.sorted { $0.numbers.lexicographicallyPrecedes($1.numbers) }
    return zip(left, right).map { Self.rule("^\(Self.escaped($0.name))$", $1.name.replacingDollars, layout) }
  }

  private static func template(_ texts: [String]) -> String {
    texts.enumerated().map { $0 == 0 ? $1.replacingDollars : "$\($0)\($1.replacingDollars)" }.joined()
  }

  private static func rule(_ match: String, _ replace: String, _ layout: Layout) -> String {
    "{ \"match\": \(JSONText.string(match)), \"replace\": \(JSONText.string(replace))\(layout.json) }"
  }

  /// The text as a regular expression that matches nothing else.
  private static func escaped(_ text: String) -> String {
    text.map { "\\^$.|?*+()[]{}".contains($0) ? "\\\($0)" : String($0) }.joined()
  }
}

extension String {
  /// With `$` as a template writes it.
  fileprivate var replacingDollars: String {
    split(separator: "$", omittingEmptySubsequences: false).joined(separator: "$$")
  }
}

extension RuleProposal {
  /// Targets are small lists; a larger file is something else.
  package static let maximumFileByteCount = 64 << 20

  /// Reads a list of names and shapes, such as `{"encoder.weight": [768, 768]}`.
  ///
  /// - Returns: nil unless the text is an object of lists of numbers.
  package static func targets(json bytes: [UInt8]) -> [Target]? {
    var reader = JSONReader(bytes)
    var targets: [Target] = []
    do {
      try reader.readObject { reader, name in
        targets.append(Target(name: name, dimensions: try reader.readList { try $0.readCount() }))
      }
      try reader.readEnd()
      return targets
    } catch {
      return nil
    }
  }
}
