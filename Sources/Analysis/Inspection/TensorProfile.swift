package import Tensors
internal import Threads

/// What one pass over a tensor's data finds out, in bounded memory.
///
/// The same values give the same result, however the source divides them into pieces.
package struct TensorProfile: Sendable {
  /// How much is wanted.
  package enum Detail: Sendable {
    /// Statistics and the distribution.
    case distribution
    /// Channels as well.
    case channels
    /// Channels and grids as well.
    case pictures
  }

  /// Counts and sums.
  package let statistics: TensorStatistics
  /// Percentiles and histograms; nil if there is no finite value.
  package let distribution: ValueDistribution?
  /// The tensor as a small matrix, or some of its slices; empty unless requested, and for complex numbers and scalars.
  package let grids: [ValueGrid]
  /// Nil unless requested, and for complex numbers, tensors with fewer than two axes and too many channels.
  package let channels: ChannelStatistics?

  /// Reads a tensor once; nil for dtypes without numbers: strings, resources and variants.
  ///
  /// - Parameters:
  ///   - descriptor: one of the source's.
  ///   - source: where to read.
  ///   - detail: how much is wanted.
  ///   - channelAxis: the axis of the channels; the last by default.
  ///   - pieceByteCount: how much is held at a time; at least 16.
  ///   - progress: called after each piece with the bytes that were read.
  /// - Throws: what the source throws; with checksums on, a result means that they match.
  package init?(
    of descriptor: TensorDescriptor, in source: some TensorSource, detail: Detail = .distribution,
    channelAxis: Int? = nil, pieceByteCount: Int = 1 << 20, progress: (_ doneByteCount: Int) -> Void = { _ in }
  ) throws {
    try self.init(
      of: descriptor, in: source, detail: detail, channelAxis: channelAxis, pieceByteCount: pieceByteCount,
      counters: KeyCounters(), progress: progress)
  }

  /// As above, with counters that were used for another tensor, ended early by `Cancelled` if nobody waits anymore.
  init?(
    of descriptor: TensorDescriptor, in source: some TensorSource, detail: Detail, channelAxis: Int? = nil,
    pieceByteCount: Int = 1 << 20, counters: KeyCounters, cancellation: Cancellation = Cancellation(),
    progress: (_ doneByteCount: Int) -> Void = { _ in }
  ) throws {
    guard
      var accumulator = ProfileAccumulator(descriptor, detail: detail, channelAxis: channelAxis, counters: counters)
    else { return nil }
    // Even if reading stops early, the next tensor must find no counts of this one.
    defer { counters.clear() }
    var doneByteCount = 0
    try source.read(descriptor, maximumByteCount: pieceByteCount) { piece in
      try cancellation.check()
      accumulator.add(piece)
      doneByteCount += piece.byteCount
      progress(doneByteCount)
    }
    self = accumulator.finish()
  }

  init(
    statistics: TensorStatistics, distribution: ValueDistribution?, grids: [ValueGrid], channels: ChannelStatistics?
  ) {
    (self.statistics, self.distribution) = (statistics, distribution)
    (self.grids, self.channels) = (grids, channels)
  }
}
