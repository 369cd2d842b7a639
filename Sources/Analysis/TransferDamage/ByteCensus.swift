internal import Files

/// Counts over the bytes of a file that show what a program did to it by treating it as text.
struct ByteCensus: Equatable {
  /// All bytes that were counted.
  private(set) var byteCount = 0
  /// `0x0A`.
  private(set) var lineFeeds = 0
  /// `0x0D`.
  private(set) var returns = 0
  /// `0x0D 0x0A`.
  private(set) var returnsBeforeLineFeeds = 0
  /// `0x00` to `0x08`: text has none.
  private(set) var controls = 0
  /// The count of the rarest of the bytes that surround LF and CR: 0x0B, 0x0C, 0x0E and 0x0F.
  var fewestNeighbors: Int { neighbors.min() ?? 0 }
  /// `EF BF BD`.
  private(set) var replacements = 0
  /// Whether all bytes are UTF-8; a character that the end cuts off counts as complete.
  private(set) var isUTF8 = true
  /// Characters beyond ASCII.
  private(set) var wideCharacters = 0
  /// The wide characters that stand for single bytes: what a byte becomes when Latin-1 or Windows-1252 is written as
  /// UTF-8.
  private(set) var singleByteCharacters = 0
  /// The first bytes.
  private(set) var head: [UInt8] = []

  private var neighbors = [0, 0, 0, 0]
  private var previous: UInt8 = 0
  private var scalar: UInt32 = 0
  private var awaited = 0
  private var smallest: UInt32 = 0

  init() {}

  /// Counts over a file, or its first bytes.
  init(_ file: InputFile, maximumByteCount: Int = .max) throws(FileError) {
    var buffer: [UInt8] = []
    let end = min(file.byteCount, maximumByteCount)
    while byteCount < end {
      let count = min(1 << 18, end - byteCount)
      try file.read(at: byteCount, count: count, into: &buffer)
      add(buffer.span.extracting(first: count))
    }
  }

  /// Adds the bytes that follow.
  mutating func add(_ bytes: Span<UInt8>) {
    for index in bytes.indices {
      let byte = bytes[index]
      if head.count < 16 { head.append(byte) }
      switch byte {
      case 0x0a:
        lineFeeds += 1
        if previous == 0x0d { returnsBeforeLineFeeds += 1 }
      case 0x0d: returns += 1
      case 0...8: controls += 1
      case 0x0b: neighbors[0] += 1
      case 0x0c: neighbors[1] += 1
      case 0x0e: neighbors[2] += 1
      case 0x0f: neighbors[3] += 1
      default: break
      }
      previous = byte
      if isUTF8, byte >= 0x80 || awaited > 0 { addWide(byte) }
    }
    byteCount += bytes.count
  }

  private mutating func addWide(_ byte: UInt8) {
    if awaited > 0 {
      guard byte & 0xc0 == 0x80 else { return isUTF8 = false }
      scalar = scalar << 6 | UInt32(byte & 0x3f)
      awaited -= 1
      guard awaited == 0 else { return }
      guard scalar >= smallest, let character = Unicode.Scalar(scalar) else { return isUTF8 = false }
      wideCharacters += 1
      if scalar == 0xfffd { replacements += 1 }
      if SingleByteText.byte(of: character) != nil { singleByteCharacters += 1 }
      return
    }
    switch byte {
    case 0xc2...0xdf: (scalar, awaited, smallest) = (UInt32(byte & 0x1f), 1, 0x80)
    case 0xe0...0xef: (scalar, awaited, smallest) = (UInt32(byte & 0x0f), 2, 0x800)
    case 0xf0...0xf4: (scalar, awaited, smallest) = (UInt32(byte & 0x07), 3, 0x10000)
    default: isUTF8 = false
    }
  }
}

/// The characters that single bytes stand for in Latin-1 and Windows-1252.
enum SingleByteText {
  /// What Windows-1252 has in place of the controls 0x80 to 0x9F; 0 if it has none; programs then keep the control.
  ///
  /// - Source: WHATWG Encoding, index-windows-1252.
  private static let windows: [UInt32] = [
    0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
    0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e,
    0x0178,
  ]

  /// The byte that a character encodes; nil if it is not a single byte.
  static func byte(of character: Unicode.Scalar) -> UInt8? {
    if let byte = UInt8(exactly: character.value) { return byte }
    guard let index = windows.firstIndex(of: character.value) else { return nil }
    return UInt8(0x80 + index)
  }
}
