public import Tensors

/// What a tensor's values are like, from one pass over its data in bounded memory.
///
/// For a complex tensor, the real and imaginary parts count as separate values; for a bool tensor, the values are 0
/// and 1. Minimum, maximum, mean and standard deviation are those of the finite values.
///
/// The same values in the same order give the same result to the bit, however the source divides them into pieces: sums
/// run in eight lanes, value `i` in lane `i mod 8`, in `Double`.
public struct TensorStatistics: Sendable, Equatable, Encodable {
  /// The number of values: elements, or twice that for complex tensors.
  public let valueCount: Int
  /// Values that are neither NaN nor infinite.
  public let finiteCount: Int
  /// Values equal to zero, of either sign.
  public let zeroCount: Int
  /// Values that are NaN.
  public let nanCount: Int
  /// Infinite values of either sign.
  public let infinityCount: Int
  /// The smallest finite value; nil if there is none.
  public let minimum: ElementValue?
  /// The largest finite value; nil if there is none.
  public let maximum: ElementValue?
  /// The mean of the finite values; nil if there is none, or if it overflows `Double`.
  public let mean: Double?
  /// The standard deviation of the finite values (of the population: divided by their number); nil in the same cases as
  /// `mean`.
  public let standardDeviation: Double?
}

extension TensorStatistics {
  /// Reads a tensor once and computes its statistics; nil for dtypes without numbers: strings, resources and variants.
  ///
  /// - Parameters:
  ///   - descriptor: one of the source's.
  ///   - source: where to read.
  ///   - pieceByteCount: how much is held at a time; at least 16.
  /// - Throws: what the source throws; with checksums on, a result means that they match.
  public init?(
    of descriptor: TensorDescriptor, in source: some TensorSource, pieceByteCount: Int = 1 << 20
  ) throws {
    guard let blocks = ElementBlocks(descriptor.dtype) else { return nil }
    var accumulator = StatisticsAccumulator(blocks)
    try source.read(descriptor, maximumByteCount: pieceByteCount) { accumulator.add($0) }
    self = accumulator.finish()
  }
}
