internal import Bytes
internal import CDecantHDF5
internal import Essentials

/// A child process that answers requests, and the pipes to and from it.
struct HDF5Child: Sendable {
  /// The answer to a request.
  enum Answer {
    /// The requested data: this many bytes.
    case value(Int)
    /// An `HDF5Failure` in JSON: this many bytes.
    case failure(Int)
    /// More bytes than the request can have, or than there is room for.
    case tooLong(Int)
    /// The child is gone and sent nothing.
    case gone
  }

  private let process: Int32
  private let pipes: decant_hdf5_pipes

  /// Makes a child that does `body` with its ends of the pipes; nil if the system cannot create one (`errno`).
  init?(_ body: @escaping (decant_hdf5_pipes) -> Void) {
    var pipes = decant_hdf5_pipes()
    process = HDF5Library.fork(&pipes, body)
    guard process > 0 else { return nil }
    self.pipes = pipes
  }

  /// Starts a program that reads requests from its standard input; nil if the system cannot (`errno`).
  init?(program: String, arguments: [String]) {
    var pipes = decant_hdf5_pipes()
    var texts: [UnsafeMutablePointer<CChar>?] = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
    defer { unsafe texts.forEach { unsafe free($0) } }
    process = unsafe decant_hdf5_spawn(&pipes, program, &texts)
    guard process > 0 else { return nil }
    self.pipes = pipes
  }

  /// Sends a request; false if the child is gone.
  func ask(_ request: HDF5Request) -> Bool { request.send(to: pipes) }

  /// Waits for the answer to the oldest open request; `buffer` receives at most `limit` bytes of it.
  func answer(limit: Int, into buffer: inout [UInt8]) -> Answer {
    guard let head = HDF5Answer.receiveHead(from: pipes) else { return .gone }
    guard head.byteCount <= limit, MemoryRoom.has(head.byteCount) else { return .tooLong(head.byteCount) }
    guard head.receive(from: pipes, into: &buffer) else { return .gone }
    return head.kind == .value ? .value(head.byteCount) : .failure(head.byteCount)
  }

  /// Ends the process if it is still running, once, and returns the signal that ended it.
  func end() -> Int32 {
    decant_hdf5_end(process, pipes)
  }
}
