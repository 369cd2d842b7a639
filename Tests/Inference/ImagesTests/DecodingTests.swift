import Files
import Messages
import TestSupport
import Testing

@testable import Images

@Suite("Decoding pictures")
struct DecodingTests {
  static let jpegs = GoldenPixels.load("jpeg.json")
  static let pngs = GoldenPixels.load("png.json")

  /// Files that TensorFlow decodes and Decant refuses, since they were made to exhaust memory or time.
  static let bombs: Set = ["bad-declared-large.jpg", "bad-scans-without-end.jpg"]

  static let decodable = (jpegs + pngs).filter { $0.error == nil && !bombs.contains($0.file) }

  @Test("the golden files are there")
  func golden() {
    #expect(Self.jpegs.count > 35)
    #expect(Self.pngs.count > 20)
    #expect(GoldenPixels.load("../scenes/golden/pixels.json").count == 12)
  }

  @Test("pixels equal TensorFlow's, byte for byte", arguments: decodable)
  func pixels(golden: GoldenPixels.Image) throws {
    let image = try RGBImage(path: Fixture.path("images/\(golden.file)"))
    #expect(image.width == golden.width)
    #expect(image.height == golden.height)
    #expect(Digest.sha256(of: image.pixels) == golden.rgbSHA256)
  }

  @Test("the network's input equals TensorFlow's, bit for bit", arguments: decodable)
  func input(golden: GoldenPixels.Image) throws {
    let image = try RGBImage(path: Fixture.path("images/\(golden.file)"))
    #expect(ImagePreprocessor.input(from: image).sha256 == golden.inputSHA256)
    let input = try NetworkInput(path: Fixture.path("images/\(golden.file)"))
    #expect(input.values.sha256 == golden.inputSHA256)
    #expect(input.warning == image.warning)
  }

  @Test(
    "the scenes' pixels and inputs equal TensorFlow's", arguments: GoldenPixels.load("../scenes/golden/pixels.json"))
  func scenes(golden: GoldenPixels.Image) throws {
    let image = try RGBImage(path: Fixture.path("scenes/images/\(golden.file)"))
    #expect(Digest.sha256(of: image.pixels) == golden.rgbSHA256)
    #expect(ImagePreprocessor.input(from: image).sha256 == golden.inputSHA256)
  }

  @Test("what TensorFlow refuses is refused", arguments: (jpegs + pngs).filter { $0.error != nil })
  func refusals(golden: GoldenPixels.Image) {
    #expect(throws: ImageError.self) { try RGBImage(path: Fixture.path("images/\(golden.file)")) }
  }

  @Test("damage that libjpeg gets over is decoded with a warning, as in TensorFlow")
  func warnings() throws {
    let damaged = try RGBImage(path: Fixture.path("images/odd-bytes-before-end.jpg"))
    #expect(damaged.warning == "Corrupt JPEG data: 4 extraneous bytes before marker 0xd9")
    #expect(try RGBImage(path: Fixture.path("images/rgb-420.jpg")).warning == nil)
  }

  struct Refusal: CustomTestStringConvertible {
    var file: String
    var reason: ImageDefect
    /// What the message must tell.
    var says: String
    var testDescription: String { file }
  }

  static let refusalTable: [Refusal] = [
    Refusal(file: "bad-empty.jpg", reason: .notAnImage(.empty), says: "is empty"),
    Refusal(file: "bad-is-text.jpg", reason: .notAnImage(.text), says: "It is a text file."),
    Refusal(file: "bad-is-a-gif.gif", reason: .notAnImage(.gif), says: "Convert it first"),
    Refusal(file: "bad-start-only.jpg", reason: .truncated(.jpeg, rows: 0, height: 0), says: "inside its header"),
    Refusal(file: "bad-cut-in-header.jpg", reason: .truncated(.jpeg, rows: 0, height: 0), says: "interrupted download"),
    Refusal(file: "bad-cut-in-data.jpg", reason: .truncated(.jpeg, rows: 14, height: 21), says: "after 14 of 21 rows"),
    Refusal(file: "bad-no-end-marker.jpg", reason: .truncated(.jpeg, rows: 14, height: 21), says: "copy it again"),
    Refusal(
      file: "bad-progressive-cut.jpg", reason: .truncated(.jpeg, rows: 0, height: 21), says: "after 0 of 21 rows"),
    Refusal(
      file: "bad-declared-huge.jpg", reason: .tooManyPixels(width: 60000, height: 60000, limit: 1 << 27),
      says: "60000 x 60000"),
    Refusal(
      file: "bad-declared-large.jpg", reason: .moreThanFileHolds(width: 11000, height: 11000, byteCount: 1149),
      says: "more than its 1149 bytes can hold"),
    Refusal(file: "bad-scans-without-end.jpg", reason: .tooManyScans(501), says: "501 or more scans"),
    Refusal(
      file: "bad-two-components.jpg", reason: .damaged(.jpeg, message: "Unsupported color conversion request"),
      says: "Unsupported color conversion"),
    Refusal(file: "bad-cut-in-half.png", reason: .truncated(.png, rows: 0, height: 21), says: "after 0 of 21 rows"),
    Refusal(file: "bad-cut-in-header.png", reason: .truncated(.png, rows: 0, height: 0), says: "inside its header"),
    Refusal(file: "bad-no-end-chunk.png", reason: .truncated(.png, rows: 21, height: 21), says: "after 21 of 21 rows"),
    Refusal(
      file: "bad-declared-huge.png", reason: .tooManyPixels(width: 60000, height: 60000, limit: 1 << 27),
      says: "Scale the picture down"),
    Refusal(
      file: "bad-size-zero.png", reason: .damaged(.png, message: "Invalid IHDR data"), says: "Invalid IHDR data"),
  ]

  @Test("every bad file is refused for its own reason", arguments: refusalTable)
  func reasons(refusal: Refusal) throws {
    let path = Fixture.path("images/\(refusal.file)")
    let error = #expect(throws: ImageError.self) { try RGBImage(path: path) }
    #expect(error == ImageError(refusal.reason, file: path))
    #expect(error?.category == .badData)
    #expect(error?.description.contains(refusal.says) == true, "\(error?.description ?? "")")
    #expect(error?.description.hasPrefix(path) == true)
    #expect(throws: try #require(error)) { try NetworkInput(path: path) }
  }

  @Test("a missing file and a directory are the file system's errors")
  func fileErrors() {
    let missing = #expect(throws: ImageError.self) { try RGBImage(path: "/nowhere/a.jpg") }
    #expect(missing?.category == .noInput)
    let path = Fixture.path("images")
    let directory = #expect(throws: ImageError.self) { try RGBImage(path: path) }
    #expect(directory?.reason == ImageDefect.file(FileError(.isDirectory, file: path)))
  }

  @Test("a format can be left out, as the original program leaves out PNG")
  func formats() {
    var limits = ImageLimits()
    limits.formats = [.jpeg]
    let error = #expect(throws: ImageError.self) { try RGBImage(path: Fixture.path("images/rgb8.png"), limits: limits) }
    #expect(error?.reason == .formatNotAccepted(.png))
    #expect(throws: Never.self) { try RGBImage(path: Fixture.path("images/gray.jpg"), limits: limits) }
  }

  @Test("limits are the caller's to set")
  func limits() throws {
    let path = Fixture.path("images/rgb-420.jpg")
    var limits = ImageLimits()
    limits.maximumPixelCount = 33 * 21
    #expect(try RGBImage(path: path, limits: limits).pixels.count == 33 * 21 * 3)
    limits.maximumPixelCount -= 1
    let pixels = #expect(throws: ImageError.self) { try RGBImage(path: path, limits: limits) }
    #expect(pixels?.reason == .tooManyPixels(width: 33, height: 21, limit: 33 * 21 - 1))
    limits = ImageLimits()
    limits.maximumByteCount = 10
    let bytes = #expect(throws: ImageError.self) { try RGBImage(path: path, limits: limits) }
    #expect(bytes?.reason == .tooManyBytes(1149, limit: 10))
    limits = ImageLimits()
    limits.maximumScanCount = 1
    #expect(throws: ImageError.self) { try RGBImage(path: Fixture.path("images/progressive-420.jpg"), limits: limits) }
  }

  @Test(
    "a picture cut at any byte decodes or throws, and never traps",
    arguments: ["rgb-420.jpg", "rgb-440.jpg", "gray4.png"])
  func cuts(file: String) throws {
    let bytes = try Fixture.bytes("images/\(file)")
    for end in 0..<bytes.count {
      let cut = Array(bytes[..<end])
      let error = #expect(throws: ImageError.self, "cut at \(end)") { try RGBImage(decoding: cut, path: file) }
      #expect(throws: try #require(error)) { try NetworkInput(PictureFile(cut, path: file, limits: ImageLimits())) }
    }
  }

  @Test(
    "a picture with any byte changed decodes or throws, and never traps",
    arguments: ["rgb-420.jpg", "progressive-gray.jpg", "rgb-mixed.jpg", "cmyk-plain.jpg", "palette8-transparent.png"])
  func changes(file: String) throws {
    let bytes = try Fixture.bytes("images/\(file)")
    var limits = ImageLimits()
    // Flipped size bytes would otherwise decode pictures of some hundred megabytes.
    limits.maximumPixelCount = 1 << 18
    for position in bytes.indices {
      for mask: UInt8 in [0x01, 0xff] {
        var changed = bytes
        changed[position] ^= mask
        do {
          let image = try RGBImage(decoding: changed, path: file, limits: limits)
          #expect(image.pixels.count == image.width * image.height * 3)
        } catch {
          #expect(error.file == file)
        }
      }
    }
  }
}
