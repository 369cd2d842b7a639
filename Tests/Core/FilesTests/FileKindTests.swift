import Files
import Messages
import Testing
import TestSupport

@Suite("Telling what a file is")
struct FileKindTests {
  struct Case: CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let kind: FileKind
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(name: "nothing", bytes: [], kind: .empty),
    Case(
      name: "an LFS pointer",
      bytes: Array("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 149002244\n".utf8),
      kind: .lfsPointer(byteCount: 149_002_244)),
    Case(name: "a cut LFS pointer", bytes: Array("version https://git-lfs".utf8), kind: .lfsPointer(byteCount: nil)),
    Case(name: "a page", bytes: Array("\n <!DOCTYPE HTML><p>".utf8), kind: .html),
    Case(name: "a page without a doctype", bytes: Array("<html lang='en'>".utf8), kind: .html),
    Case(name: "a gzip archive", bytes: [0x1f, 0x8b, 8, 0], kind: .gzip),
    Case(name: "a zip archive", bytes: Array("PK\u{3}\u{4}".utf8), kind: .zip),
    Case(name: "a tar archive", bytes: [UInt8](repeating: 0, count: 257) + Array("ustar\u{0}00".utf8), kind: .tar),
    Case(name: "HDF5", bytes: [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a], kind: .hdf5),
    Case(name: "safetensors", bytes: [9, 0, 0, 0, 0, 0, 0, 0] + Array("{\"a\":1}".utf8), kind: .safetensors),
    Case(name: "an ONNX model", bytes: [8, 10, 0x12, 4] + Array("tool".utf8) + [0x3a, 2, 0x12, 0], kind: .onnx),
    Case(name: "an ONNX model without a producer", bytes: [8, 3, 0x3a, 0x90, 1, 0x0a, 0x20, 0x0a], kind: .onnx),
    Case(name: "an ONNX model whose producer is empty", bytes: [8, 3, 0x12, 0, 0x3a, 2, 0x12, 0], kind: .onnx),
    Case(name: "a number and a text", bytes: [8, 3, 0x3a, 2] + Array("no".utf8) + [0xff], kind: .unknown),
    // Field 2 is a message.
    Case(name: "a SavedModel", bytes: [8, 1, 0x12, 4, 0x0a, 2, 0x2a, 0xff, 0x3a, 0xff], kind: .unknown),
    Case(name: "a pickle", bytes: [0x80, 2, 0x7d, 0x71], kind: .pickle),
    Case(name: "JPEG", bytes: [0xff, 0xd8, 0xff, 0xe0], kind: .jpeg),
    Case(name: "PNG", bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d], kind: .png),
    Case(name: "GIF", bytes: Array("GIF89a".utf8), kind: .gif),
    Case(name: "WebP", bytes: Array("RIFF\u{1a}\u{0}\u{0}\u{0}WEBPVP8L".utf8), kind: .webp),
    Case(name: "another RIFF file", bytes: Array("RIFF\u{1a}\u{0}\u{0}\u{0}WAVEfmt ".utf8) + [0xff], kind: .unknown),
    Case(
      name: "a film in an ISO container", bytes: [0, 0, 0, 16] + Array("ftypisom".utf8) + [0, 0, 2, 0], kind: .unknown),
    Case(name: "JPEG XL", bytes: [0, 0, 0, 12] + Array("JXL ".utf8) + [13, 10, 0x87, 10], kind: .jpegXL),
    Case(
      name: "weights that begin as BMP does", bytes: Array("BM".utf8) + [UInt8](repeating: 0xc1, count: 60),
      kind: .unknown),
    Case(
      name: "a header of BMP and nothing else",
      bytes: Array("BM".utf8) + [UInt8](repeating: 0, count: 12) + [12, 0, 0, 0, 1, 1, 1], kind: .unknown),
    Case(
      name: "zstd after a frame that is skipped", bytes: [0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 9, 9, 9, 9, 0x28, 0xb5],
      kind: .zstandard),
    Case(
      name: "weights that begin as TIFF does", bytes: [0x49, 0x49, 0x2a, 0] + [UInt8](repeating: 0xc1, count: 60),
      kind: .unknown),
    Case(
      name: "a table", bytes: [0, 1, 0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb], kind: .table),
    Case(
      name: "a pickle of Python 2", bytes: Array("(dp1\nS'w'\ncnumpy.core.multiarray\n_reconstruct\ns.".utf8),
      kind: .pickle),
    Case(name: "a pickled array", bytes: Array("cnumpy.core.multiarray\n_reconstruct\np1\nb.".utf8), kind: .pickle),
    Case(name: "a pickled tuple", bytes: Array("(I3\ncnumpy.core.multiarray\nb.".utf8), kind: .pickle),
    Case(name: "a sentence in parentheses", bytes: Array("(I wrote it.\nIn 2016.".utf8), kind: .text),
    Case(name: "words and a stop", bytes: Array("cat\ndog\npig\n.".utf8), kind: .text),
    Case(name: "text", bytes: Array("a 969108\nthe 1\n".utf8), kind: .text),
    Case(name: "anything else", bytes: [1, 2, 3, 0xfe], kind: .unknown),
  ]

  @Test(
    "A picture that a real encoder wrote is recognized",
    arguments: [
      ("plain.bmp", .bmp), ("palette.bmp", .bmp), ("plain.gif", .gif), ("lossy.webp", .webp), ("lossless.webp", .webp),
      ("plain.tif", .tiff), ("big.tiff", .tiff), ("plain.avif", .avif), ("plain.jp2", .jpeg2000), ("boxes.heic", .heic),
      ("a-webp.jpg", .webp), ("without-ending", .png), ("a-jpeg.bmp", .jpeg),
    ] as [(String, FileKind)])
  func pictures(name: String, kind: FileKind) throws {
    let found = try FileKind(of: InputFile(path: Fixture.path("pictures/\(name)")))
    #expect(found == kind)
    #expect(found.advice?.text.hasPrefix("It is an image (") == true)
  }

  @Test("A file is recognized by its bytes, and said what to do with", arguments: cases)
  func kinds(row: Case) throws {
    let directory = try TemporaryDirectory()
    let file = try InputFile(path: directory.write(row.bytes, to: "file"))
    let kind = try FileKind(of: file)
    #expect(kind == row.kind)
    #expect((kind.advice == nil) == (kind == .unknown))
  }
}
