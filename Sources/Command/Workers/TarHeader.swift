internal import Bytes
internal import Messages

/// The header of a tar member.
struct TarHeader {
  /// What follows the header, as far as it matters here.
  enum Kind {
    /// A regular file.
    case picturesMayBe
    /// Records of POSIX that change the next header.
    case records
    /// GNU's way to give the next header a long name.
    case longName
    /// Anything else; a link or a directory has no content, whatever its size says.
    case other(hasContent: Bool)
  }

  /// The member's name, without what precedes the header.
  let name: String
  /// Bytes of its content.
  let size: Int
  /// What it is.
  let kind: Kind

  /// Reads a block of 512 bytes.
  ///
  /// - Throws: `WorkerError` if the checksum is wrong, or the size is not a number.
  init(_ block: [UInt8], offset: Int) throws(WorkerError) {
    // The sum counts its own field as blanks. Some old programs summed signed bytes.
    let summed = block.enumerated().map { 148..<156 ~= $0 ? 0x20 : $1 }
    let sums = [summed.reduce(0) { $0 + Int($1) }, summed.reduce(0) { $0 + Int(Int8(bitPattern: $1)) }]
    guard let sum = Self.number(block[148..<156]), sums.contains(sum) else {
      throw WorkerError(.notATarHeader, file: "standard input", offset: offset)
    }
    guard let size = Self.number(block[124..<136]) else {
      throw WorkerError(.badTarNumber("size"), file: "standard input", offset: offset)
    }
    let short = Self.text(block[0..<100])
    // GNU's own format uses these bytes otherwise.
    let isPOSIX = block[257..<263].elementsEqual("ustar\0".utf8)
    let prefix = isPOSIX ? Self.text(block[345..<500]) : ""
    name = prefix.isEmpty ? short : "\(prefix)/\(short)"
    self.size = size
    kind =
      switch block[156] {
      // A slash at the end of the name of an old header means a directory.
      case 0, UInt8(ascii: "0"), UInt8(ascii: "7"): name.hasSuffix("/") ? .other(hasContent: true) : .picturesMayBe
      case UInt8(ascii: "x"): .records
      case UInt8(ascii: "L"): .longName
      case UInt8(ascii: "1")...UInt8(ascii: "6"): .other(hasContent: false)
      default: .other(hasContent: true)
      }
  }

  /// The text before the first NUL. Bytes that are not UTF-8 are escaped.
  static func text(_ bytes: ArraySlice<UInt8>) -> String {
    String(escapingInvalidUTF8: Array(bytes.prefix { $0 != 0 }))
  }

  /// A number in octal digits, or in GNU's binary form for large ones; nil if it is neither, or negative.
  private static func number(_ field: ArraySlice<UInt8>) -> Int? {
    guard let first = field.first else { return nil }
    if first & 0x80 != 0 {
      guard first == 0x80 else { return nil }
      return field.dropFirst().reduce(0 as Int?) { $0?.multipliedChecked(by: 256)?.addingChecked(Int($1)) }
    }
    let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0x20 && $0 != 0 }
    guard digits.allSatisfy({ (0x30...0x37).contains($0) }) else { return nil }
    return digits.reduce(0 as Int?) { $0?.multipliedChecked(by: 8)?.addingChecked(Int($1) - 0x30) }
  }
}

/// What records before a header say about the next member.
struct TarOverrides {
  /// Its name.
  var name: String?
  /// Bytes of its content.
  var size: Int?

  /// Reads records of the form `LENGTH KEY=VALUE` and a line break; the length counts the whole record.
  ///
  /// - Returns: false if they do not have that form.
  mutating func add(_ records: [UInt8]) -> Bool {
    var rest = records[...]
    while !rest.isEmpty {
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      guard let length = Int(String(decoding: digits, as: UTF8.self)), length <= rest.count, length > digits.count + 1,
        rest[rest.startIndex + digits.count] == 0x20, rest[rest.startIndex + length - 1] == 0x0a
      else { return false }
      let record = rest[(rest.startIndex + digits.count + 1)..<(rest.startIndex + length - 1)]
      guard let equals = record.firstIndex(of: UInt8(ascii: "=")) else { return false }
      let value = record[(equals + 1)...]
      switch String(decoding: record[..<equals], as: UTF8.self) {
      case "path": name = TarHeader.text(value)
      case "size":
        guard let number = Int(String(decoding: value, as: UTF8.self)), number >= 0 else { return false }
        size = number
      default: break
      }
      rest = rest.dropFirst(length)
    }
    return true
  }
}
