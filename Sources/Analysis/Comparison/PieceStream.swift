internal import Essentials
internal import Tensors
internal import Threads

/// The pieces of a tensor, fetched one by one while another thread reads a few ahead.
///
/// Sources hand pieces to a closure; to walk two sources side by side, the pieces of one must be fetched instead.
final class PieceStream: @unchecked Sendable {
  private struct Cancelled: Error {}

  /// Guards everything below; that is what makes the class `Sendable`.
  private let condition = Condition()
  private var pieces: [[UInt8]] = []
  private var hasEnded = false
  private var isCancelled = false
  private var failure: (any Error)?
  private var task: BackgroundTask<Void>?

  private static let maximumWaitingCount = 4

  /// Starts reading.
  init(_ descriptor: TensorDescriptor, of source: any TensorSource, pieceByteCount: Int) {
    task = BackgroundTask { [self] _ in
      do {
        try source.read(descriptor, maximumByteCount: pieceByteCount) { piece in
          try unsafe piece.withUnsafeBytes { try unsafe put([UInt8]($0)) }
        }
        end(nil)
      } catch {
        end(error)
      }
    }
  }

  /// The next piece; nil after the last one.
  ///
  /// - Throws: what the source threw, after the pieces that it gave.
  func next() throws -> [UInt8]? {
    condition.lock()
    defer { condition.unlock() }
    while pieces.isEmpty, !hasEnded { condition.wait() }
    if pieces.isEmpty {
      if let failure { throw failure }
      return nil
    }
    defer { condition.signal() }
    return pieces.removeFirst()
  }

  /// Stops reading and waits for the thread to end.
  func cancel() {
    condition.lock()
    isCancelled = true
    condition.signal()
    condition.unlock()
    task?.cancel()
    task = nil
  }

  private func put(_ piece: [UInt8]) throws {
    condition.lock()
    defer { condition.unlock() }
    while pieces.count >= Self.maximumWaitingCount, !isCancelled { condition.wait() }
    if isCancelled { throw Cancelled() }
    pieces.append(piece)
    condition.signal()
  }

  private func end(_ error: (any Error)?) {
    condition.lock()
    failure = error
    hasEnded = true
    condition.signal()
    condition.unlock()
  }
}
