internal import Bytes

/// One header of a tar archive: 512 bytes before a member's data.
///
/// - Source: POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar, `src/tar.h`.
struct TarHeader {
  /// What the header describes.
  enum Kind: Equatable {
    case file, directory
    case symbolicLink, hardLink, device, pipe
    /// A file whose holes are left out, in GNU's old form.
    case sparse
    /// A part of a file that begins in another archive.
    case continuation
    /// A name for a tape, or another record without a file.
    case label
    /// GNU's long name, or long target of a link, of the next member.
    case longName, longTarget
    /// Settings of pax for the next member, or for all.
    case settings, globalSettings
  }

  let name: [UInt8]
  let target: [UInt8]
  let byteCount: Int
  let kind: Kind
  /// For GNU's old sparse files: whether another block of the map follows.
  let hasMoreOfMap: Bool

  static let blockByteCount = 512

  /// Nil if the block is not a header: its checksum is wrong, or its size makes no sense.
  init?(_ block: [UInt8]) {
    guard block.count == Self.blockByteCount, Self.hasRightChecksum(block),
      let byteCount = Self.number(block[124..<136])
    else { return nil }
    let type = block[156]
    let ustar = block[257..<263].elementsEqual(Array("ustar\0".utf8))
    let prefix = ustar ? Self.text(block[345..<500]) : []
    let short = Self.text(block[0..<100])
    name = prefix.isEmpty ? short : prefix + [UInt8(ascii: "/")] + short
    target = Self.text(block[157..<257])
    hasMoreOfMap = type == UInt8(ascii: "S") && block[482] != 0
    let found = Self.kind(type)
    // Before POSIX, a slash at the end of the name was all that made a directory.
    kind = found == .file && short.last == UInt8(ascii: "/") ? .directory : found
    // Other kinds have no data, whatever their size says.
    switch kind {
    case .directory, .symbolicLink, .hardLink, .device, .pipe, .label: self.byteCount = 0
    default: self.byteCount = byteCount
    }
  }

  private static func kind(_ type: UInt8) -> Kind {
    switch Unicode.Scalar(type) {
    case "1": .hardLink
    case "2": .symbolicLink
    case "3", "4": .device
    case "5", "D": .directory
    case "6": .pipe
    case "g": .globalSettings
    case "K": .longTarget
    case "L": .longName
    case "M": .continuation
    case "S": .sparse
    case "V": .label
    case "x", "X": .settings
    // POSIX: a type that is not known is a file.
    default: .file
    }
  }

  private static func text(_ field: ArraySlice<UInt8>) -> [UInt8] { Array(field.prefix { $0 != 0 }) }

  /// An octal number, or, if the first bit is set, one in base 256; nil if it is neither, or negative.
  private static func number(_ field: ArraySlice<UInt8>) -> Int? {
    guard let first = field.first else { return nil }
    if first & 0x80 != 0 {
      var value = first == 0x80 ? 0 : Int(first & 0x7f)
      guard first != 0xff else { return nil }
      for byte in field.dropFirst() {
        guard let next = value.multipliedChecked(by: 256)?.addingChecked(Int(byte)) else { return nil }
        value = next
      }
      return value
    }
    let digits = field.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != 0 && $0 != UInt8(ascii: " ") }
    var value = 0
    for digit in digits {
      guard case UInt8(ascii: "0")...UInt8(ascii: "7") = digit,
        let next = value.multipliedChecked(by: 8)?.addingChecked(Int(digit - UInt8(ascii: "0")))
      else { return nil }
      value = next
    }
    return value
  }

  /// The sum of all bytes, with spaces in place of the sum itself; some old programs added bytes with a sign.
  private static func hasRightChecksum(_ block: [UInt8]) -> Bool {
    guard let stored = number(block[148..<156]) else { return false }
    var (unsigned, signed) = (0, 0)
    for (place, byte) in block.enumerated() {
      let byte = (148..<156).contains(place) ? UInt8(ascii: " ") : byte
      unsigned += Int(byte)
      signed += Int(Int8(bitPattern: byte))
    }
    return stored == unsigned || stored == signed
  }
}
