internal import Bytes
package import Files
package import Messages

/// What a program did to a file that it treated as text.
package enum TextChange: String, Sendable, CaseIterable {
  /// Every LF became CR LF. Can be undone exactly if all did.
  case returnsAdded = "returns-added"
  /// Every CR LF became LF. Only checksums show which LFs had a CR.
  case returnsRemoved = "returns-removed"
  /// Every LF became CR. Nothing shows which CRs were LFs.
  case lineFeedsToReturns = "line-feeds-to-returns"
  /// Every CR became LF, as when a program reads lines of any kind.
  case returnsToLineFeeds = "returns-to-line-feeds"
  /// Bytes that are not UTF-8 became U+FFFD. Nothing shows what they were.
  case bytesReplaced = "bytes-replaced"
  /// Bytes were treated as characters of Latin-1 or Windows-1252 and written as UTF-8. Can be undone exactly.
  case encodedAsUTF8 = "encoded-as-utf-8"
  /// A byte order mark was put in front. Can be undone exactly.
  case byteOrderMark = "byte-order-mark"

  /// Examines a file that some reader refused; nil if no such change shows.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - maximumByteCount: how much of it is read.
  /// - Returns: the change that shows most clearly.
  /// - Throws: `FileError`.
  package static func recognize(_ path: String, maximumByteCount: Int = 4 << 20) throws(FileError) -> TextChange? {
    recognize(try ByteCensus(try InputFile(path: path), maximumByteCount: maximumByteCount))
  }

  /// Derives a change from counts.
  ///
  /// - Parameters:
  ///   - census: the counts of the file, or of its beginning.
  ///   - fewestLineFeeds: how many line feeds must all have a return before them. By chance, one in 256 line feeds has
  ///     one.
  /// - Returns: the change that shows most clearly.
  static func recognize(_ census: ByteCensus, fewestLineFeeds: Int = 4) -> TextChange? {
    // None of these changes harms text.
    guard census.controls > 0 else { return nil }
    if census.isUTF8 {
      // A U+FFFD takes three bytes, and text hardly ever contains one.
      if census.replacements >= 4, census.replacements * 200 > census.byteCount { return .bytesReplaced }
      let others = census.wideCharacters - census.singleByteCharacters
      if census.wideCharacters >= 4, others == 0 || others == 1 && hasMark(census) {
        return hasMark(census) && others == 1 ? .byteOrderMark : .encodedAsUTF8
      }
    }
    if hasMark(census) { return .byteOrderMark }
    if census.lineFeeds >= max(1, fewestLineFeeds), census.returnsBeforeLineFeeds == census.lineFeeds {
      return .returnsAdded
    }
    // If neighboring byte values are frequent, it is not by chance that these are missing.
    guard census.fewestNeighbors >= 24 else { return nil }
    if census.lineFeeds == 0, census.returns > 0 { return .lineFeedsToReturns }
    if census.returns == 0, census.lineFeeds > 0 { return .returnsToLineFeeds }
    let expected = census.returns.multipliedChecked(by: census.lineFeeds).map { $0 / max(1, census.byteCount) }
    if census.returnsBeforeLineFeeds == 0, expected ?? 0 >= 32 { return .returnsRemoved }
    return nil
  }

  private static func hasMark(_ census: ByteCensus) -> Bool { census.head.starts(with: [0xef, 0xbb, 0xbf]) }

  /// What happened and what usually causes it, in sentences about "the file".
  package var words: Message {
    switch self {
    case .returnsAdded:
      "Every line feed in it has a carriage return before it: it was converted as text, by a transfer in text mode "
        + "(FTP's ASCII mode, Windows), by Git with autocrlf or eol=crlf, or by unix2dos."
    case .returnsRemoved:
      "No line feed in it has a carriage return before it, although some should: it was converted as text, by a "
        + "transfer in text mode, by Git with autocrlf, or by dos2unix."
    case .lineFeedsToReturns:
      "It has carriage returns but no line feed at all: it was converted as text, to the line breaks of old Macs."
    case .returnsToLineFeeds:
      "It has line feeds but no carriage return at all: a program read it as lines of text and wrote it again, as "
        + "Python's text mode does."
    case .bytesReplaced:
      "Bytes that are not UTF-8 are replaced by U+FFFD (EF BF BD): a program read it as text and wrote it again, such "
        + "as Maven's or Gradle's resource filtering, an editor, or Python with errors='replace'."
    case .encodedAsUTF8:
      "Each of its bytes is written as a character in UTF-8: a program treated it as text in Latin-1 or Windows-1252 "
        + "and converted it."
    case .byteOrderMark:
      "It begins with a byte order mark (EF BB BF): an editor or a script treated it as text in UTF-8."
    }
  }

  /// What to do, in sentences.
  package var remedy: Message {
    switch self {
    case .bytesReplaced:
      "The original bytes are lost. Copy the original again, and turn off filtering for it (Maven: resource filtering; "
        + "Git: '*.data-* -text' and '*.index -text' in .gitattributes)."
    default:
      "Copy the original again as binary data (FTP: binary mode; Git: '*.data-* -text' and '*.index -text' in "
        + ".gitattributes; Python: 'rb' and 'wb')."
    }
  }

  /// Whether the original can be derived from the file, alone or with the checksums in a checkpoint.
  var canBeUndone: Bool { isExact || self == .returnsRemoved }

  /// Whether the original can be derived from the file alone.
  package var isExact: Bool {
    switch self {
    case .returnsAdded, .encodedAsUTF8, .byteOrderMark: true
    case .returnsRemoved, .lineFeedsToReturns, .returnsToLineFeeds, .bytesReplaced: false
    }
  }
}
