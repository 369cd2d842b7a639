internal import Bytes
internal import Files
internal import Messages

/// Pictures among the files that no command can caption.
enum PictureCheck {
  /// One note for each directory, if there is a model that could caption the pictures.
  static func findings(_ files: [ExaminedFile]) -> [Finding] {
    let pictures = files.compactMap { file -> (file: ExaminedFile, format: String)? in
      guard file.role == .other, let format = format(of: file), format != "JPEG", format != "PNG" else { return nil }
      return (file, format)
    }
    let byDirectory = Dictionary(grouping: pictures) { $0.file.directory }
    return byDirectory.sorted { $0.key.precedesInBytes($1.key) }.map { directory, pictures in
      Finding(
        .otherPictures, .note, files: pictures.map(\.file.path),
        summary: "\(counts(pictures.map(\.format))) in \(directory) cannot be captioned.",
        explanation: "Decant decodes only JPEG and PNG.",
        remedy: Remedy("Convert them first, for example with ImageMagick: mogrify -format png FILES"))
    }
  }

  /// The number of pictures in each format, including JPEG and PNG; nil if there are none.
  static func counts(_ files: [ExaminedFile]) -> Message? {
    let formats = files.compactMap(format)
    return formats.isEmpty ? nil : counts(formats)
  }

  /// The format of a picture, judging by its content or otherwise by its name; nil for other files.
  private static func format(of file: ExaminedFile) -> String? {
    if let format = file.kind.flatMap(PictureFormat.name) { return format }
    return file.kind == .unknown || file.kind == .empty ? PictureFormat.name(forFileName: file.fileName) : nil
  }

  /// `3 BMP, 2 WebP and 1 GIF`, the most frequent first.
  private static func counts(_ formats: [String]) -> Message {
    let counts = Dictionary(formats.map { ($0, 1) }, uniquingKeysWith: +)
    let parts = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    return "\(Message.list(parts.map { "\(HumanText.grouped($0.value)) \($0.key)" })) \(formats.count.noun("file"))"
  }
}
