internal import Bytes
internal import CDecantHDF5

/// A child process that answers requests, and the pipes to it and from it.
struct HDF5Child: Sendable {
  /// What came back for a request.
  enum Answer {
    /// What was asked for, so many bytes of it.
    case value(Int)
    /// An `HDF5Failure` in JSON, so many bytes of it.
    case error(Int)
    /// More bytes than the request could have, or than there is room for.
    case tooLong(Int)
    /// Nothing: the child is gone.
    case none
  }

  private let process: Int32
  private let pipes: decant_hdf5_pipes

  /// Makes a child that does `body` with its ends of the pipes; nil where the system makes none (`errno`).
  init?(_ body: (decant_hdf5_pipes) -> Void) {
    var pipes = decant_hdf5_pipes()
    process = HDF5Library.fork(&pipes, body)
    guard process > 0 else { return nil }
    self.pipes = pipes
  }

  /// Sends a request and waits for the answer, of which `buffer` receives at most `limit` bytes.
  func answer(_ request: [UInt8], limit: Int, into buffer: inout [UInt8]) -> Answer {
    guard HDF5Message.send(request, kind: .value, to: pipes), let head = HDF5Message.receiveHead(from: pipes)
    else { return .none }
    guard let count = head.byteCount, count <= limit, MemoryRoom.has(count) else {
      return .tooLong(head.byteCount ?? .max)
    }
    guard HDF5Message.receive(count, from: pipes, into: &buffer) else { return .none }
    return head.kind == .value ? .value(count) : .error(count)
  }

  /// Ends the process where it has not ended, once, and says by which signal it did.
  func end() -> Int32 {
    decant_hdf5_end(process, pipes)
  }
}
