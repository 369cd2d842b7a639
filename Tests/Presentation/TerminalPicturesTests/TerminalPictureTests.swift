import Images
import TestSupport
import Testing

@testable import TerminalPictures

@Suite("Pictures as a terminal takes them")
struct TerminalPictureTests {
  private static func graphics(_ way: TerminalGraphics.Way) throws -> TerminalGraphics {
    let answer =
      switch way {
      case .kitty: "\u{1b}_Gi=31;OK\u{1b}\\"
      case .iTerm2: "\u{1b}]1337;ReportCellSize=16;8\u{1b}\\"
      case .sixel: "\u{1b}[?62;4c"
      }
    var replies = TerminalReplies()
    replies.take(answer.utf8)
    return try #require(TerminalGraphics(replies, columnCount: nil, pixelWidth: nil))
  }

  /// A picture of many colors that runs smoothly and has noise in it.
  private static func photo(width: Int, height: Int) -> RGBImage {
    var random = SeededRandom(seed: 7)
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        let noise = Int(random.next() % 24)
        let channels = [x * 231 / width + noise, y * 231 / height + noise, (x + y) * 231 / (width + height)]
        pixels += channels.map { UInt8($0) }
      }
    }
    return RGBImage(width: width, height: height, pixels: pixels)
  }

  private static func palette(width: Int, height: Int, colorCount: Int, clear: Int? = nil) -> PaletteImage {
    var random = SeededRandom(seed: UInt64(width))
    var pixels = [UInt8](repeating: 0, count: width * height)
    // Runs of one color, and places where every pixel is another.
    for place in pixels.indices where place / 9 % 2 == 1 { pixels[place] = UInt8(random.next() % UInt64(colorCount)) }
    var colors: [PNGPicture.Color] = []
    for number in 0..<colorCount {
      let alpha: UInt8 = number == clear ? 0 : 255
      colors.append(
        PNGPicture.Color(
          red: UInt8(number), green: UInt8(255 - number), blue: UInt8(number * 7 % 256), alpha: alpha))
    }
    return PaletteImage(width: width, height: height, pixels: pixels, palette: colors)
  }

  @Test("kitty gets the PNG in pieces of 4,096 characters", arguments: [1, 30, 200])
  func kitty(side: Int) throws {
    let image = Self.photo(width: side, height: side)
    let picture = try #require(TerminalPicture(.colors(image), on: Self.graphics(.kitty)))
    let decoded = try RGBImage(decoding: decodedKitty(picture.bytes), path: "kitty")
    #expect(decoded.pixels == image.pixels)
  }

  @Test("iTerm2 gets the whole PNG, with its size")
  func iTerm2() throws {
    let image = Self.palette(width: 31, height: 17, colorCount: 256)
    let picture = try #require(TerminalPicture(.palette(image), on: Self.graphics(.iTerm2)))
    let (arguments, file) = try decodedITerm2(picture.bytes)
    #expect(arguments == ["inline": "1", "size": "\(file.count)", "width": "31px", "height": "17px"])
    let decoded = try RGBImage(decoding: file, path: "iTerm2")
    let expected = image.pixels.flatMap { pixel -> [UInt8] in
      let color = image.palette[Int(pixel)]
      return [color.red, color.green, color.blue]
    }
    #expect(decoded.pixels == expected)
  }

  @Test(
    "sixels are the picture's pixels, to a percent of each channel",
    arguments: [(1, 1), (1, 6), (5, 7), (96, 96), (301, 13)], [1, 2, 256])
  func sixels(size: (width: Int, height: Int), colorCount: Int) throws {
    let image = Self.palette(width: size.width, height: size.height, colorCount: colorCount)
    let picture = try #require(TerminalPicture(.palette(image), on: Self.graphics(.sixel)))
    let decoded = try DecodedSixels(picture.bytes)
    #expect(decoded.width == image.width && decoded.height == image.height)
    let expected = image.pixels.map { pixel -> [Int]? in
      let color = image.palette[Int(pixel)]
      return [color.red, color.green, color.blue].map { Int((Double($0) / 2.55).rounded()) }
    }
    #expect(decoded.pixels == expected)
  }

  @Test("sixels leave out what is clear")
  func clear() throws {
    let image = Self.palette(width: 20, height: 20, colorCount: 5, clear: 3)
    let decoded = try DecodedSixels(SixelEncoder.bytes(image))
    #expect(image.pixels.contains(3))
    #expect(decoded.pixels.map { $0 == nil } == image.pixels.map { $0 == 3 })
  }

  @Test("a photo in 256 colors is near to itself")
  func reduced() throws {
    let image = Self.photo(width: 160, height: 120)
    let picture = try #require(TerminalPicture(.colors(image), on: Self.graphics(.sixel)))
    let decoded = try DecodedSixels(picture.bytes)
    var sum = 0.0
    for (pixel, channels) in decoded.pixels.enumerated() {
      let channels = try #require(channels)
      for channel in 0..<3 {
        sum += abs(Double(channels[channel]) * 2.55 - Double(image.pixels[3 * pixel + channel]))
      }
    }
    let mean = sum / Double(3 * decoded.pixels.count)
    #expect(mean < 8, "off by \(mean) of 255 in the mean")
  }

  @Test("few colors stay what they are")
  func fewColors() {
    let colors: [[UInt8]] = [[0, 0, 0], [255, 255, 255], [214, 0, 170], [40, 120, 220]]
    let image = RGBImage(width: 8, height: 2, pixels: (0..<16).flatMap { colors[$0 * 5 % 4] })
    let reduced = MedianCut.image(of: image)
    #expect(reduced.palette.count == 4)
    let pixels = reduced.pixels.flatMap { pixel -> [UInt8] in
      let color = reduced.palette[Int(pixel)]
      return [color.red, color.green, color.blue]
    }
    #expect(pixels == image.pixels)
  }

  @Test(
    "of every way, nothing but the sequence's own escapes is a control character",
    arguments: TerminalGraphics.Way.allCases)
  func noText(way: TerminalGraphics.Way) throws {
    for image in [
      DrawnImage.colors(Self.photo(width: 90, height: 70)),
      .palette(Self.palette(width: 9, height: 9, colorCount: 200)),
    ] {
      let bytes = try #require(TerminalPicture(image, on: Self.graphics(way))).bytes
      let text = String(decoding: bytes, as: UTF8.self)
      let sequence =
        switch way {
        case .kitty: /(?:\x1b_G[a-zA-Z0-9=,]+;[A-Za-z0-9+\/=]*\x1b\\)+/
        case .iTerm2: /\x1b\]1337;File=[a-z0-9=;]+:[A-Za-z0-9+\/=]*\x07/
        case .sixel: /\x1bP[0-9;]+q[\x21-\x7e]*\x1b\\/
        }
      #expect(text.wholeMatch(of: sequence) != nil)
    }
  }

  @Test("the questions change nothing: they end where they began")
  func questions() {
    let text = String(decoding: TerminalQuestions.bytes, as: UTF8.self)
    #expect(text.hasPrefix("\u{1b}7") && text.hasSuffix("\u{1b}[c\u{1b}8\u{1b}[K"))
    #expect(text.contains("a=q") && !text.contains("\n"))
  }
}
