internal import Files
public import Messages

/// Pictures in a directory that are not captioned, counted by format.
public struct PassedPictures: Sendable, Equatable, MessageConvertible {
  /// The directory, as it was given.
  public let directory: String
  /// The number of files of each format that is not decoded, by the format's usual name.
  public private(set) var counts: [String: Int] = [:]
  /// JPEG and PNG files without the usual extension.
  public private(set) var misnamedCount = 0

  /// How many files with unusual names are opened; for the rest, only the name counts.
  private static let lookLimit = 10_000
  private var lookCount = 0

  init(directory: String) {
    self.directory = directory
  }

  /// Whether there are none.
  var isEmpty: Bool { counts.isEmpty && misnamedCount == 0 }

  /// Identifies a file that does not count as an image by its content, or by its name.
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

  /// `3 BMP, 2 WebP and 1 GIF`; the most frequent first.
  var list: Message {
    let ordered = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    var parts = ordered.map { format, count -> Message in "\(count) \(format)" }
    if misnamedCount > 0 { parts.append("\(misnamedCount) JPEG or PNG without the extension .jpg, .jpeg or .png") }
    guard parts.count == 1, let count = ordered.first?.value else { return .list(parts) }
    return "\(parts[0]) \(count.noun("file"))"
  }

  /// What to do about them.
  var advice: Message {
    let convert: Message = "Convert them to JPEG or PNG, for example with ImageMagick: mogrify -format png FILES"
    let rename: Message = "Rename those that are JPEG or PNG, or name them one by one."
    return counts.isEmpty ? rename : misnamedCount == 0 ? convert : "\(rename) \(convert)"
  }

  /// One line: how many of which formats are skipped, and what to do.
  public var message: Message {
    "\(directory): skips \(list). In a directory, only JPEG and PNG files are captioned. \(advice)"
  }
}
