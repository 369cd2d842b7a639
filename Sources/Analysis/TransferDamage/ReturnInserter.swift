/// Inserts returns, and zeros for lost bytes, into bytes that come piece by piece.
struct ReturnInserter {
  private let insertions: [(place: Int, bytes: [UInt8])]
  private var next = 0
  private var position = 0

  init(_ returns: RemovedReturns?) {
    let returned = (returns?.places ?? []).map { (place: $0, bytes: [0x0d] as [UInt8]) }
    let filled = (returns?.fillers ?? []).map { filler in
      (place: filler.place, bytes: [UInt8](repeating: 0, count: filler.byteCount))
    }
    // If both are at one place, the lost bytes belong to the run before.
    insertions = (filled + returned).enumerated()
      .sorted { ($0.element.place, $0.offset) < ($1.element.place, $1.offset) }.map(\.element)
  }

  /// The next bytes, with the insertions made.
  mutating func insert(into bytes: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    var done = 0
    while next < insertions.count, insertions[next].place < position + bytes.count {
      let place = insertions[next].place - position
      output += bytes[done..<place]
      output += insertions[next].bytes
      done = place
      next += 1
    }
    position += bytes.count
    guard done > 0 || !output.isEmpty else { return bytes }
    return output + bytes[done...]
  }

  /// What follows the last byte.
  var atEnd: [UInt8] { insertions[next...].flatMap(\.bytes) }
}
