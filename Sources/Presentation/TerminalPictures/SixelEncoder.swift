internal import Images

/// Writes a picture as sixels: bands of six rows. Within a band, each color lists its columns in turn.
///
/// The format is that of the VT340 (VT330/VT340 Programmer Reference Manual, chapter 14). Colors are percentages of red, green and blue.
enum SixelEncoder {
  /// The whole sequence. A color without opacity leaves its pixels as they are; all others are opaque.
  static func bytes(_ image: PaletteImage) -> [UInt8] {
    // 1: pixels without a color stay as they are. Pixels are square, and the size comes first.
    var bytes = Array("\u{1b}P0;1;0q\"1;1;\(image.width);\(image.height)".utf8)
    var isUsed = [Bool](repeating: false, count: 256)
    for pixel in image.pixels { isUsed[Int(pixel)] = true }
    for (number, color) in image.palette.enumerated() where isUsed[number] && color.alpha > 0 {
      bytes += "#\(number);2;\(percent(color.red));\(percent(color.green));\(percent(color.blue))".utf8
    }
    for top in stride(from: 0, to: image.height, by: 6) {
      if top > 0 { bytes.append(UInt8(ascii: "-")) }
      appendBand(from: top, of: image, to: &bytes)
    }
    bytes += "\u{1b}\\".utf8
    return bytes
  }

  /// A channel of 0...255 as a percentage.
  static func percent(_ value: UInt8) -> Int { (Int(value) * 100 + 127) / 255 }

  private static func appendBand(from top: Int, of image: PaletteImage, to bytes: inout [UInt8]) {
    let width = image.width
    var columns: [[UInt8]] = Array(repeating: [], count: image.palette.count)
    for (bit, y) in (top..<min(top + 6, image.height)).enumerated() {
      for x in 0..<width {
        let color = Int(image.pixels[y * width + x])
        guard image.palette[color].alpha > 0 else { continue }
        if columns[color].isEmpty { columns[color] = Array(repeating: 0, count: width) }
        columns[color][x] |= 1 << UInt8(bit)
      }
    }
    var isFirst = true
    for (color, sixels) in columns.enumerated() where !sixels.isEmpty {
      // Back to the left edge for each further color.
      if !isFirst { bytes.append(UInt8(ascii: "$")) }
      isFirst = false
      bytes += "#\(color)".utf8
      appendRuns(sixels, to: &bytes)
    }
  }

  private static func appendRuns(_ sixels: [UInt8], to bytes: inout [UInt8]) {
    let end = (sixels.lastIndex { $0 != 0 } ?? -1) + 1
    var start = 0
    while start < end {
      var next = start + 1
      while next < end, sixels[next] == sixels[start] { next += 1 }
      let character = 0x3f + sixels[start]
      if next - start > 3 {
        bytes += "!\(next - start)".utf8
        bytes.append(character)
      } else {
        bytes += repeatElement(character, count: next - start)
      }
      start = next
    }
  }
}
