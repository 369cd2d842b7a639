/// A run of characters that every match of a pattern contains, such as `kernel` in `^(.*)/kernel$`.
///
/// A thousand rules and a hundred thousand names make a hundred million pairs; for nearly all of them, a look at the
/// bytes is enough.
struct RequiredLiteral: Sendable, Equatable {
  /// UTF-8.
  private let bytes: [UInt8]
  /// Whether a match must begin with them, at the beginning of the name.
  private let isPrefix: Bool

  /// More would make the worst case slower and would hardly ever rule out more names.
  private static let maximumByteCount = 32

  /// The longest such run in a program; nil if there is none.
  ///
  /// An instruction is on every path through the program if no step leads past it, since the match is the last
  /// instruction. From an instruction that takes a character, the path leads only to the next one.
  init?(of program: [NamePattern.Instruction]) {
    var isSkipped = [Bool](repeating: false, count: program.count)
    // The furthest place to which a step from an earlier instruction leads.
    var furthest = 0
    for (index, instruction) in program.enumerated() {
      isSkipped[index] = index < furthest
      switch instruction {
      case .split(let first, let second): furthest = max(furthest, first, second)
      case .jump(let target): furthest = max(furthest, target)
      default: break
      }
    }
    var best: (bytes: [UInt8], isPrefix: Bool) = ([], false)
    var row: [UInt8] = []
    var isAtStart = false
    for (index, instruction) in program.enumerated() {
      switch instruction {
      case .take(let set) where !isSkipped[index]:
        if let scalar = set.onlyScalar, row.count < Self.maximumByteCount - 4 {
          row += Array(String(Character(scalar)).utf8)
          if row.count > best.bytes.count { best = (row, isAtStart) }
          continue
        }
      case .save, .end, .boundary: continue
      case .start where !isSkipped[index]:
        if row.isEmpty { isAtStart = true }
        continue
      default: break
      }
      (row, isAtStart) = ([], false)
    }
    guard !best.bytes.isEmpty else { return nil }
    (bytes, isPrefix) = best
  }

  /// Whether a name has the characters.
  func occurs(in name: [UInt8]) -> Bool {
    let last = isPrefix ? 0 : name.count - bytes.count
    guard name.count >= bytes.count else { return false }
    var start = 0
    while start <= last {
      if name[start] == bytes[0] {
        var count = 1
        while count < bytes.count, name[start + count] == bytes[count] { count += 1 }
        if count == bytes.count { return true }
      }
      start += 1
    }
    return false
  }
}

extension NamePattern.CharacterSet {
  /// The only character of the set; nil if it has more or none.
  fileprivate var onlyScalar: Unicode.Scalar? {
    guard !isNegated, !foldsCase, ranges.count == 1, let range = ranges.first, range.lowerBound == range.upperBound
    else { return nil }
    return range.lowerBound
  }
}
