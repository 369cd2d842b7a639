internal import Tensors

/// What a reader should notice among the tensors of a source, by their row indices.
package struct ProfileMarks: Sendable, Equatable {
  /// Tensors that cannot be read, or are not what was written.
  package private(set) var failed: [Int] = []
  /// Tensors with values that are NaN.
  package private(set) var notNumbers: [Int] = []
  /// Tensors with infinite values.
  package private(set) var infinite: [Int] = []
  /// Tensors with some, but not only, channels of zeros.
  package private(set) var dead: [Int] = []
  /// Tensors whose values are all zero.
  package private(set) var zero: [Int] = []
  /// Tensors of several values that are all the same, and not zero.
  package private(set) var constant: [Int] = []
  /// Tensors without an element.
  package private(set) var empty: [Int] = []
  /// Values that are NaN, in all tensors.
  package private(set) var nanCount = 0
  /// Infinite values, in all tensors.
  package private(set) var infinityCount = 0
  /// Channels of zeros, in all tensors in `dead`.
  package private(set) var deadChannelCount = 0

  /// Looks at each row.
  package init(_ profile: SourceProfile) {
    for (index, row) in profile.rows.enumerated() {
      if case .failed = row.outcome { failed.append(index) }
      if row.descriptor.shape.elementCount == 0 { empty.append(index) }
      guard let summary = row.summary else { continue }
      let statistics = summary.statistics
      if statistics.nanCount > 0 { notNumbers.append(index) }
      if statistics.infinityCount > 0 { infinite.append(index) }
      nanCount = Self.sum(nanCount, statistics.nanCount)
      infinityCount = Self.sum(infinityCount, statistics.infinityCount)
      if summary.isZero {
        // A single zero is a count or a flag.
        if statistics.valueCount > 1 { zero.append(index) }
      } else if summary.isConstant {
        constant.append(index)
      } else if summary.dead.count > 0 {
        dead.append(index)
        deadChannelCount = Self.sum(deadChannelCount, summary.dead.count)
      }
    }
  }

  private static func sum(_ left: Int, _ right: Int) -> Int {
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? .max : sum
  }
}
