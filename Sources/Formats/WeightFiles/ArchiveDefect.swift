public import Bytes
internal import Messages

/// What is wrong with a zip archive, or not read.
public enum ArchiveDefect: Error, Equatable, Sendable {
  /// The file does not end as an archive does.
  case noEnd
  /// The central directory lies beyond the file.
  case directoryPastEnd
  /// The central directory ends before the record that says where it lies, by this many bytes.
  case directoryGap(byteCount: Int)
  /// The central directory is larger than is read.
  case directoryTooLarge(byteCount: Int)
  /// The central directory ends within a member's header.
  case cutShort(ByteError.Reason)
  /// Something else was found where a member's header should be.
  case noMember
  /// The central directory has another number of members than the end record says.
  case memberCount(declared: Int, found: Int)
  /// Two members share bytes.
  case overlap(String, String)
  /// A member is encrypted.
  case encrypted(String)
  /// A member is compressed in another way than by deflate.
  case method(Int, String)
  /// A member lies beyond the file.
  case pastEnd
  /// A member's sizes cannot both be right.
  case impossibleSize(String, declared: Int, stored: Int)
  /// The directory leads to no header of that member.
  case noLocalHeader
  /// The compressed data is damaged.
  case badDeflate
  /// A member has another number of bytes than declared.
  case byteCount(declared: Int, found: Int)
  /// A member's CRC-32.
  case checksum(stored: UInt32, computed: UInt32)
  /// Two members have one name.
  case duplicateMember
  /// A member that is not an array, such as of a program that keeps other things in the archive.
  case notAnArray

  /// Whether the file is probably not as it was written.
  var isDamage: Bool {
    switch self {
    case .encrypted, .method, .notAnArray, .duplicateMember, .directoryTooLarge: false
    default: true
    }
  }

  /// The defect as a sentence.
  var words: Message {
    switch self {
    case .noEnd: "the archive has no end record; the download was probably interrupted."
    case .directoryPastEnd: "the archive's directory lies beyond the end of the file."
    case .directoryGap(let byteCount):
      "the archive's directory ends \(byteCount.counted("byte")) before the record that follows it; the archive was changed."
    case .directoryTooLarge(let byteCount):
      "the archive's directory has \(byteCount.counted("byte")); up to \(ZipArchive.maximumDirectoryByteCount) are read."
    case .cutShort(let reason): "the archive's directory \(ByteError(reason, offset: 0))."
    case .noMember: "the archive's directory is damaged."
    case .memberCount(let declared, let found):
      "the archive declares \(declared.counted("member")), but lists \(found)."
    case .overlap(let first, let second):
      "the members '\(first)' and '\(second)' share bytes."
    case .encrypted(let name): "the member '\(name)' is encrypted. Unpack it and pack it again."
    case .method(let method, let name):
      "the member '\(name)' is compressed by method \(method); stored (0) and deflate (8) are read."
    case .pastEnd: "a member lies beyond the archive's directory."
    case .impossibleSize(let name, let declared, let stored):
      "the member '\(name)' declares \(declared.counted("byte")) in \(stored), which is impossible."
    case .noLocalHeader: "the archive's directory leads to no header of this member."
    case .badDeflate: "the compressed data is damaged."
    case .byteCount(let declared, let found): "has \(found.counted("byte")), but \(declared) are declared."
    case .checksum(let stored, let computed):
      "CRC-32 is 0x\(String(computed, radix: 16)), but 0x\(String(stored, radix: 16)) was stored."
    case .duplicateMember: "is in the archive twice."
    case .notAnArray: "is not an array (.npy) and is skipped."
    }
  }
}
