internal import Essentials

/// The permissions of a new file: those of any new file, but never wider than those of the files that it is made from.
///
/// Weights that only their owner may read stay private in any format. The system applies the user's umask as always.
/// The owner of the new file, who has just read its sources, may always read it, and may write it while it is being
/// written.
public struct OutputPermissions: Sendable, Equatable {
  /// The bits of the mode, before the mask.
  public let mode: UInt32

  /// Reading and writing for all, as for any new file.
  public static let ofNewFile = OutputPermissions(mode: 0o666)

  /// Reading and writing for the owner alone.
  static let ofOwnerOnly = OutputPermissions(mode: 0o600)

  /// The permissions that a new file and all of its sources allow.
  package init(notWiderThan sources: [FileState]) {
    self = Self.ofNewFile.narrowed(to: sources)
  }

  /// The permissions that these and all of the sources allow.
  package func narrowed(to sources: [FileState]) -> OutputPermissions {
    OutputPermissions(mode: sources.reduce(mode) { $0 & $1.permissions } | 0o400)
  }

  private init(mode: UInt32) {
    self.mode = mode
  }

  /// The mode to create a file with: its owner writes it.
  var modeWhileWriting: UInt32 { mode | 0o600 }

  /// Removes the owner's right to write if the finished file must not have it.
  func finish(_ descriptor: Int32) -> Bool {
    guard mode & 0o200 == 0 else { return true }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { return false }
    return fchmod(descriptor, status.st_mode & 0o7777 & ~0o200) == 0
  }
}
