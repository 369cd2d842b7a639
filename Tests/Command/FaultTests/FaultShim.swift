import Foundation
import TestSupport

/// The library under `Shim/`, compiled once: it makes calls of the C library fail inside the command.
struct FaultShim {
  /// Nil where there is no compiler, or a system without LD_PRELOAD.
  static let shared: FaultShim? = {
    do {
      return try FaultShim()
    } catch {
      print("Faults are not injected: \(error)")
      return nil
    }
  }()

  private let directory: TemporaryDirectory

  private init() throws {
    directory = try TemporaryDirectory()
    let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Shim/faults.c")
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "cc", "-shared", "-fPIC", "-O1", "-o", directory.file("faults.so"), source.path(percentEncoded: false), "-ldl",
    ]
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Workplace.Failure(words: "the shim does not compile") }
  }

  /// A fault at one call.
  ///
  /// - Parameters:
  ///   - action: what `Shim/faults.c` calls so.
  ///   - nth: at which of the calls, from 1; 0 for all.
  ///   - calls: those that count.
  ///   - directory: only files under it count.
  ///   - log: is told which call it was.
  ///   - source: the file that some actions change.
  /// - Returns: the environment of a run.
  func environment(
    _ action: String, nth: Int, calls: [String], under directory: String, log: String, source: String = ""
  ) -> [String: String] {
    [
      "LD_PRELOAD": self.directory.file("faults.so"), "FAULTS_ACTION": action, "FAULTS_NTH": "\(nth)",
      "FAULTS_CALLS": "," + calls.joined(separator: ",") + ",", "FAULTS_DIRECTORY": directory, "FAULTS_LOG": log,
      "FAULTS_SOURCE": source,
    ]
  }

  static let reads = ["pread", "pread64", "read"]
  static let writes = ["pwrite", "pwrite64", "write"]
  static let changes =
    writes + [
      "creat", "fsync", "fdatasync", "fallocate", "fallocate64", "ftruncate", "ftruncate64", "rename", "link", "linkat",
    ]
}
