internal import Bytes

/// The name of one of the files that a model is cut into: `model-00002-of-00003.safetensors`.
///
/// - Source: `huggingface_hub/serialization/_base.py`. Some models have `_` before the number, or more digits in one of the numbers.
package struct NumberedShard: Equatable, Sendable {
  /// The number of this file, from 1.
  package let number: Int
  /// How many files there are.
  package let count: Int
  /// What precedes the number, with the separator.
  private let head: String
  private let digitCount: Int
  private let countText: String
  /// The extension, with its dot.
  private let tail: String

  /// The most files that a name may claim to have beside it.
  private static let maximumCount = 10_000

  /// Takes a name apart; nil if it is not such a name.
  package init?(name: String) {
    guard let middle = name.ranges(of: "-of-").last else { return nil }
    let rest = name[middle.upperBound...]
    let countText = rest.prefix(while: Self.isDigit)
    let before = name[..<middle.lowerBound]
    let digits = before.reversed().prefix(while: Self.isDigit).count
    guard let number = Int(before.suffix(digits)), let count = Int(countText), 1...Self.maximumCount ~= count,
      1...count ~= number
    else { return nil }
    head = String(before.dropLast(digits))
    tail = String(rest.dropFirst(countText.count))
    guard head.count > 1, tail.hasPrefix("."), "-_.".contains(head.last ?? " ") else { return nil }
    self.number = number
    self.count = count
    self.countText = String(countText)
    digitCount = digits
  }

  private static func isDigit(_ character: Character) -> Bool { "0"..."9" ~= character }

  /// The names of all files of the model, in order.
  package var siblings: [String] {
    (1...count).map { number in
      let digits = String(number)
      return head + String(repeating: "0", count: max(0, digitCount - digits.count)) + digits + "-of-" + countText
        + tail
    }
  }

  /// The names that the index of the model may have: `model.safetensors.index.json`, and for a variant of the weights
  /// (`model.fp16-00001-of-00002.safetensors`) also `model.safetensors.index.fp16.json`.
  package var indexNames: [String] {
    let stem = head.dropLast()
    let plain = "\(stem)\(tail).index.json"
    guard let dot = stem.lastIndex(of: "."), dot != stem.startIndex else { return [plain] }
    return [plain, "\(stem[..<dot])\(tail).index.\(stem[stem.index(after: dot)...]).json"]
  }

  /// The names that the index may have in which a file of this name is listed; empty if the name is not a shard's.
  ///
  /// - Source: for `model_00000.weights.h5` and `model.weights.json`, Keras 3.15, `saving/saving_lib.py`.
  package static func indexNames(ofShard name: String) -> [String] {
    if let shard = NumberedShard(name: name) { return shard.indexNames }
    let ending = ".weights.h5"
    let stem = name.dropLast(ending.count)
    guard name.hasSuffix(ending), let underscore = stem.lastIndex(of: "_"), underscore != stem.startIndex,
      case let digits = stem[stem.index(after: underscore)...], digits.count == 5, digits.allSatisfy(isDigit)
    else { return [] }
    return ["\(stem[..<underscore]).weights.json"]
  }

  /// Whether two names are those of files of one model.
  package func isSibling(of other: NumberedShard) -> Bool {
    head.equalsInBytes(other.head) && tail.equalsInBytes(other.tail) && count == other.count
  }
}
