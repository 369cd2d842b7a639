internal import Essentials
internal import ModelMapping
package import Tensors
package import Threads

/// What the data of a source is like, tensor by tensor, and whether it is what was written, from one pass over all of
/// it.
///
/// Several tensors are read at once, each in pieces. A tensor's profile takes about 500 bytes, and more only if details
/// are requested.
package struct SourceProfile: Sendable {
  /// What is examined in detail.
  package struct Options: Sendable {
    /// How many of the largest tensors have details.
    package var detailCount = 0
    /// The names of other tensors that have details.
    package var detailNames: [String] = []
    /// Whether checksums are verified, the format's and Decant's own.
    package var verifiesChecksums = true

    /// No details, all checksums.
    package init() {}
  }

  /// A tensor, and the outcome of reading it.
  package struct Row: Sendable {
    /// The tensor.
    package let descriptor: TensorDescriptor
    /// The outcome of reading it.
    package let outcome: ReadingOutcome
    /// What its values are like; nil if it has no numbers or cannot be read.
    package let summary: TensorSummary?
    /// For a string tensor that was read, the number of strings and their bytes, without what the file keeps beside
    /// them.
    package let strings: (count: Int, byteCount: Int)?
  }

  /// The tensors, in the order of the source.
  package let rows: [Row]
  /// Full profiles of the largest tensors and of those that were named, by the index of their rows.
  package let details: [Int: TensorProfile]
  /// What a check of integrity says, from the same pass.
  package let integrity: IntegrityReport

  /// Reads everything in a source once.
  ///
  /// - Parameters:
  ///   - source: opened with checksums on or off, as `options` say.
  ///   - options: what is examined in detail.
  ///   - pieceByteCount: how much of a tensor is held at a time; at least 16.
  ///   - cancellation: ends the reading early.
  ///   - progress: called between tensors with the bytes read and the bytes in all.
  /// - Throws: `MissingTensorError` for a name that does not exist, `Cancelled` if the reading is canceled. A tensor
  ///   that cannot be read is not an error: its row says so.
  package init(
    of source: some TensorSource, options: Options = Options(), pieceByteCount: Int = 1 << 20,
    cancellation: Cancellation = Cancellation(),
    progress: (_ doneByteCount: Int, _ totalByteCount: Int) -> Void = { _, _ in }
  ) throws {
    let descriptors = source.descriptors
    let detailed = try Self.detailed(in: source, options)
    var check = IntegrityCheck(of: source, pieceByteCount: pieceByteCount)
    if options.verifiesChecksums { check.findDigests() }
    let reader = ProfileReader(
      source: source, check: check, axes: ChannelAxis(in: descriptors), detailed: detailed,
      pieceByteCount: pieceByteCount, cancellation: cancellation)
    let readings = try reader.readEveryTensor(progress)
    var rows: [Row] = []
    rows.reserveCapacity(descriptors.count)
    var details: [Int: TensorProfile] = [:]
    for (index, (descriptor, reading)) in zip(descriptors, readings).enumerated() {
      check.note(reading.outcome, of: descriptor)
      rows.append(
        Row(
          descriptor: descriptor, outcome: reading.outcome, summary: reading.summary, strings: reading.strings))
      if let profile = reading.profile { details[index] = profile }
    }
    check.findMissingDigests()
    self.rows = rows
    self.details = details
    integrity = IntegrityReport(check, of: source, verifiesChecksums: options.verifiesChecksums)
  }

  private static func detailed(in source: some TensorSource, _ options: Options) throws -> Set<Int> {
    let descriptors = source.descriptors
    var places = Set(
      descriptors.indices.filter { descriptors[$0].dtype.hasNumbers && descriptors[$0].shape.elementCount > 0 }
        .sorted { (descriptors[$1].byteCount, $0) < (descriptors[$0].byteCount, $1) }.prefix(
          max(0, options.detailCount)))
    for name in options.detailNames {
      guard let place = descriptors.index(ofName: name) else { throw MissingTensorError(names: [name], source: source) }
      places.insert(place)
    }
    return places
  }
}

extension DType {
  /// Whether elements are numbers.
  package var hasNumbers: Bool {
    switch kind {
    case .string, .opaque: false
    default: true
    }
  }
}

/// What is kept for every tensor.
package struct TensorSummary: Sendable, Equatable {
  /// Bars of the small histogram.
  package static let binCount = 24

  /// Counts and sums.
  package let statistics: TensorStatistics
  /// A coarse histogram over all finite values; nil if there is none.
  package let histogram: ValueHistogram?
  /// The axis of the output channels; nil if the tensor has none.
  package let channelAxis: Int?
  /// Channels whose values are all zero: how many, and the first of them.
  package let dead: Places
  /// Channels whose values are all equal and not zero.
  package let constant: Places

  /// Some of many indices.
  package struct Places: Sendable, Equatable {
    /// How many there are.
    package let count: Int
    /// The first of them.
    package let first: [Int]

    init(_ places: [Int]) {
      count = places.count
      first = Array(places.prefix(8))
    }
  }

  init(_ profile: TensorProfile) {
    statistics = profile.statistics
    histogram = profile.distribution?.histogram(binCount: Self.binCount)
    channelAxis = profile.channels?.axis
    dead = Places(profile.channels?.deadChannels ?? [])
    let zeros = Set(profile.channels?.deadChannels ?? [])
    constant = Places((profile.channels?.constantChannels ?? []).filter { !zeros.contains($0) })
  }

  /// Whether there are several values and all are equal.
  package var isConstant: Bool {
    statistics.finiteCount > 1 && statistics.finiteCount == statistics.valueCount
      && statistics.minimum == statistics.maximum
  }

  /// Whether every value is zero.
  package var isZero: Bool { statistics.valueCount > 0 && statistics.zeroCount == statistics.valueCount }
}
