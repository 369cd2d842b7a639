internal import Bytes
internal import CDecantHDF5

/// What is asked of the process that reads an HDF5 file: three numbers.
enum HDF5Request: Equatable {
  /// `HDF5Contents` in JSON.
  case contents
  /// As many elements of a dataset, given by its index, as are read at once from this one on.
  case box(Int, element: Int)
  /// An `HDF5StringList` of a dataset, given by its index.
  case strings(Int)
  /// An `HDF5StringList` of the attributes that are neither metadata nor about a tensor.
  case otherAttributes

  /// Sends the request; false if the other end is gone.
  func send(to pipes: decant_hdf5_pipes) -> Bool {
    let numbers =
      switch self {
      case .contents: (0, 0, 0)
      case .box(let index, let element): (1, index, element)
      case .strings(let index): (2, index, 0)
      case .otherAttributes: (3, 0, 0)
      }
    return HDF5Message.send([numbers.0, numbers.1, numbers.2], to: pipes)
  }

  /// Waits for a request; nil if there are no more.
  static func receive(from pipes: decant_hdf5_pipes) -> HDF5Request? {
    guard let numbers = HDF5Message.receive(3, from: pipes) else { return nil }
    switch numbers[0] {
    case 0: return .contents
    case 1: return .box(numbers[1], element: numbers[2])
    case 2: return .strings(numbers[1])
    case 3: return .otherAttributes
    default: return nil
    }
  }
}

/// An answer: two numbers, its kind and its length, and then its bytes.
struct HDF5Answer {
  /// What the bytes are.
  enum Kind: Int {
    /// The requested data.
    case value = 0
    /// An `HDF5Failure` in JSON.
    case failure = 1
  }

  let kind: Kind
  let byteCount: Int

  /// Sends the head and the first bytes of a buffer that holds them; false if the other end is gone.
  func send(_ buffer: [UInt8], to pipes: decant_hdf5_pipes) -> Bool {
    precondition(byteCount <= buffer.count, "an answer lies in its buffer")
    guard HDF5Message.send([kind.rawValue, byteCount], to: pipes) else { return false }
    return unsafe decant_hdf5_send(pipes.output, buffer, byteCount) != 0
  }

  /// Waits for the head; nil if the other end is gone, or sends something else.
  static func receiveHead(from pipes: decant_hdf5_pipes) -> HDF5Answer? {
    guard let numbers = HDF5Message.receive(2, from: pipes), let kind = Kind(rawValue: numbers[0]), numbers[1] >= 0
    else {
      return nil
    }
    return HDF5Answer(kind: kind, byteCount: numbers[1])
  }

  /// Receives the bytes into a buffer, which grows if it is too small; false if the other end is gone.
  func receive(from pipes: decant_hdf5_pipes, into buffer: inout [UInt8]) -> Bool {
    if buffer.count < byteCount { buffer = [UInt8](repeating: 0, count: byteCount) }
    return unsafe decant_hdf5_receive(pipes.input, &buffer, byteCount) != 0
  }
}

/// Numbers on their way through a pipe; both ends are the same program.
private enum HDF5Message {
  static func send(_ numbers: [Int], to pipes: decant_hdf5_pipes) -> Bool {
    unsafe decant_hdf5_send(pipes.output, numbers, numbers.count * MemoryLayout<Int>.stride) != 0
  }

  static func receive(_ count: Int, from pipes: decant_hdf5_pipes) -> [Int]? {
    var numbers = [Int](repeating: 0, count: count)
    // The array holds this many numbers, and every bit pattern is a number.
    let isWhole = unsafe decant_hdf5_receive(pipes.input, &numbers, count * MemoryLayout<Int>.stride) != 0
    return isWhole ? numbers : nil
  }
}

/// Byte strings in one piece, each preceded by its length.
enum HDF5StringList {
  /// Writes the strings one after the other.
  static func encode(_ strings: [[UInt8]]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(strings.reduce(0) { $0 + $1.count + 8 })
    for string in strings {
      bytes += UInt64(string.count).littleEndianBytes
      bytes += string
    }
    return bytes
  }

  /// Reads all strings; nil if the bytes are not such a list.
  static func decode(_ bytes: RawSpan) -> [[UInt8]]? {
    var reader = ByteReader(bytes)
    var strings: [[UInt8]] = []
    while !reader.isAtEnd {
      guard let declared = try? reader.readLittleEndian(UInt64.self), let count = Int(exactly: declared),
        let string = try? reader.readBytes(count)
      else { return nil }
      strings.append([UInt8](string))
    }
    return strings
  }
}

extension UInt64 {
  fileprivate var littleEndianBytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) } }
}
