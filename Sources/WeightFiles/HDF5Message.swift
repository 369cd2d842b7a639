internal import Bytes
internal import CDecantHDF5

/// What is asked of the process that reads an HDF5 file.
enum HDF5Request: Codable {
  /// `HDF5Contents` in JSON.
  case contents
  /// The elements that are read at once from one on.
  case box(HDF5Dataset, element: Int)
  /// An `HDF5StringList`.
  case strings(HDF5Dataset)
}

/// A message to or from that process: what it is and its length, in 8 bytes each, and then its bytes.
enum HDF5Message {
  /// What an answer is; requests count as values.
  enum Kind: UInt64 {
    /// What was asked for.
    case value = 0
    /// An `HDF5Failure` in JSON.
    case error = 1
  }

  private static let headByteCount = 16

  /// Sends a message whole; false where the other end is gone.
  static func send(_ bytes: [UInt8], count: Int? = nil, kind: Kind, to pipes: decant_hdf5_pipes) -> Bool {
    let count = count ?? bytes.count
    let head = kind.rawValue.littleEndianBytes + UInt64(count).littleEndianBytes
    precondition(count <= bytes.count, "a message lies in its buffer")
    return unsafe decant_hdf5_send(pipes.output, head, head.count) != 0
      && decant_hdf5_send(pipes.output, bytes, count) != 0
  }

  /// Waits for a message and receives its head; nil where the other end is gone. A length that no memory has is nil.
  static func receiveHead(from pipes: decant_hdf5_pipes) -> (kind: Kind, byteCount: Int?)? {
    var bytes: [UInt8] = []
    guard receive(headByteCount, from: pipes, into: &bytes) else { return nil }
    var reader = ByteReader(bytes.rawSpan)
    guard let kind = try? reader.readLittleEndian(UInt64.self), let count = try? reader.readLittleEndian(UInt64.self)
    else { return nil }
    return (Kind(rawValue: kind) ?? .error, Int(exactly: count))
  }

  /// Receives bytes into a buffer, which grows where it is smaller; false where the other end is gone.
  static func receive(_ count: Int, from pipes: decant_hdf5_pipes, into buffer: inout [UInt8]) -> Bool {
    if buffer.count < count { buffer = [UInt8](repeating: 0, count: count) }
    return unsafe decant_hdf5_receive(pipes.input, &buffer, count) != 0
  }
}

/// Byte strings in one piece: each with its length before it.
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

  /// Reads all strings; nil where the bytes are no such list.
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
