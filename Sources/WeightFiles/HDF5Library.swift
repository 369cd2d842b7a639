internal import CDecantHDF5
internal import CHDF5
internal import Foundation

/// The one door to libhdf5, which is not safe for threads: whoever calls it holds the lock.
///
/// The lock is recursive, since a handle that goes out of scope within a locked call closes itself.
enum HDF5Library {
  private static let lock = NSRecursiveLock()
  /// Started once, by the first that asks.
  private static let isStarted = decant_hdf5_start() >= 0

  /// Runs calls of the library, alone.
  static func locked<Result: ~Copyable, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result
  {
    lock.lock()
    defer { lock.unlock() }
    _ = isStarted
    decant_hdf5_enter()
    return try body()
  }

  /// What the library said about the last failure on this thread.
  static var lastMessage: String {
    guard let text = unsafe decant_hdf5_error() else { return "no reason given" }
    let message = unsafe String(cString: text)
    return message.isEmpty ? "no reason given" : message
  }
}

/// An identifier of the library that is closed when it goes out of scope.
struct HDF5Handle: ~Copyable, Sendable {
  /// What the identifier stands for; each kind has its own call to close it.
  enum Kind: Sendable {
    case file, group, dataset, type, space, attribute, properties
  }

  let id: hid_t
  private let kind: Kind

  /// Takes over an identifier that a call returned; nil where the call failed.
  init?(_ id: hid_t, _ kind: Kind) {
    guard id >= 0 else { return nil }
    self.id = id
    self.kind = kind
  }

  deinit {
    _ = Self.close(id, kind)
  }

  /// Closes now, and says whether it worked; for files, where closing writes.
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
