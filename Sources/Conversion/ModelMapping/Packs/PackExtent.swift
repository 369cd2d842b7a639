internal import Bytes
internal import Messages

/// One extent of a tensor's shape in a pack: a number, sizes of the model, or anything.
enum PackExtent: Sendable, Equatable {
  /// Any number.
  case any
  /// A sum of terms.
  case sum([Term])

  /// A number times a size; just the number if there is no size.
  struct Term: Sendable, Equatable {
    var factor: Int
    var size: String?
  }

  /// Reads `7`, `"hidden"`, `"3*hidden"`, `"input+units"` or `"*"`.
  init(_ node: PackNode) throws(PackMistake) {
    if case .integer(let number) = node.value {
      guard number >= 0 else { throw node.mistake("an extent must be 0 or more") }
      self = .sum([Term(factor: number, size: nil)])
      return
    }
    let text = try node.text("an extent")
    if text == "*" {
      self = .any
      return
    }
    self = .sum(
      try text.split(separator: "+", omittingEmptySubsequences: false).map { term throws(PackMistake) in
        let factors = term.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(factors.count), factors.allSatisfy({ !$0.isEmpty }) else {
          throw node.mistake("the extent '\(text)' cannot be read; write 7, \"size\", \"3*size\", \"a+b\" or \"*\"")
        }
        let number = Int(factors[0])
        if factors.count == 1 { return number.map { Term(factor: $0, size: nil) } ?? Term(factor: 1, size: factors[0]) }
        guard let number, number > 0 else {
          throw node.mistake("the extent '\(text)' cannot be read; a size may be multiplied by a number, as \"3*size\"")
        }
        return Term(factor: number, size: factors[1])
      })
  }

  /// The sizes that it names.
  var sizes: [String] {
    if case .sum(let terms) = self { terms.compactMap(\.size) } else { [] }
  }

  /// The size that a tensor's extent gives directly.
  var definedSize: String? {
    if case .sum(let terms) = self, terms.count == 1, terms[0].factor == 1 { terms[0].size } else { nil }
  }

  /// The number for some sizes; nil if it may be anything, or a size is not known.
  func value(_ size: (String) -> Int?) -> Int? {
    guard case .sum(let terms) = self else { return nil }
    var sum = 0
    for term in terms {
      guard let factor = term.size.map(size) ?? 1, let product = factor.multipliedChecked(by: term.factor),
        let next = sum.addingChecked(product)
      else { return nil }
      sum = next
    }
    return sum
  }

  /// The extent with the names of its sizes changed, or replaced by numbers.
  func replacingSizes(_ replace: (String) -> Term) -> PackExtent {
    guard case .sum(let terms) = self else { return self }
    return .sum(
      terms.map { term in
        guard let size = term.size else { return term }
        let replaced = replace(size)
        return Term(factor: term.factor.multipliedChecked(by: replaced.factor) ?? 0, size: replaced.size)
      })
  }
}
