public import Foundation

/// Finds the files under `Fixtures/`, which lie outside every target so that users of the library do not copy them.
public enum Fixture {
  /// The package's root directory.
  public static let packageRoot = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The path of a file or folder under `Fixtures/`.
  public static func path(_ relativePath: String) -> String {
    packageRoot.appending(path: "Fixtures").appending(path: relativePath).path(percentEncoded: false)
  }

  /// The bytes of a file under `Fixtures/`.
  public static func bytes(_ relativePath: String) throws -> [UInt8] {
    try bytes(at: path(relativePath))
  }

  /// The bytes of a file anywhere.
  public static func bytes(at path: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: URL(filePath: path)))
  }
}
