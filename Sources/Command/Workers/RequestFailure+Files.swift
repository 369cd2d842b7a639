internal import Essentials
internal import Files

extension RequestFailure.Code {
  /// The code for a file that was refused.
  init(reading error: FileError) {
    switch error.reason {
    case .cannotOpen(ENOENT), .cannotOpen(ENOTDIR), .cannotOpen(ENAMETOOLONG): self = .noSuchFile
    case .outOfMemory: self = .tooLarge
    case .cannotCreate, .exists, .outputNotRegular, .cannotWrite: self = .cannotWrite
    case .cannotOpen, .isDirectory, .notRegular, .cannotRead, .tooShort, .changed, .packed: self = .cannotRead
    }
  }
}
