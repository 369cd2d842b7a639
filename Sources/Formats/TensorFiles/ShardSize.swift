internal import Bytes

/// The most bytes of one shard, as people type it: `5GB`, `500MB`, `2GiB`, or a number of bytes.
///
/// - Source: for the units of 1000, `parse_size_to_int` in `huggingface_hub/serialization/_base.py`.
public struct ShardSize: Sendable, Equatable {
  /// The number of bytes, at least 1.
  public let byteCount: Int

  private static let units: [(name: String, byteCount: Int)] = [
    ("tib", 1 << 40), ("gib", 1 << 30), ("mib", 1 << 20), ("kib", 1 << 10), ("tb", 1_000_000_000_000),
    ("gb", 1_000_000_000), ("mb", 1_000_000), ("kb", 1000), ("b", 1), ("", 1),
  ]

  /// Parses a size; nil if it is not one, or not at least 1 byte.
  public init?(_ text: String) {
    let lower = text.lowercased()
    guard let unit = Self.units.first(where: { lower.hasSuffix($0.name) }) else { return nil }
    let digits = lower.dropLast(unit.name.count).trimmingSuffix { $0 == " " }
    guard !digits.isEmpty, digits.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }),
      let number = Int(digits), number > 0, let byteCount = number.multipliedChecked(by: unit.byteCount)
    else { return nil }
    self.byteCount = byteCount
  }
}

extension Substring {
  fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> Substring {
    var rest = self
    while let last = rest.last, predicate(last) { rest.removeLast() }
    return rest
  }
}
