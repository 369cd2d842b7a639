import Foundation
import TestSupport
import Testing

@testable import Images

@Suite("Previews of pictures")
struct PreviewTests {
  /// A picture whose pixels tell where they are.
  static func numbered(_ width: Int, _ height: Int) -> RGBImage {
    RGBImage(
      width: width, height: height,
      pixels: (0..<height).flatMap { y in (0..<width).flatMap { x in [UInt8(x % 256), UInt8(y % 256), 7] } })
  }

  /// The mean of every output pixel's area, by the definition: in exact fractions of source pixels.
  static func reference(_ image: RGBImage, side: Int) -> RGBImage {
    let longer = max(image.width, image.height)
    func scaled(_ extent: Int) -> Int { max(1, Int((Double(extent * side) / Double(longer)).rounded())) }
    let (width, height) = (scaled(image.width), scaled(image.height))
    // Overlap of output pixel `o` of `count` with source pixel `s` of `extent`, times both.
    func overlap(_ o: Int, _ count: Int, _ s: Int, _ extent: Int) -> Int {
      max(0, min((o + 1) * extent, (s + 1) * count) - max(o * extent, s * count))
    }
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        for c in 0..<3 {
          var sum = 0
          for v in 0..<image.height {
            let down = overlap(y, height, v, image.height)
            if down == 0 { continue }
            for u in 0..<image.width {
              sum += down * overlap(x, width, u, image.width) * Int(image.pixels[(v * image.width + u) * 3 + c])
            }
          }
          let area = image.width * image.height
          pixels.append(UInt8((sum + area / 2) / area))
        }
      }
    }
    return RGBImage(width: width, height: height, pixels: pixels)
  }

  @Test(
    "a smaller picture has the mean of each area",
    arguments: [(33, 21), (21, 33), (1, 40), (40, 1), (17, 17), (64, 3), (10, 10), (11, 10)])
  func shrinking(width: Int, height: Int) {
    var image = Self.numbered(width, height)
    image = RGBImage(
      width: width, height: height, pixels: image.pixels.enumerated().map { $1 ^ UInt8(truncatingIfNeeded: $0 * 37) })
    for side in [1, 2, 3, 7, 10] {
      #expect(image.shrunk(toSide: side) == Self.reference(image, side: side), "side \(side)")
    }
    #expect(image.shrunk(toSide: max(width, height)) == image)
    #expect(image.shrunk(toSide: 10_000) == image)
  }

  @Test("a JPEG is what a decoder reads back, nearly")
  func jpeg() throws {
    let image = try RGBImage(path: Fixture.path("scenes/images/scene-01.jpg"))
    let bytes = try #require(JPEGPicture(image, quality: 95).encoded())
    let decoded = try RGBImage(decoding: bytes, path: "x.jpg")
    #expect(decoded.width == image.width && decoded.height == image.height && decoded.warning == nil)
    let difference = zip(decoded.pixels, image.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    #expect(Double(difference) / Double(image.pixels.count) < 2)
    #expect(try #require(JPEGPicture(image, quality: 30).encoded()).count < bytes.count / 2)
    // More than the memory that is taken at first.
    let noise = RGBImage(
      width: 300, height: 300, pixels: (0..<270_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) })
    let large = try #require(JPEGPicture(noise, quality: 100).encoded())
    #expect(large.count > 1 << 15)
    #expect(try RGBImage(decoding: large, path: "y.jpg").width == 300)
    #expect(JPEGPicture(noise).encoded() == JPEGPicture(noise).encoded())
  }

  @Test("a picture that JPEG has no room for is not encoded")
  func tooWide() {
    let image = RGBImage(width: 70_000, height: 1, pixels: Array(repeating: 1, count: 210_000))
    #expect(JPEGPicture(image).encoded() == nil)
    #expect(JPEGPicture(RGBImage(width: 1, height: 1, pixels: [1, 2, 3])).encoded() != nil)
  }

  @Test(
    "a preview of every kind of picture has its proportions, and what the network sees does not change",
    arguments: DecodingTests.decodable.map(\.file))
  func previews(file: String) throws {
    let path = Fixture.path("images/\(file)")
    let input = try NetworkInput(path: path, previewSide: 16)
    let plain = try NetworkInput(path: path)
    #expect(input.values == plain.values && input.warning == plain.warning && plain.preview == nil)
    let preview = try #require(input.preview)
    let image = try RGBImage(path: path)
    #expect((preview.storedWidth, preview.storedHeight) == (image.width, image.height))
    #expect(preview.width <= 16 && preview.height <= 16)
    let decoded = try RGBImage(decoding: preview.jpeg, path: file)
    #expect((decoded.width, decoded.height) == (preview.width, preview.height))
    #expect(JPEGPicture(image.shrunk(toSide: 16).turnedUpright(from: preview.orientation)).encoded() == preview.jpeg)
    #expect((preview.networkView != nil) == (preview.orientation != .upright))
  }

  @Test("a picture that the camera turned is shown upright, beside what the network saw")
  func turned() throws {
    let preview = try #require(NetworkInput(path: Fixture.path("images/exif-turned.jpg"), previewSide: 480).preview)
    #expect(preview.orientation == .turnedLeft)
    #expect((preview.storedWidth, preview.storedHeight) == (33, 21))
    #expect((preview.width, preview.height) == (21, 33))
    let seen = try RGBImage(decoding: #require(preview.networkView), path: "seen.jpg")
    #expect((seen.width, seen.height) == (299, 299))
  }

  @Test("the eight orientations put the first row and column where EXIF says")
  func orientations() {
    // Where EXIF has the stored row 0 and column 0 in the upright picture.
    let sides: [PictureOrientation: (row: String, column: String)] = [
      .upright: ("top", "left"), .mirrored: ("top", "right"), .turnedAround: ("bottom", "right"),
      .flipped: ("bottom", "left"), .transposed: ("left", "top"), .turnedLeft: ("right", "top"),
      .transversed: ("right", "bottom"), .turnedRight: ("left", "bottom"),
    ]
    let image = Self.numbered(5, 3)
    for (orientation, side) in sides {
      let turned = image.turnedUpright(from: orientation)
      #expect((turned.width == 3) == orientation.exchangesSides)
      func line(_ side: String) -> [[UInt8]] {
        let places =
          switch side {
          case "top": (0..<turned.width).map { ($0, 0) }
          case "bottom": (0..<turned.width).map { ($0, turned.height - 1) }
          case "left": (0..<turned.height).map { (0, $0) }
          default: (0..<turned.height).map { (turned.width - 1, $0) }
          }
        return places.map { x, y in Array(turned.pixels[(y * turned.width + x) * 3..<(y * turned.width + x) * 3 + 3]) }
      }
      #expect(line(side.row).allSatisfy { $0[1] == 0 }, "\(orientation)")
      #expect(line(side.column).allSatisfy { $0[0] == 0 }, "\(orientation)")
    }
  }

  /// EXIF with one tag.
  static func exif(
    _ value: UInt8, isLittle: Bool = true, tag: UInt16 = 0x0112, type: UInt8 = 3, count: UInt8 = 1
  ) -> [UInt8] {
    func two(_ number: UInt16) -> [UInt8] {
      let (high, low) = (UInt8(number >> 8), UInt8(number & 0xff))
      return isLittle ? [low, high] : [high, low]
    }
    func four(_ number: UInt16) -> [UInt8] { isLittle ? two(number) + [0, 0] : [0, 0] + two(number) }
    return Array((isLittle ? "II" : "MM").utf8) + two(42) + four(8) + two(1) + two(tag) + two(UInt16(type))
      + four(UInt16(count)) + two(UInt16(value)) + [0, 0] + four(0)
  }

  static func jpeg(_ exif: [UInt8]) -> [UInt8] {
    let length = exif.count + 8
    return [0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 1, 0xff, 0xff, 0xe1, UInt8(length >> 8), UInt8(length & 0xff)]
      + Array("Exif\0\0".utf8) + exif + [0xff, 0xda, 0, 2]
  }

  static func png(_ exif: [UInt8]) -> [UInt8] {
    func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
      [0, 0, 0, UInt8(content.count)] + Array(type.utf8) + content + [0, 0, 0, 0]
    }
    return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] + chunk("IHDR", Array(repeating: 0, count: 13))
      + chunk("eXIf", exif) + chunk("IEND", [])
  }

  @Test("orientations are read in both byte orders, from JPEG and PNG")
  func reading() {
    for orientation in PictureOrientation.allCases {
      for isLittle in [true, false] {
        let exif = Self.exif(orientation.rawValue, isLittle: isLittle)
        #expect(PictureOrientation(of: Self.jpeg(exif), format: .jpeg) == orientation)
        #expect(PictureOrientation(of: Self.png(exif), format: .png) == orientation)
      }
    }
  }

  @Test("nonsense is upright")
  func nonsense() {
    for exif in [
      Self.exif(0), Self.exif(9), Self.exif(255), Self.exif(6, tag: 0x0113), Self.exif(6, type: 4),
      Self.exif(6, count: 2),
      [], Array("XX".utf8) + Self.exif(6).dropFirst(2),
    ] {
      #expect(PictureOrientation(of: Self.jpeg(exif), format: .jpeg) == .upright)
      #expect(PictureOrientation(of: Self.png(exif), format: .png) == .upright)
    }
  }

  @Test("EXIF cut at any byte or with any byte changed gives an orientation and never traps")
  func damage() {
    for (bytes, format) in [(Self.jpeg(Self.exif(6)), ImageFormat.jpeg), (Self.png(Self.exif(6)), .png)] {
      for end in 0...bytes.count {
        #expect(PictureOrientation.allCases.contains(PictureOrientation(of: Array(bytes[..<end]), format: format)))
      }
      for place in bytes.indices {
        for value: UInt8 in [0, 0x7f, 0x80, 0xff] {
          var damaged = bytes
          damaged[place] = value
          #expect(PictureOrientation.allCases.contains(PictureOrientation(of: damaged, format: format)))
        }
      }
    }
  }
}
