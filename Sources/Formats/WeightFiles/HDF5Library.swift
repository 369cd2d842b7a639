internal import CDecantHDF5
internal import CHDF5
internal import Essentials
internal import Threads

/// The only access to libhdf5, which is not thread-safe: the caller must hold the lock.
///
/// The lock is recursive, because a handle that goes out of scope within a locked call closes itself.
enum HDF5Library {
  private static let lock = Lock(isRecursive: true)
  /// Started once, by the first caller.
  private static let isStarted = decant_hdf5_start() >= 0

  /// Set in a child process only, which has one thread; the lock there belongs to a thread that does not exist.
  nonisolated(unsafe) private static var isAlone = false

  /// Creates a child process that runs `body` with its ends of two pipes and then exits; it has the library to itself.
  ///
  /// - Returns: the process ID; negative if none can be created (`errno`).
  static func fork(_ pipes: inout decant_hdf5_pipes, _ body: @escaping (decant_hdf5_pipes) -> Void) -> pid_t {
    var body = body
    // No other thread is in the library, whose state the child inherits.
    return locked {
      // The closure outlives the call, and the child has a copy of it.
      unsafe withUnsafeMutablePointer(to: &body) { body in
        unsafe decant_hdf5_fork(
          &pipes,
          { context, pipes in
            unsafe HDF5Library.isAlone = true
            guard let body = unsafe context?.assumingMemoryBound(to: ((decant_hdf5_pipes) -> Void).self) else {
              return
            }
            unsafe body.pointee(pipes)
          }, UnsafeMutableRawPointer(body))
      }
    }
  }

  /// Runs calls of the library while no other thread can.
  static func locked<Result: ~Copyable, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result
  {
    let isAlone = unsafe isAlone
    if !isAlone { lock.lock() }
    defer { if !isAlone { lock.unlock() } }
    _ = isStarted
    decant_hdf5_enter()
    return try body()
  }

  /// What the library said about the last failure on this thread.
  static var lastMessage: String {
    guard let text = unsafe decant_hdf5_error() else { return "no reason given" }
    let message = unsafe String(cString: text)
    // For a failed system call, the library's message includes pointers and times as well.
    let mark = "error message = '"
    if let start = message.firstRange(of: mark)?.upperBound, let end = message[start...].firstIndex(of: "'") {
      return String(message[start..<end])
    }
    return message.isEmpty ? "no reason given" : message
  }
}

/// An identifier of the library that is closed when it goes out of scope.
struct HDF5Handle: ~Copyable, Sendable {
  /// What the identifier refers to; each kind has its own call to close it.
  enum Kind: Sendable {
    case file, group, dataset, type, space, attribute, properties
  }

  let id: hid_t
  private let kind: Kind

  /// Takes over an identifier that a call returned; nil if the call failed.
  init?(_ id: hid_t, _ kind: Kind) {
    guard id >= 0 else { return nil }
    self.id = id
    self.kind = kind
  }

  deinit {
    _ = Self.close(id, kind)
  }

  /// Closes now, and returns whether that worked; for files, where closing writes.
  consuming func close() -> Bool {
    let (id, kind) = (id, kind)
    discard self
    return Self.close(id, kind) >= 0
  }

  private static func close(_ id: hid_t, _ kind: Kind) -> herr_t {
    HDF5Library.locked {
      switch kind {
      case .file: H5Fclose(id)
      case .group: H5Gclose(id)
      case .dataset: H5Dclose(id)
      case .type: H5Tclose(id)
      case .space: H5Sclose(id)
      case .attribute: H5Aclose(id)
      case .properties: H5Pclose(id)
      }
    }
  }
}
