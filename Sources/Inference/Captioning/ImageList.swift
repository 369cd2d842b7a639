internal import Files
internal import Essentials
internal import Messages

/// Finds the image files that arguments name.
package enum ImageList {
  /// Files, directories and comma-separated lists of both.
  ///
  /// A directory means the JPEG and PNG files in it, recognized by their extensions and sorted by name, without
  /// those in subdirectories. A name with a comma in it is a file if there is one. Files are not examined: a missing
  /// one causes its own error later.
  ///
  /// - Parameters:
  ///   - arguments: files, directories and lists.
  ///   - note: called for every directory with pictures in formats that are not decoded.
  /// - Returns: the paths of the images.
  /// - Throws: `CaptionError` for a directory without images, or one that cannot be listed.
  package static func expand(
    _ arguments: [String], noting note: (PassedPictures) -> Void = { _ in }
  ) throws(CaptionError) -> [String] {
    var paths: [String] = []
    for argument in arguments {
      // An address may have commas too.
      if !argument.contains(",") || exists(argument) || RemoteAddress(argument) != nil {
        paths += try images(at: argument, note)
      } else {
        for part in argument.split(separator: ",") { paths += try images(at: String(part), note) }
      }
    }
    return paths
  }

  /// A comma-separated list of patterns, as in the original program's `--input_files`.
  ///
  /// `*`, `?`, `[…]` and `\` match within one component of a path, hidden files included. A pattern that matches
  /// nothing is skipped, but the directory before its first wildcard must exist. Matches are sorted; TensorFlow 0.12.1
  /// leaves them in the order of the directory.
  ///
  /// - Throws: `CaptionDefect.cannotList` for a missing directory.
  package static func expandPatterns(_ argument: String) throws(CaptionError) -> [String] {
    var paths: [String] = []
    for pattern in argument.split(separator: ",") { paths += try FilePattern(String(pattern)).matches() }
    return paths
  }

  /// Whether a file in a directory counts as an image.
  static func hasImageExtension(_ name: String) -> Bool {
    let lowercased = name.lowercased()
    return [".jpg", ".jpeg", ".jpe", ".png"].contains { lowercased.hasSuffix($0) && lowercased.count > $0.count }
  }

  private static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }

  private static func images(at path: String, _ note: (PassedPictures) -> Void) throws(CaptionError) -> [String] {
    guard path.isDirectory else { return [path] }
    var names: [String] = []
    var passed = PassedPictures(directory: path)
    for name in try FilePattern.names(in: path) where !name.hasPrefix(".") {
      if hasImageExtension(name) { names.append(name) } else { passed.add(name) }
    }
    guard !names.isEmpty else {
      throw CaptionError(passed.isEmpty ? .noImages : .onlyOtherPictures(passed), file: path)
    }
    if !passed.isEmpty { note(passed) }
    let directory = path.hasSuffix("/") ? path : path + "/"
    return names.map { directory + $0 }
  }
}
