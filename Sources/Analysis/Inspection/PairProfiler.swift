package import Tensors

/// Profiles of two tensors, and where they differ.
package struct PairProfile: Sendable {
  /// The tensor on the left.
  package let left: TensorProfile
  /// The tensor on the right.
  package let right: TensorProfile
  /// Nil if all values are equal or the shapes differ, and for complex numbers and single values.
  package let difference: DifferencePictures?
}

/// Makes profiles of two tensors from elements that the caller reads, one pair of tensors after the other.
package final class PairProfiler {
  private let leftCounters = KeyCounters()
  private let rightCounters = KeyCounters()
  private var left: ProfileAccumulator?
  private var right: ProfileAccumulator?
  private var difference: DifferenceAccumulator?

  /// A profiler; it holds about 1 MiB.
  package init() {}

  /// Begins with two tensors of one shape, and discards an unfinished pair.
  package func begin(_ left: TensorDescriptor, _ right: TensorDescriptor) {
    cancel()
    self.left = ProfileAccumulator(left, detail: .distribution, channelAxis: nil, counters: leftCounters)
    self.right = ProfileAccumulator(right, detail: .distribution, channelAxis: nil, counters: rightCounters)
    difference = DifferenceAccumulator(left, right, channelAxis: nil)
  }

  /// Takes the next elements of both.
  ///
  /// - Parameters:
  ///   - leftBytes: elements on the left.
  ///   - rightBytes: the same elements on the right.
  ///   - areEqual: whether they are known to be equal, which saves looking for differences.
  package func add(_ leftBytes: RawSpan, _ rightBytes: RawSpan, areEqual: Bool) {
    left?.add(leftBytes)
    right?.add(rightBytes)
    difference?.add(leftBytes, rightBytes, areEqual: areEqual)
  }

  /// The profiles; nil if one of the dtypes has no numbers, or no pair was begun.
  package func finish() -> PairProfile? {
    defer { cancel() }
    guard let left = left?.finish(), let right = right?.finish() else { return nil }
    return PairProfile(left: left, right: right, difference: difference?.finish())
  }

  /// Profiles of tensors that cannot be read side by side because their shapes differ.
  ///
  /// - Throws: what a source throws when it is read.
  /// - Returns: nil if one of the dtypes has no numbers.
  package func profileApart(
    _ left: TensorDescriptor, of leftSource: any TensorSource, _ right: TensorDescriptor,
    of rightSource: any TensorSource
  ) throws -> PairProfile? {
    cancel()
    guard let leftProfile = try Self.profile(left, of: leftSource, leftCounters),
      let rightProfile = try Self.profile(right, of: rightSource, rightCounters)
    else { return nil }
    return PairProfile(left: leftProfile, right: rightProfile, difference: nil)
  }

  private static func profile(
    _ descriptor: TensorDescriptor, of source: some TensorSource, _ counters: KeyCounters
  ) throws -> TensorProfile? {
    try TensorProfile(of: descriptor, in: source, detail: .distribution, counters: counters)
  }

  /// Discards the current pair, for tensors that cannot be read to their ends.
  package func cancel() {
    (left, right, difference) = (nil, nil, nil)
    leftCounters.clear()
    rightCounters.clear()
  }
}
