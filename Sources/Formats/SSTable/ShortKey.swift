/// Short keys for the index block, which need not be keys of the table.
///
/// - Source: LevelDB `util/comparator.cc`; TensorFlow's tables use the same keys.
enum ShortKey {
  /// A key that is not less than `last`, the last key of a block, and is less than `next`, the first key of the next block.
  static func separator(_ last: [UInt8], _ next: [UInt8]) -> [UInt8] {
    let shared = zip(last, next).prefix { $0 == $1 }.count
    guard shared < last.count, shared < next.count, last[shared] < 0xff, last[shared] + 1 < next[shared] else {
      return last
    }
    return last[..<shared] + [last[shared] + 1]
  }

  /// A key that is not less than `last`, the last key of the table.
  static func successor(_ last: [UInt8]) -> [UInt8] {
    guard let place = last.firstIndex(where: { $0 != 0xff }) else { return last }
    return last[..<place] + [last[place] + 1]
  }
}
