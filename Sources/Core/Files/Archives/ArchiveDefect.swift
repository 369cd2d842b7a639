public import Bytes
package import Messages

/// What is wrong with a zip archive, or what Decant does not read in it.
public enum ArchiveDefect: Error, Equatable, Sendable {
  /// The file does not end with a zip archive's end record.
  case noEnd
  /// The central directory is past the end of the file.
  case directoryPastEnd
  /// The central directory ends before the record that says where it is, by this many bytes.
  case directoryGap(byteCount: Int)
  /// The central directory is larger than Decant reads.
  case directoryTooLarge(byteCount: Int)
  /// The central directory ends within a member's header.
  case cutShort(ByteError.Reason)
  /// Something else was found where a member's header should be.
  case noMember
  /// The number of members in the central directory differs from the number in the end record.
  case memberCount(declared: Int, found: Int)
  /// Two members share bytes.
  case overlap(String, String)
  /// A member is encrypted.
  case encrypted(String)
  /// A member is compressed with a method other than deflate.
  case method(Int, String)
  /// A member reaches past the end of the archive's data.
  case pastEnd
  /// A member's two sizes, in bytes, contradict each other.
  case impossibleSize(String, declared: Int, stored: Int)
  /// The directory points to a place without a header for that member.
  case noLocalHeader
  /// The compressed data is damaged.
  case badDeflate
  /// A member has more or fewer bytes than declared.
  case byteCount(declared: Int, found: Int)
  /// A member's CRC-32 is not the stored one.
  case checksum(stored: UInt32, computed: UInt32)
  /// Two members have the same name.
  case duplicateMember
  /// A compressed member is larger than Decant unpacks.
  case tooLargeToUnpack(String, byteCount: Int, limit: Int)
  /// A member that is not an array: some programs keep other things in the archive.
  case notAnArray

  /// Whether the file was probably changed after it was written.
  package var isDamage: Bool {
    switch self {
    case .encrypted, .method, .notAnArray, .duplicateMember, .directoryTooLarge, .tooLargeToUnpack: false
    default: true
    }
  }

  /// The defect as a sentence.
  package var words: Message {
    switch self {
    case .noEnd: "the archive has no end record; the download was probably interrupted."
    case .directoryPastEnd: "the archive's directory is past the end of the file."
    case .directoryGap(let byteCount):
      "the archive's directory ends \(byteCount.counted("byte")) before its end record, but should end at it."
    case .directoryTooLarge(let byteCount):
      "the archive's directory has \(byteCount.counted("byte")); Decant reads at most \(ZipListing.maximumDirectoryByteCount). "
        + "Unpack the archive first."
    case .cutShort(let reason): "the archive's directory \(ByteError(reason, offset: 0))."
    case .noMember: "the archive's directory has an invalid entry."
    case .memberCount(let declared, let found):
      "the archive declares \(declared.counted("member")), but lists \(found)."
    case .overlap(let first, let second):
      "the members '\(first)' and '\(second)' share bytes."
    case .encrypted(let name): "the member '\(name)' is encrypted. Store it again without encryption."
    case .method(let method, let name):
      "the member '\(name)' uses compression method \(method); Decant reads only 0 (stored) and 8 (deflate). Unpack the "
        + "archive first, or make it again with one of these."
    case .pastEnd: "a member reaches past the end of the archive's data."
    case .impossibleSize(let name, let declared, let stored):
      "the member '\(name)' declares \(declared.counted("byte")) but is stored in \(stored), which is impossible."
    case .noLocalHeader: "the archive's directory points to a place without a header for this member."
    case .badDeflate: "the compressed data cannot be decoded."
    case .byteCount(let declared, let found): "has \(found.counted("byte")), but \(declared) are declared."
    case .checksum(let stored, let computed):
      "CRC-32 is 0x\(String(computed, radix: 16)), but 0x\(String(stored, radix: 16)) was stored."
    case .duplicateMember: "is in the archive twice. Make the archive again with one of them."
    case .tooLargeToUnpack(let name, let byteCount, let limit):
      "the compressed member '\(name)' has \(byteCount.counted("byte")); Decant unpacks at most \(limit). Unpack the archive first."
    case .notAnArray: "is not an array (.npy) and is skipped."
    }
  }
}
