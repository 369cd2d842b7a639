internal import Bytes
internal import Files
public import Messages

extension VocabularyFile {
  /// The clean file: bare words, `word count`, the same lines in the same order.
  ///
  /// A blank line stays blank, a damaged word stays as it is, and a word that could not be read back from a bare line
  /// (because of white space in it) stays a literal.
  public var cleanBytes: [UInt8] { Self.cleanBytes(of: lines) }

  /// The clean file with the lines of `<S>` and `</S>` swapped.
  ///
  /// - Throws: `VocabularyError` if one of them is missing or on several lines.
  public func exchangingMarkers() throws(VocabularyError) -> VocabularyFile {
    let vocabulary = try vocabulary()
    if let marker = vocabulary.repeatedMarker { throw VocabularyError(.repeatedMarker(marker), file: path) }
    var lines = lines
    lines.swapAt(vocabulary.startID, vocabulary.endID)
    var file = try VocabularyFile(parsing: Self.cleanBytes(of: lines), path: path)
    file.permissions = permissions
    return file
  }

  private static func cleanBytes(of lines: [Line]) -> [UInt8] {
    var bytes: [UInt8] = []
    for line in lines {
      bytes += line.cleanBytes
      if let count = line.count { bytes += Array(" \(count)".utf8) }
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }

  /// Writes the clean file.
  ///
  /// - Throws: `VocabularyError` with the file system's reason; nothing is left behind.
  public func writeClean(to path: String, replacesExisting: Bool = false) throws(VocabularyError) {
    do throws(FileError) {
      let output = try OutputFile(path: path, replacesExisting: replacesExisting, permissions: permissions)
      try output.write(cleanBytes.rawSpan, at: 0)
      try output.commit()
    } catch {
      throw VocabularyError(.file(error))
    }
  }
}
