internal import Essentials
internal import Tensors
internal import Threads

/// Reads tensors for a profile and for a check of integrity at once, several at a time.
struct ProfileReader<Source: TensorSource>: Sendable {
  /// What is kept from reading one tensor.
  struct Reading: Sendable {
    var outcome: ReadingOutcome
    var summary: TensorSummary?
    var profile: TensorProfile?
    var strings: (count: Int, byteCount: Int)?
  }

  let source: Source
  let check: IntegrityCheck<Source>
  let axes: ChannelAxis
  let detailed: Set<Int>
  let pieceByteCount: Int
  let cancellation: Cancellation

  /// More threads would wait for the disk, and hold more memory.
  private static var maximumThreadCount: Int { 8 }

  /// Reads all tensors, the largest first, so that no thread finishes long after the others.
  ///
  /// - Parameter progress: called on the caller's thread.
  /// - Returns: the readings, in the order of the tensors.
  /// - Throws: `Cancelled`, soon after the reading is canceled.
  func readEveryTensor(_ progress: (_ doneByteCount: Int, _ totalByteCount: Int) -> Void) throws -> [Reading] {
    let descriptors = source.descriptors
    let order = descriptors.indices.sorted { (descriptors[$1].byteCount, $0) < (descriptors[$0].byteCount, $1) }
    let total = Sums.byteCount(descriptors)
    let state = Guarded(State(readings: Array(repeating: nil, count: descriptors.count)))
    let threadCount = max(1, min(order.count, ProcessInfo.processInfo.activeProcessorCount, Self.maximumThreadCount))
    let helpers = (1..<threadCount).map { _ in
      BackgroundTask { _ in work(through: order, state) { _ in } }
    }
    work(through: order, state) { done in progress(done, total) }
    for helper in helpers { try? helper.wait() }
    // The other threads may have read everything before this one took a tensor.
    if !cancellation.isCancelled { progress(state.withLock { $0.doneByteCount }, total) }
    try cancellation.check()
    // A thread has filled every place, and all threads have ended.
    return state.withLock { $0.readings }.map { $0 ?? Reading(outcome: .skipped) }
  }

  private struct State: Sendable {
    var readings: [Reading?]
    var next = 0
    var doneByteCount = 0
  }

  private func work(through order: [Int], _ state: Guarded<State>, _ progress: (_ doneByteCount: Int) -> Void) {
    let counters = KeyCounters()
    while !cancellation.isCancelled {
      let taken = state.withLock { state -> Int? in
        guard state.next < order.count else { return nil }
        defer { state.next += 1 }
        return order[state.next]
      }
      guard let index = taken else { return }
      let descriptor = source.descriptors[index]
      let reading = read(descriptor, isDetailed: detailed.contains(index), counters)
      let done = state.withLock { state -> Int in
        state.readings[index] = reading
        state.doneByteCount = state.doneByteCount.addingReportingOverflow(descriptor.byteCount).partialValue
        return state.doneByteCount
      }
      progress(done)
    }
  }

  private func read(_ descriptor: TensorDescriptor, isDetailed: Bool, _ counters: KeyCounters) -> Reading {
    guard descriptor.dtype.kind != .opaque else { return Reading(outcome: .skipped) }
    do {
      let digesting = DigestingSource(
        base: source, of: descriptor, takesDigest: check.comparesDigests, cancellation: cancellation)
      var reading = Reading(outcome: .read)
      let axis = axes.axis(of: descriptor)
      if descriptor.dtype == .string {
        let strings = try digesting.readStrings(descriptor)
        reading.strings = (strings.count, strings.reduce(0) { $0 + $1.count })
      } else if let profile = try TensorProfile(
        of: descriptor, in: digesting, detail: isDetailed ? .pictures : axis == nil ? .distribution : .channels,
        channelAxis: axis, pieceByteCount: pieceByteCount, counters: counters)
      {
        reading.summary = TensorSummary(profile)
        if isDetailed { reading.profile = profile }
      } else {
        try digesting.read(descriptor, maximumByteCount: pieceByteCount) { _ in }
      }
      if check.comparesDigests { try check.compare(digesting.digest, of: descriptor) }
      return reading
    } catch {
      return Reading(outcome: .failed(error))
    }
  }
}

/// A source from which one tensor is read once, computing its checksum along the way, until the reading is canceled.
private struct DigestingSource<Base: TensorSource>: TensorSource {
  let base: Base
  private let state: Guarded<TensorDigest>
  private let takesDigest: Bool
  private let cancellation: Cancellation

  init(base: Base, of descriptor: TensorDescriptor, takesDigest: Bool, cancellation: Cancellation) {
    self.base = base
    self.cancellation = cancellation
    self.takesDigest = takesDigest
    state = Guarded(TensorDigest(dtype: descriptor.dtype, shape: descriptor.shape))
  }

  var digest: TensorDigest { state.withLock { $0 } }

  var format: String { base.format }
  var files: [SourceFile] { base.files }
  var descriptors: [TensorDescriptor] { base.descriptors }
  var metadata: [String: String] { base.metadata }

  func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    var digest = digest
    try base.read(descriptor, maximumByteCount: maximumByteCount) { piece in
      try cancellation.check()
      if takesDigest { digest.update(piece) }
      try body(piece)
    }
    state.withLock { $0 = digest }
  }

  func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] {
    let strings = try base.readStrings(descriptor)
    if takesDigest { state.withLock { $0.update(strings) } }
    return strings
  }
}
