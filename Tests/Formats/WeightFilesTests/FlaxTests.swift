import Bytes
import Messages
import Tensors
import Testing
import TestSupport

@testable import WeightFiles

@Suite("Flax files")
struct FlaxTests {
  @Test(
    "Every array reads as Flax restores it, in pieces of any length",
    arguments: ["model.msgpack", "checkpoint_7", "chunked.msgpack", "single.msgpack"])
  func values(file: String) throws {
    let stem = file.split(separator: ".")[0]
    let golden = try GoldenValues("flax/\(stem).json")
    let source = try FlaxFile.open(Fixture.path("flax/\(file)"))
    #expect(source.problems.isEmpty)
    // An array alone has no name in its file, and takes the file's.
    guard let only = golden.tensors.first, only.name.isEmpty else { return try source.expectEqual(to: golden) }
    #expect(source.descriptors.map(\.name) == ["single"])
    try source.expectTensor("single", only.dtype, only.shape, only.bytes)
  }

  @Test("What is not an array is metadata")
  func metadata() throws {
    let source = try FlaxFile.open(Fixture.path("flax/model.msgpack"))
    #expect(
      source.metadata == [
        "step": "1234", "rate": "0.25", "done": "False", "note": "Zürich", "nothing": "None", "turn": "(1.0, 2.0)",
        "unsigned": "18446744073709551615", "negative": "-129",
      ])
    #expect(try FlaxFile.open(Fixture.path("flax/chunked.msgpack")).metadata.isEmpty)
  }

  private static let broken: [(String, FlaxDefect)] = [
    ("bad-byte", .badByte(0xc1)), ("cut-in-head", .cutShort(needed: 1, left: 0)),
    ("deep", .tooDeep(limit: 64)), ("deep-lists", .tooDeep(limit: 64)), ("empty", .cutShort(needed: 1, left: 0)),
    ("extension-length", .cutShort(needed: 4_294_967_295, left: 0)), ("key-is-map", .badKey),
    ("list-count", .cutShort(needed: 1, left: 0)), ("map-count", .cutShort(needed: 1, left: 0)),
    ("string-length", .badKey),
  ]

  @Test("A file whose structure is damaged is refused", arguments: broken)
  func refused(name: String, defect: FlaxDefect) throws {
    let error = try #require(throws: WeightFileError.self) {
      try FlaxFile.open(Fixture.path("flax/bad/\(name).msgpack"))
    }
    #expect(error.reason == .flax(defect))
  }

  private static let damaged: [(String, String?, WeightFileDefect)] = [
    ("after-elements", "x", .flax(.badArray("1 byte follow its elements"))),
    ("chunks-bad-one", "x", .flax(.badChunks("one of them cannot be read"))),
    ("chunks-cut", "x/chunks/1", .flax(.cutShort(needed: 12, left: 10))),
    ("chunks-dtypes", "x", .flax(.badChunks("they have several dtypes"))),
    ("chunks-extent", "x", .flax(.badChunks("their shape is invalid"))),
    ("chunks-missing", "x", .flax(.badChunks("they are not numbered from 0 to 1"))),
    ("chunks-negative", "x", .flax(.badShape(.negativeDimension(-4)))),
    ("chunks-none", "x", .flax(.badChunks("there are none"))),
    ("chunks-shape", "x", .flax(.byteCount(expected: 5, found: 4))),
    ("complex", "x", .flax(.badArray("a complex number is not two numbers"))),
    ("cut-short", "b", .flax(.cutShort(needed: 27, left: 24))),
    ("dtype-not-name", "x", .flax(.badArray("its dtype is not a name"))),
    ("dtype", "x", .flax(.unsupportedDType("datetime64[ns]"))),
    ("elements-not-bytes", "x", .flax(.badArray("its elements are not bytes"))),
    ("extension-type", "x", .flax(.unknownExtension(9))),
    ("extent-not-integer", "x", .flax(.badArray("an extent is not an integer of 63 bits"))),
    ("quantized", "x", .flax(.unsupportedDType("qint8"))),
    ("shape-huge", "x", .flax(.badShape(.tooManyElements([1 << 62, 4])))),
    ("shape-negative", "x", .flax(.badShape(.negativeDimension(-1)))),
    ("shape-not-list", "x", .flax(.badArray("it does not begin with a list of extents"))),
    ("shape-rank", "x", .flax(.badShape(.rankTooLarge(300)))),
    ("too-few-bytes", "x", .flax(.byteCount(expected: 12, found: 2))),
    ("too-many-bytes", "x", .flax(.byteCount(expected: 1, found: 2))),
    ("trailing", nil, .flax(.trailing(byteCount: 1))), ("twice", "b", .duplicateName),
  ]

  @Test("A damaged array is a problem, and the others are read", arguments: damaged)
  func problems(name: String, tensor: String?, defect: WeightFileDefect) throws {
    let source = try FlaxFile.open(Fixture.path("flax/bad/\(name).msgpack"))
    #expect(!source.descriptors.isEmpty)
    #expect(!source.descriptors.contains { $0.name == tensor && name != "twice" })
    #expect(source.problems.map(\.tensor) == [tensor])
    #expect((source.problems.first?.error as? WeightFileError)?.reason == defect)
    #expect(try source.readEverything().isEmpty)
  }
}
