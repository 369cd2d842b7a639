internal import Files
internal import Messages

/// Pictures of a directory that are not captioned, counted by their formats.
public struct PassedPictures: Sendable, Equatable, CustomStringConvertible {
  /// The directory, as it was given.
  public let directory: String
  /// The number of files of each format that is not decoded, by the format's usual name.
  public private(set) var counts: [String: Int] = [:]
  /// JPEG and PNG files whose names do not end like those of one.
  public private(set) var misnamedCount = 0

  /// How many files with unusual names are looked into; of the rest, the name alone counts.
  private static let lookLimit = 10_000
  private var lookCount = 0

  init(directory: String) {
    self.directory = directory
  }

  /// Whether there are none.
  var isEmpty: Bool { counts.isEmpty && misnamedCount == 0 }

  /// Looks at a file that is not taken for an image: into it, or at its name.
  mutating func add(_ name: String) {
    let claimed = PictureFormat.name(forFileName: name)
    guard lookCount < Self.lookLimit else {
      if let claimed { counts[claimed, default: 0] += 1 }
      return
    }
    lookCount += 1
    do throws(FileError) {
      let kind = try FileKind(of: InputFile(path: directory.joined(name)))
      if kind == .jpeg || kind == .png {
        misnamedCount += 1
      } else if let format = PictureFormat.name(of: kind) {
        // Raw files of cameras are TIFF inside.
        counts[kind == .tiff ? claimed ?? format : format, default: 0] += 1
      } else if let claimed {
        counts[claimed, default: 0] += 1
      }
    } catch {
      if let claimed, error.reason != .isDirectory { counts[claimed, default: 0] += 1 }
    }
  }

  /// `3 BMP, 2 WebP and 1 GIF files`; the most frequent first.
  var list: String {
    let ordered = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    var parts = ordered.map { "\($0.value) \($0.key)" }
    if misnamedCount > 0 { parts.append("\(misnamedCount) JPEG or PNG without the ending .jpg, .jpeg or .png") }
    let joined = parts.dropLast().joined(separator: ", ") + (parts.count > 1 ? " and " : "") + (parts.last ?? "")
    return parts.count == 1 && misnamedCount == 0 ? joined + (ordered[0].value == 1 ? " file" : " files") : joined
  }

  /// What to do about them.
  var advice: String {
    let convert =
      counts.isEmpty
      ? "" : "Convert them to JPEG or PNG, for example with ImageMagick: mogrify -format png FILES"
    let rename = misnamedCount == 0 ? "" : "Rename those that are JPEG or PNG, or name them one by one."
    return [rename, convert].filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// One line: how many of which formats are skipped, and what to do.
  public var description: String {
    "\(directory.escapedForDisplay): skips \(list). In a directory, only JPEG and PNG files are captioned. \(advice)"
  }
}
