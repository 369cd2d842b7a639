internal import Bytes
internal import Checkpoints
internal import Files
internal import SSTable
internal import Tensors

/// Carriage returns that were removed before line feeds, located by checksums.
struct RemovedReturns: Equatable, Sendable {
  /// Offsets in the changed file before which a return belongs, in ascending order.
  private(set) var places: [Int] = []
  /// Bytes that remain unknown: this many are inserted at an offset, so that what follows is where it was.
  private(set) var fillers: [Filler] = []
  /// How many tensors or blocks are not proved by checksums.
  private(set) var unprovenCount = 0

  struct Filler: Equatable, Sendable {
    let place: Int
    let byteCount: Int
  }

  /// Searches a file from front to back; nil if nothing was removed, or no return is proved.
  ///
  /// If the places in a run cannot be found, it looks for the next run, whose checksum shows how many bytes are missing
  /// before it.
  /// - Parameters:
  ///   - file: the file, with LF in place of every CR LF.
  ///   - runs: the runs of the original, in the order of offsets.
  ///   - byteCount: the length of the original.
  ///   - tail: places after all runs that are already known.
  /// - Throws: `FileError`.
  init?(
    _ file: InputFile, runs: [ChecksummedRun], byteCount: Int, tail: [Int] = []
  ) throws(FileError) {
    let missing = byteCount - file.byteCount
    guard missing > 0, missing <= file.byteCount else { return nil }
    var walk = Walk(file: file, missing: missing - tail.count)
    for run in runs where run.byteCount > 0 {
      guard run.offset >= walk.end else {
        walk.unprovenCount += 1
        continue
      }
      try walk.take(run)
    }
    walk.finish(at: tail.first ?? file.byteCount)
    places = walk.places + tail
    fillers = walk.fillers
    unprovenCount = walk.unprovenCount
    guard !places.isEmpty, walk.isConsistent else { return nil }
  }

  /// How many sets of places are tried for one file; takes a few seconds.
  static let setBudget = 1 << 25

  /// Whether every byte of the original is known.
  var isWhole: Bool { fillers.isEmpty && unprovenCount == 0 }
}

/// The state of a search.
private struct Walk {
  let file: InputFile
  /// How many bytes were removed from the runs.
  let missing: Int
  var places: [Int] = []
  var fillers: [RemovedReturns.Filler] = []
  var unprovenCount = 0
  /// Where the last run ended in the original.
  var end = 0
  /// How many bytes were removed before `end`, as far as is known.
  var removed = 0
  /// Whether runs before `end` are not proved, so that more may be missing.
  var isLost = false
  /// Models of the numbers in runs that are proved.
  var models: [DType: ColumnModel] = [:]
  /// How many sets of places may be tried.
  var setBudget = RemovedReturns.setBudget
  /// How many bytes may be searched for runs.
  var budget = 4 << 30

  mutating func take(_ run: ChecksummedRun) throws(FileError) {
    defer { end = run.offset + run.byteCount }
    if isLost { return try resume(at: run) }
    guard try anchor(run) else {
      unprovenCount += 1
      isLost = true
      return
    }
  }

  /// Places the returns of a run whose beginning is known.
  private mutating func anchor(_ run: ChecksummedRun) throws(FileError) -> Bool {
    let start = run.offset - removed
    guard start >= 0, start <= file.byteCount, run.byteCount <= Self.maximumRunByteCount else { return false }
    let bytes = try file.read(at: start, count: min(run.byteCount + Self.lookahead, file.byteCount - start))
    if bytes.count >= run.byteCount, run.holds(bytes.rawSpan.extracting(first: run.byteCount)) {
      learn(bytes, run)
      return true
    }
    // A line feed lost at most one return.
    let first = max(0, (places.last ?? -1) + 1 - start)
    guard let found = fewPlaces(run, bytes, first) ?? alignedPlaces(run, bytes, first) else { return false }
    places += found.map { start + $0 }
    removed += found.count
    return true
  }

  /// The places of the returns, if so few are missing that the checksum alone determines them.
  private mutating func fewPlaces(_ run: ChecksummedRun, _ bytes: [UInt8], _ first: Int) -> [Int]? {
    guard missing > removed else { return nil }
    for count in 1...min(missing - removed, Self.maximumReturnCount) {
      guard let solutions = run.places(ofReturns: count, in: bytes, first: first, budget: &setBudget) else {
        return nil
      }
      if let solution = solutions.first { return solutions.count == 1 ? solution : nil }
    }
    return nil
  }

  /// The places of any number of returns, if the numbers show them.
  private mutating func alignedPlaces(_ run: ChecksummedRun, _ bytes: [UInt8], _ first: Int) -> [Int]? {
    guard missing > removed else { return nil }
    let found: [Int]?
    switch run {
    case .data(let stored):
      guard let width = stored.numberByteCount, (2...8).contains(width) else { return nil }
      found =
        ReturnAlignment(
          bytes, byteCount: run.byteCount, layout: .numbers,
          model: models[stored.dtype] ?? ColumnModel(typicalOf: stored.dtype, width: width),
          first: first, budget: &setBudget, checksum: { _ in stored.checksum }
        ).places
    case .block(let handle):
      let byteCount = handle.byteCount + 1
      found =
        ReturnAlignment(
          bytes, byteCount: byteCount, layout: .records, model: ColumnModel(typicalOf: .float32, width: 4),
          first: first, budget: &setBudget,
          checksum: { count in
            guard count < byteCount, byteCount - count + 4 <= bytes.count else { return nil }
            return CRC32C.unmask(bytes.littleEndian32(at: byteCount - count))
          }
        ).places
    }
    return found.flatMap { $0.count <= missing - removed ? $0 : nil }
  }

  /// Learns from the numbers of a proved run.
  private mutating func learn(_ bytes: [UInt8], _ run: ChecksummedRun) {
    guard case .data(let stored) = run, let width = stored.numberByteCount, (2...8).contains(width) else { return }
    models[stored.dtype, default: ColumnModel(width: width)].add(bytes.prefix(min(run.byteCount, 1 << 16)))
  }

  /// Looks for a run after others that are not proved.
  private mutating func resume(at run: ChecksummedRun) throws(FileError) {
    let most = missing - removed
    let first = run.offset - removed - most
    guard first >= 0, run.offset - removed + run.byteCount <= file.byteCount + most,
      let cost = (most + 1).multipliedChecked(by: run.byteCount), cost <= budget
    else { return unprovenCount += 1 }
    budget -= cost
    let bytes = try file.read(at: first, count: min(most + run.byteCount, file.byteCount - first))
    var found: Int?
    for count in 0...most {
      let start = most - count
      guard start + run.byteCount <= bytes.count,
        run.holds(bytes.rawSpan.extracting(start..<start + run.byteCount))
      else { continue }
      // Short or repetitive runs may be found in more than one place.
      guard found == nil else { return unprovenCount += 1 }
      found = count
    }
    guard let found else { return unprovenCount += 1 }
    fill(found, before: run.offset - removed - found)
    isLost = false
  }

  private mutating func fill(_ byteCount: Int, before place: Int) {
    if byteCount > 0 { fillers.append(RemovedReturns.Filler(place: place, byteCount: byteCount)) }
    removed += byteCount
  }

  /// Whether every missing byte is accounted for.
  var isConsistent: Bool { removed == missing }

  /// Accounts for what is missing after the last run that is proved.
  mutating func finish(at place: Int) {
    if isLost { fill(missing - removed, before: place) }
  }

  /// For more returns in one run, 32-bit checksums never determine the places.
  private static let maximumReturnCount = 32
  private static let maximumRunByteCount = 256 << 20
  /// Bytes of the next run, whose numbers are aligned like those of this one.
  private static let lookahead = 256
}
