public import Messages

/// What keeps an archive, or a compressed file, from being read, or a member of it.
public enum PackedDefect: Error, Equatable, Sendable {
  /// The compressed data is damaged after this many bytes.
  case damaged(format: String, unpacked: Int)
  /// The compressed data ends before its end is marked.
  case cutShort(format: String, unpacked: Int)
  /// Something follows the compressed data.
  case trailing(format: String, byteCount: Int)
  /// Decoding needs more memory than Decant allows.
  case windowTooLarge(format: String, limit: Int)
  /// The compressed data has an option that Decant does not know.
  case unsupported(format: String)
  /// The file unpacks to more bytes than Decant allows for a file of its size.
  case tooLarge(packed: Int, limit: Int)
  /// The directory for temporary files has too little room.
  case noRoom(directory: String, free: Int)
  /// A header of a tar archive is damaged.
  case badHeader(offset: Int)
  /// A tar archive ends within a member or without its end mark.
  case tarCutShort
  /// A tar archive holds no member that can be read.
  case nothing
  /// Members have names that lead out of the archive, or are too long; they are left out.
  case badNames([String])
  /// There are more members than Decant lists.
  case tooManyMembers(limit: Int)
  /// The directory of a zip archive is damaged, or has something that Decant does not read.
  case zip(ArchiveDefect)
  /// The archive has no such member.
  case noMember(String, present: [String])
  /// The member is not a regular file; the text says what it is, with an article.
  case notAFile(String, Message)
  /// The member is an archive itself.
  case nested(String)
  /// The archive holds no model; what it holds.
  case noModel(present: [String])
  /// The archive holds several models; their paths.
  case severalModels([String])

  /// Whether the archive is damaged, so that another copy of it may be intact.
  var isDamage: Bool {
    switch self {
    case .damaged, .cutShort, .trailing, .badHeader, .tarCutShort, .nothing: true
    case .zip(let defect): defect.isDamage
    default: false
    }
  }

  /// Whether members that can be read may have wrong bytes, or others may be missing.
  package var mayLoseData: Bool {
    switch self {
    case .damaged, .cutShort, .badHeader, .tarCutShort: true
    default: false
    }
  }

  /// The kind of failure.
  var category: ErrorCategory {
    switch self {
    case .noRoom: .inputOutput
    case .noMember: .noInput
    case .severalModels: .usage
    default: .badData
    }
  }

  /// What was found and what to do, in sentences that follow the archive's path.
  var words: Message {
    switch self {
    case .damaged(let format, let unpacked):
      "the \(format) data is damaged after \(unpacked.counted("unpacked byte")). \(Self.copyAgain) \(Self.recover)"
    case .cutShort(let format, let unpacked):
      "the \(format) data is cut short; it unpacks to \(unpacked.counted("byte")), and more should follow. "
        + "\(Self.copyAgain) \(Self.recover)"
    case .trailing(let format, let byteCount):
      "\(byteCount.counted("byte")) \(byteCount.noun("follows", "follow")) the end of the \(format) data, which is intact. "
        + "Compare the file's checksum with the original's."
    case .windowTooLarge(let format, let limit):
      "the \(format) data needs more than \(limit.counted("byte")) of memory to unpack, the most that Decant allows. "
        + "Unpack it with another program first."
    case .unsupported(let format):
      "the \(format) data uses an option that Decant does not support. Unpack it with another program first."
    case .tooLarge(let packed, let limit):
      "unpacks to more than \(limit.counted("byte")), the limit for a file of \(packed.counted("byte")) (1000 times its size, "
        + "but at least 64 MiB and at most 64 GiB). If you trust the file, unpack it with another program first."
    case .noRoom(let directory, let free):
      "cannot be unpacked: \(directory) has only \(free.counted("byte")) left. Free some space, or set TMPDIR to a "
        + "directory with more."
    case .badHeader(let offset):
      "the tar archive is damaged at byte \(offset) of its unpacked content; Decant cannot find the members after it. "
        + "\(Self.copyAgain) \(Self.recover)"
    case .tarCutShort: "the tar archive is cut short. \(Self.copyAgain) \(Self.recover)"
    case .nothing: "the archive holds no file. \(Self.copyAgain)"
    case .badNames(let names):
      "Decant leaves out members whose names lead out of the archive or are too long: \(names: names)."
    case .tooManyMembers(let limit): "the archive has more than \(limit) members. Unpack it with another program first."
    case .zip(let defect): defect.isDamage ? "\(defect.words) \(Self.copyAgain)" : defect.words
    case .noMember(let name, let present):
      "the archive has no member '\(name)'.\(present.isEmpty ? "" : " It has \(names: present).") "
        + "Name one of its members after the '!'."
    case .notAFile(let name, let noun): "the member '\(name)' is \(noun)"
    case .nested(let name):
      "the member '\(name)' is itself an archive. Decant does not open an archive within another. Unpack the outer one first."
    case .noModel(let present):
      "the archive holds no model that Decant reads.\(present.isEmpty ? "" : " It has \(names: present).") "
        + "If one of its files is a model, name that file, as in 'ARCHIVE!FILE'."
    case .severalModels(let paths):
      "the archive holds several models. Name one of them (in a shell, with the quotation marks): \(names: paths)."
    }
  }

  private static let recover: Message = "'decant recover' saves what can be read."
  private static let copyAgain: Message =
    "Compare the archive's size and checksum with the original, and copy it again."
}
