internal import Bytes
internal import Foundation
internal import Images

/// Finds the image files that arguments mean.
public enum ImageList {
  /// Files, directories and comma-separated lists of both.
  ///
  /// A directory stands for the JPEG and PNG files in it by their extensions, sorted by name, without those in directories
  /// below. A name with a comma in it is a file if there is one. Files are not looked at: one that is missing becomes
  /// an error of its own later.
  ///
  /// - Throws: `CaptionError` for a directory without images, or one that cannot be listed.
  public static func expand(_ arguments: [String]) throws(CaptionError) -> [String] {
    var paths: [String] = []
    for argument in arguments {
      if !argument.contains(",") || exists(argument) {
        paths += try images(at: argument)
      } else {
        for part in argument.split(separator: ",") { paths += try images(at: String(part)) }
      }
    }
    return paths
  }

  /// A comma-separated list of patterns, as the original program's `--input_files` takes it.
  ///
  /// `*`, `?`, `[…]` and `\` match within one component of a path, hidden files included. A pattern that matches nothing is
  /// passed over, but the directory before its first wildcard must exist. Matches are sorted; TensorFlow 0.12.1 leaves
  /// them in the order of the directory.
  ///
  /// - Throws: `CaptionError.Reason.cannotList` for a missing directory.
  public static func expandPatterns(_ argument: String) throws(CaptionError) -> [String] {
    var paths: [String] = []
    for pattern in argument.split(separator: ",") { paths += try FilePattern(String(pattern)).matches() }
    return paths
  }

  /// Whether a file counts as an image in a directory.
  static func hasImageExtension(_ name: String) -> Bool {
    let lowercased = name.lowercased()
    return [".jpg", ".jpeg", ".jpe", ".png"].contains { lowercased.hasSuffix($0) && lowercased.count > $0.count }
  }

  private static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }

  private static func images(at path: String) throws(CaptionError) -> [String] {
    var isDirectory: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), isDirectory.boolValue else {
      return [path]
    }
    let names = try FilePattern.names(in: path).filter { hasImageExtension($0) && !$0.hasPrefix(".") }
    guard !names.isEmpty else { throw CaptionError(.noImages, path: path) }
    let directory = path.hasSuffix("/") ? path : path + "/"
    return names.map { directory + $0 }
  }
}
