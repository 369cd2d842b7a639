import Foundation
import Images

/// A sixel sequence read back: for each pixel its color in percent, or nil where nothing was drawn.
struct DecodedSixels {
  let width: Int
  let height: Int
  private(set) var pixels: [[Int]?]

  struct Malformed: Error { let place: Int }

  init(_ bytes: [UInt8]) throws {
    var place = 0
    func fail() -> Malformed { Malformed(place: place) }
    func take(_ text: String) throws {
      guard bytes[place...].starts(with: text.utf8) else { throw fail() }
      place += text.utf8.count
    }
    func number() throws -> Int {
      let digits = bytes[place...].prefix { (0x30...0x39).contains($0) }
      guard let value = Int(String(decoding: digits, as: UTF8.self)) else { throw fail() }
      place += digits.count
      return value
    }
    try take("\u{1b}P0;1;0q\"1;1;")
    width = try number()
    try take(";")
    height = try number()
    pixels = Array(repeating: nil, count: width * height)
    var colors: [Int: [Int]] = [:]
    var (x, top, color) = (0, 0, -1)
    while bytes[place] != 0x1b {
      var count = 1
      switch bytes[place] {
      case UInt8(ascii: "#"):
        place += 1
        color = try number()
        guard bytes[place] == UInt8(ascii: ";") else { continue }
        try take(";2;")
        var channels = [try number()]
        for _ in 0..<2 {
          try take(";")
          channels.append(try number())
        }
        colors[color] = channels
        continue
      case UInt8(ascii: "$"): x = 0
      case UInt8(ascii: "-"): (x, top) = (0, top + 6)
      case UInt8(ascii: "!"):
        place += 1
        count = try number()
        fallthrough
      case 0x3f...0x7e:
        guard (0x3f...0x7e).contains(bytes[place]) else { throw fail() }
        for _ in 0..<count {
          for bit in 0..<6 where (bytes[place] - 0x3f) >> bit & 1 == 1 {
            guard x < width, top + bit < height, let channels = colors[color], pixels[(top + bit) * width + x] == nil
            else { throw fail() }
            pixels[(top + bit) * width + x] = channels
          }
          x += 1
        }
      default: throw fail()
      }
      place += 1
    }
    try take("\u{1b}\\")
    guard place == bytes.count else { throw fail() }
  }
}

/// The PNG of a kitty sequence, which is checked for its form.
func decodedKitty(_ bytes: [UInt8]) throws -> [UInt8] {
  var text = ""
  var rest = bytes[...]
  var isFirst = true
  while !rest.isEmpty {
    let start = isFirst ? "\u{1b}_Ga=T,f=100,q=2,m=" : "\u{1b}_Gm="
    guard rest.starts(with: start.utf8) else { throw DecodedSixels.Malformed(place: rest.startIndex) }
    rest = rest.dropFirst(start.utf8.count)
    let more = rest.first
    rest = rest.dropFirst(2)
    guard let end = rest.firstIndex(of: 0x1b), end - rest.startIndex <= 4096, rest[end + 1] == UInt8(ascii: "\\"),
      more == UInt8(ascii: end + 2 < bytes.count ? "1" : "0")
    else { throw DecodedSixels.Malformed(place: rest.startIndex) }
    text += String(decoding: rest[..<end], as: UTF8.self)
    rest = rest[(end + 2)...]
    isFirst = false
  }
  guard let data = Data(base64Encoded: text) else { throw DecodedSixels.Malformed(place: 0) }
  return Array(data)
}

/// The file of an iTerm2 sequence, and its arguments.
func decodedITerm2(_ bytes: [UInt8]) throws -> (arguments: [String: String], file: [UInt8]) {
  let start = "\u{1b}]1337;File="
  guard bytes.starts(with: start.utf8), bytes.last == 7, let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
    let data = Data(base64Encoded: Data(bytes[(colon + 1)...].dropLast()))
  else { throw DecodedSixels.Malformed(place: 0) }
  let pairs = String(decoding: bytes[start.utf8.count..<colon], as: UTF8.self).split(separator: ";").map {
    $0.split(separator: "=", maxSplits: 1).map(String.init)
  }
  return (Dictionary(pairs.map { ($0[0], $0[1]) }) { $1 }, Array(data))
}
