internal import Essentials
public import Messages

/// What the file system refused, and for which path.
public struct FileError: DecantError, Equatable {
  /// What went wrong; the codes are `errno`.
  public enum Reason: Equatable, Sendable {
    /// The file cannot be opened for reading.
    case cannotOpen(Int32)
    /// The path is a directory; a file was expected.
    case isDirectory
    /// The path is a pipe, socket or device; a file was expected.
    case notRegular
    /// The system failed to read.
    case cannotRead(Int32, offset: Int)
    /// The file ends before the bytes that were asked for.
    case tooShort(offset: Int, needed: Int, byteCount: Int)
    /// The file was replaced, cut, lengthened or written while it was being read.
    case changed
    /// This many bytes would have to be in memory at once, but the system did not provide them.
    case outOfMemory(byteCount: Int)
    /// The output cannot be created.
    case cannotCreate(Int32)
    /// The output exists and was not to be replaced.
    case exists
    /// A pipe, socket or device has the output's name; replacing it with a file would break the programs that use it.
    case outputNotRegular
    /// The path leads into an archive, which cannot be read, or not there.
    case packed(PackedDefect)
    /// The system failed to write.
    case cannotWrite(Int32)
  }

  /// What went wrong.
  public let reason: Reason
  /// The path as it was given.
  public let file: String

  /// An error about a file.
  public init(_ reason: Reason, file: String) {
    self.reason = reason
    self.file = file
  }

  /// Depends on the reason: no input, bad data, an output that cannot be created, or a failure of the device.
  public var category: ErrorCategory {
    switch reason {
    case .cannotOpen(let code): code == ENOENT || code == ENOTDIR || addressWords != nil ? .noInput : .inputOutput
    case .isDirectory, .notRegular: .noInput
    case .cannotRead, .cannotWrite, .changed, .outOfMemory: .inputOutput
    case .tooShort: .badData
    case .packed(let defect): defect.category
    case .cannotCreate, .exists, .outputNotRegular: .cannotCreate
    }
  }

  /// What to say if nothing is found or created because the path is an address on another machine.
  private var addressWords: Message? {
    switch reason {
    case .cannotOpen(ENOENT), .cannotOpen(ENOTDIR), .cannotOpen(ENAMETOOLONG): RemoteAddress(file)?.adviceForInput
    case .cannotCreate(ENOENT), .cannotCreate(ENOTDIR), .cannotCreate(ENAMETOOLONG):
      RemoteAddress(file)?.adviceForOutput
    default: nil
    }
  }

  /// Place, reason and what to try, in sentences.
  public var message: Message { "\(file): \(addressWords ?? sentence)" }

  private var sentence: Message {
    switch reason {
    case .cannotOpen(let code) where code == ENOENT || code == ENOTDIR:
      "no such file. Check the spelling and the directory."
    case .cannotOpen(let code):
      "cannot be opened: \(String(systemErrorNumber: code))."
        + "\(code == EACCES ? " Get permission to read it, or run Decant as a user who has it." : "")"
    case .isDirectory: "is a directory, but a file was expected. Name a file."
    case .notRegular: "is not a regular file. Copy its content into a file first."
    case .cannotRead(let code, let offset):
      "byte \(offset): cannot be read: \(String(systemErrorNumber: code)). "
        + "The disk or the connection to it may be failing; copy the file elsewhere first."
    case .tooShort(let offset, let needed, let byteCount):
      "byte \(offset): needs \(needed.counted("byte")), but the file ends at byte \(byteCount). A short file is "
        + "usually an interrupted download or copy; compare its size with the original's, and copy it again."
    case .changed:
      "changed while it was being read. Nothing was written; run the command again when no program is writing to the file."
    case .outOfMemory(let byteCount):
      "needs \(byteCount.counted("byte")) of memory at once, which the system did not provide. "
        + "Use a machine with more memory, or raise the memory limit of the process."
    case .cannotCreate(let code) where code == ENOENT && !file.isEmpty:
      "the directory \(file.directoryPart) does not exist. "
        + "Nothing was written; create it with 'mkdir -p', or add --parents."
    case .cannotCreate(let code):
      "cannot be created: \(String(systemErrorNumber: code)). Nothing was written; choose another place or name."
    case .exists: "already exists. Nothing was written; choose another name, or replace it with --force."
    case .outputNotRegular:
      "is a pipe, socket or device, which Decant never replaces with a file. Nothing was written; choose another name."
    case .packed(let defect): defect.words
    case .cannotWrite(let code):
      "cannot be written: \(String(systemErrorNumber: code)). "
        + "Nothing was left behind; free some space or choose another place."
    }
  }
}

extension String {
  /// What an `errno` means, in the system's words.
  package init(systemErrorNumber code: Int32) {
    self = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
  }
}
