import Foundation
import TestSupport

/// A small disk in memory, mounted as long as the value lasts.
final class MountedDisk {
  let path: String

  /// Whether this process may mount; says why not.
  static let isPossible: Bool = {
    do {
      let directory = try TemporaryDirectory()
      _ = try MountedDisk(at: directory.path, kibibytes: 64)
      return true
    } catch {
      print("Skipped: disks cannot be mounted here (\(error)); full and read-only disks are not tested.")
      return false
    }
  }()

  /// Mounts over an empty directory.
  init(at path: String, kibibytes: Int) throws {
    self.path = path
    try Self.run("mount", "-t", "tmpfs", "-o", "size=\(kibibytes)k,mode=755", "decant-tests", path)
  }

  deinit { try? Self.run("umount", "-l", path) }

  func makeReadOnly() throws { try Self.run("mount", "-o", "remount,ro", path) }

  /// Fills it up to the last block.
  func fill() throws {
    let descriptor = unsafe open("\(path)/.filler", O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Workplace.Failure(words: "no filler") }
    let block = [UInt8](repeating: 1, count: 4096)
    while unsafe write(descriptor, block, block.count) > 0 {}
    close(descriptor)
  }

  private static func run(_ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Workplace.Failure(words: arguments.joined(separator: " ")) }
  }
}
