import Foundation
import Threads

@testable import Workers

/// A pipe that a test writes into as a driver would, and the input that reads from it.
final class SentBytes: Sendable {
  private let ends: [Int32]
  let input: WorkerInput

  /// A pipe; `bytes` are written by another thread, so that they may be more than it holds, in pieces of `pieceCount`.
  init(_ bytes: [UInt8], pieceCount: Int = 1 << 16, chunkByteCount: Int = 1 << 16, closes: Bool = true) throws {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { throw POSIXError(.EMFILE) }
    self.ends = ends
    input = try WorkerInput(descriptor: ends[0], chunkByteCount: chunkByteCount)
    let writeEnd = ends[1]
    DetachedThread.start {
      var rest = bytes[...]
      while !rest.isEmpty {
        let piece = rest.prefix(pieceCount)
        let count = unsafe piece.withUnsafeBytes { unsafe write(writeEnd, $0.baseAddress, $0.count) }
        if count <= 0 { break }
        rest = rest.dropFirst(count)
      }
      if closes { close(writeEnd) }
    }
  }

  deinit { close(ends[0]) }
}
