/// What programs do to files that they take for text.
public enum Mangling: String, CaseIterable, Sendable {
  /// LF becomes CR LF, whether it had a CR or not.
  case returnsAdded
  /// LF becomes CR LF, and CR LF stays, as unix2dos and git do it.
  case returnsAddedToLineFeeds
  /// CR LF becomes LF, as dos2unix and git do it.
  case returnsRemoved
  /// Bytes become the UTF-8 of single characters.
  case latin1
  /// A byte order mark is put in front.
  case mark
  /// Two programs, one after the other.
  case latin1ThenReturns
  /// LF becomes CR.
  case lineFeedsToReturns
  /// CR and CR LF become LF, as Python's text mode does it.
  case returnsToLineFeeds
  /// What is not UTF-8 becomes U+FFFD.
  case replaced

  /// Those that lose nothing.
  public static let exact: [Mangling] = [.returnsAdded, .latin1, .mark, .latin1ThenReturns]
  /// Those that lose where CR LF was, which checksums tell.
  public static let provable: [Mangling] = [.returnsRemoved, .returnsAddedToLineFeeds]

  /// What comes of bytes.
  public func callAsFunction(_ bytes: [UInt8]) -> [UInt8] {
    switch self {
    case .returnsAdded: bytes.flatMap { $0 == 0x0a ? [0x0d, 0x0a] : [$0] }
    case .returnsAddedToLineFeeds: Mangling.returnsAdded(Mangling.returnsRemoved(bytes))
    case .latin1: Array(String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) })).utf8)
    case .mark: [0xef, 0xbb, 0xbf] + bytes
    case .latin1ThenReturns: Mangling.returnsAdded(Mangling.latin1(bytes))
    case .returnsRemoved:
      bytes.indices.compactMap { $0 + 1 < bytes.count && bytes[$0] == 0x0d && bytes[$0 + 1] == 0x0a ? nil : bytes[$0] }
    case .lineFeedsToReturns: bytes.map { $0 == 0x0a ? 0x0d : $0 }
    case .returnsToLineFeeds: Mangling.returnsRemoved(bytes).map { $0 == 0x0d ? 0x0a : $0 }
    case .replaced: Array(String(decoding: bytes, as: UTF8.self).utf8)
    }
  }
}
