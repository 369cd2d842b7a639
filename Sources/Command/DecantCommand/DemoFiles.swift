import Essentials
import Files

/// The model and the pictures of `decant demo`, which are installed beside the program.
struct DemoFiles {
  /// The directory that has them.
  let directory: String

  /// What `decant demo` needs, from `directory`: the same names as in `Fixtures/scenes`.
  static let names = ["model.ckpt-4222", "model.ckpt-4222.meta", "word_counts.txt", "images", "golden/captions.json"]

  /// The directories where they may be, the likeliest first.
  static func candidates() -> [String] {
    let program = programPath().directoryPart
    let installed = ["../share/decant", "share/decant"].map { "\(program)/\($0)/demo" }
    // In a checkout, the program is in .build/CONFIGURATION or .build/PLATFORM/CONFIGURATION.
    let checkouts = ["../..", "../../..", "../../../.."].map { "\(program)/\($0)/Fixtures/scenes" }
    return installed + checkouts + ["/usr/share/decant/demo"]
  }

  /// The first directory that has everything.
  static func find() -> DemoFiles? {
    candidates().first { directory in names.allSatisfy { FileState(path: "\(directory)/\($0)") != nil } }
      .map { DemoFiles(directory: $0) }
  }

  /// Copies everything into a directory that exists.
  func copy(to target: String) throws {
    for name in Self.names {
      let copy = "\(target)/\(name.lastPart)"
      do {
        try FileManager.default.copyItem(atPath: "\(directory)/\(name)", toPath: copy)
      } catch {
        throw FileError(.cannotCreate(errno), file: copy)
      }
    }
  }

  /// Where this program is, with links followed.
  private static func programPath() -> String {
    let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return link ?? CommandLine.arguments[0]
  }
}
