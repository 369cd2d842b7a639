import Bytes
import Checkpoints
import Foundation
import Messages
import SSTable
import Tensors
import Testing
import TestSupport

/// The two formats, each with how it is written.
struct CheckpointFormat: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let sink: @Sendable (String) throws -> any TensorSink

  static let v1 = CheckpointFormat(testDescription: "V1") { try V1CheckpointWriter(path: $0) }
  static let v2 = shards(1)

  static func shards(_ count: Int) -> CheckpointFormat {
    CheckpointFormat(testDescription: "V2 in \(count)") { try V2CheckpointWriter(prefix: $0, shardCount: count) }
  }

  static let all = [v1, v2, shards(3), shards(40)]
}

/// Copies every tensor that the sink takes, and commits. Returns the names of those that it does not take.
@discardableResult
func copy(_ source: any TensorSource, to sink: any TensorSink, pieceByteCount: Int = 1000) throws -> [String] {
  let taken = source.descriptors.filter { sink.refusal(of: $0) == nil }
  let body = try sink.begin(SinkContents(taken, metadata: ["a": "b"]))
  for descriptor in taken {
    if descriptor.dtype == .string {
      try body.writeStrings(source.readStrings(descriptor))
    } else {
      try source.read(descriptor, maximumByteCount: pieceByteCount) { try body.write($0) }
    }
  }
  try body.finish(metadata: ["a": "c"]).commit()
  return source.descriptors.filter { sink.refusal(of: $0) != nil }.map(\.name)
}

/// Expects that `back` holds the tensors of `source`, apart from some.
func expectEqual(_ back: any TensorSource, _ source: any TensorSource, without refused: [String] = []) throws {
  let left = Set(refused.map { Array($0.utf8) })
  let expected = source.descriptors.filter { !left.contains(Array($0.name.utf8)) }
  #expect(back.problems.isEmpty, "\(back.problems.map { "\($0.error)" })")
  #expect(back.metadata.isEmpty)
  #expect(back.descriptors.map { Array($0.name.utf8) } == expected.map { Array($0.name.utf8) })
  for (found, expected) in zip(back.descriptors, expected) {
    #expect((found.dtype, found.shape, found.sliceCount) == (expected.dtype, expected.shape, 1), "\(expected.name)")
    if expected.dtype == .string {
      #expect(try back.readStrings(found) == source.readStrings(expected), "\(expected.name)")
    } else {
      #expect(try back.readAll(found) == source.readAll(expected), "\(expected.name)")
    }
  }
}

@Suite("Writing checkpoints")
struct WriterTests {
  let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  @Test("Every fixture comes back from either format", arguments: FixtureCheckpoint.all, CheckpointFormat.all)
  func fixtures(fixture: FixtureCheckpoint, format: CheckpointFormat) throws {
    let source = try Checkpoint.open(fixture.checkpointPath()).source
    let refused = try copy(source, to: format.sink(directory.file("out.ckpt")))
    let readable = source.descriptors.filter { $0.dtype != .variant && $0.dtype != .resource }
    if format.testDescription != "V1" { #expect(refused.count == source.descriptors.count - readable.count) }
    try expectEqual(Checkpoint.open(directory.file("out.ckpt")).source, source, without: refused)
  }

  /// Checkpoints that TensorFlow wrote with one data file and whole tensors.
  static let wholeV2 =
    [
      "saved-model-tf1/model/variables/variables", "saved-model-tf2/model/variables/variables",
      "tf2-keras/ckpt-1", "tf2-object/ckpt-1", "v2-dtypes-0.12/model.ckpt", "v2-dtypes-1.15/model.ckpt",
      "v2-dtypes-2x/model.ckpt", "v2-empty-strings/model.ckpt", "v2-kept/model.ckpt-40", "v2-lstm-kernel/model.ckpt-3",
      "v2-lstm-matrix/model.ckpt-3", "v2-lstm-weights/model.ckpt-3", "v2-multi-block/model.ckpt",
      "v2-shapes/model.ckpt",
      "v2-state-absolute/model.ckpt-10",
    ].map { "checkpoints/\($0)" } + ["scenes/v2/model.ckpt-4222"]

  @Test("A V2 checkpoint has the bytes that TensorFlow gives the same tensors in the same order", arguments: wholeV2)
  func likeTensorFlow(name: String) throws {
    let prefix = Fixture.path(name)
    let source = InTheirOrder(try V2Checkpoint(prefix: prefix))
    #expect(try copy(source, to: V2CheckpointWriter(prefix: directory.file("a"))).isEmpty)
    for suffix in [".index", ".data-00000-of-00001"] {
      #expect(try Fixture.bytes(at: directory.file("a" + suffix)) == Fixture.bytes(at: prefix + suffix), "\(suffix)")
    }
  }

  /// A bundle's tensors in the order of their bytes in the data file, in which TensorFlow was given them.
  private struct InTheirOrder: TensorSource {
    let bundle: V2Checkpoint
    let descriptors: [TensorDescriptor]
    var format: String { bundle.format }
    var files: [SourceFile] { bundle.files }
    var metadata: [String: String] { [:] }

    init(_ bundle: V2Checkpoint) {
      self.bundle = bundle
      // One without elements stands where the next begins.
      descriptors = bundle.descriptors.sorted {
        ($0.location?.offset ?? 0, $0.byteCount) < ($1.location?.offset ?? 0, $1.byteCount)
      }
    }

    func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
      try bundle.read(descriptor, maximumByteCount: maximumByteCount, body)
    }

    func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] { try bundle.readStrings(descriptor) }
  }

  static let sortedV1 = [
    "checkpoints/v1-big-blocks/model.ckpt", "checkpoints/v1-lstm-kernel/model.ckpt-3",
    "checkpoints/v1-lstm-matrix/model.ckpt-3", "scenes/model.ckpt-4222",
  ]

  @Test("A V1 checkpoint has the bytes that TensorFlow gives the same tensors", arguments: sortedV1)
  func likeTensorFlowV1(name: String) throws {
    let source = try Checkpoint.open(Fixture.path(name)).source
    #expect(try copy(source, to: V1CheckpointWriter(path: directory.file("a")), pieceByteCount: 100_000).isEmpty)
    #expect(try Fixture.bytes(at: directory.file("a")) == Fixture.bytes(name))
  }

  /// TensorFlow was given these tensors in another order than that of their names, which shows in the list and nowhere else.
  @Test("Every record of a V1 checkpoint has TensorFlow's bytes", arguments: ["v1-dtypes", "v1-shapes"])
  func recordsLikeTensorFlow(folder: String) throws {
    let path = Fixture.path("checkpoints/\(folder)/model.ckpt")
    #expect(try copy(Checkpoint.open(path).source, to: V1CheckpointWriter(path: directory.file("a"))).isEmpty)
    #expect(try Fixture.bytes(at: directory.file("a")).count == Fixture.bytes(at: path).count)
    var (written, original) = try (
      TableReader(path: directory.file("a")).makeCursor(), TableReader(path: path).makeCursor()
    )
    var count = 0
    while try original.next() {
      #expect(try written.next())
      let (a, b) = try (#require(written.entry), #require(original.entry))
      #expect(a.key == b.key)
      if !a.key.isEmpty {
        #expect([UInt8](a.valueBytes) == [UInt8](b.valueBytes), "\(String(escapingInvalidUTF8: a.key))")
      }
      count += 1
    }
    #expect(count > 10)
  }

  @Test("Every dtype that a format takes comes back with its bits", arguments: CheckpointFormat.all)
  func everyDType(format: CheckpointFormat) throws {
    var tensors: [InMemoryTensorSource.Tensor] = []
    for (index, dtype) in DType.allCases.enumerated() where dtype.byteCount != nil {
      for (shape, dimensions) in ["scalar": [], "vector": [7], "empty": [3, 0, 5], "cube": [3, 5, 37]] {
        var tensor = try InMemoryTensorSource.Tensor("\(dtype)/\(shape)", dtype, dimensions, seed: UInt64(index))
        if dtype == .bool { tensor.bytes = tensor.bytes.map { $0 & 1 } }
        tensors.append(tensor)
      }
    }
    let source = InMemoryTensorSource(tensors)
    for pieceByteCount in [16, 1000] {
      let path = directory.file("\(pieceByteCount)")
      let refused = try copy(source, to: format.sink(path), pieceByteCount: pieceByteCount)
      #expect(refused.count == (format.testDescription == "V1" ? 4 * 15 : 0), "\(refused)")
      try expectEqual(Checkpoint.open(path).source, source, without: refused)
    }
  }

  @Test("Names of any bytes come back, and sort by their bytes", arguments: CheckpointFormat.all)
  func names(format: CheckpointFormat) throws {
    let names = [
      "a", "a/b", "a/", "/a", "..", "../a", "/etc/passwd", "a\u{0}b", "a\u{0}", "a\u{1}", "é", "e\u{301}", "日本/語",
      "\u{1f600}", "\u{1b}[31m", "a b\n", "\u{7f}", "_CHECKPOINTABLE_OBJECT_GRAPH",
      String(repeating: "x", count: 40_000),
    ]
    let source = InMemoryTensorSource(
      try names.enumerated().map { try .init($1, .int32, [3], seed: UInt64($0)) })
    #expect(try copy(source, to: format.sink(directory.file("out"))).isEmpty)
    try expectEqual(Checkpoint.open(directory.file("out")).source, source)
    #expect(try directory.entries().allSatisfy { $0.hasPrefix("out") })
  }

  @Test("Strings of any bytes come back", arguments: CheckpointFormat.all)
  func strings(format: CheckpointFormat) throws {
    let source = InMemoryTensorSource([
      try .init("text", [2, 2], strings: ["a", "", "zwei", "drei\n"].map { Array($0.utf8) }),
      try .init("bytes", [3], strings: [[0xff, 0xfe], [], [0x80]]),
      try .init("one", [], strings: [[UInt8](repeating: 65, count: 700_000)]),
      try .init("none", [0], strings: []), try .init("number", .float32, [2], seed: 1),
    ])
    #expect(try copy(source, to: format.sink(directory.file("out"))).isEmpty)
    try expectEqual(Checkpoint.open(directory.file("out")).source, source)
  }

  @Test("No tensors at all make a checkpoint", arguments: CheckpointFormat.all)
  func nothing(format: CheckpointFormat) throws {
    let source = InMemoryTensorSource([])
    try copy(source, to: format.sink(directory.file("out")))
    try expectEqual(Checkpoint.open(directory.file("out")).source, source)
  }

  @Test("Large integers wait in a file of no name until their number of bytes is known")
  func spooled() throws {
    let source = InMemoryTensorSource([
      try .init("a", .int64, [600_000], seed: 1), try .init("b", .int32, [3], seed: 2),
      try .init("c", .float16, [700_001], seed: 3),
    ])
    let sink = try V1CheckpointWriter(path: directory.file("out"))
    try copy(source, to: sink, pieceByteCount: 1 << 16)
    #expect(try directory.entries() == ["out"])
    try expectEqual(Checkpoint.open(directory.file("out")).source, source)
  }

  @Test("Shards hold the tensors in their order, cut by bytes")
  func plan() throws {
    let sizes = [100, 1, 1, 1, 97, 100, 0]
    let source = InMemoryTensorSource(
      try sizes.enumerated().map { try .init("t\($0)", .uint8, [$1], seed: UInt64($0)) })
    try copy(source, to: V2CheckpointWriter(prefix: directory.file("out"), shardCount: 3))
    #expect(
      try directory.entries() == [
        "out.data-00000-of-00003", "out.data-00001-of-00003", "out.data-00002-of-00003", "out.index",
      ])
    let counts = try (0..<3).map { try Fixture.bytes(at: directory.file("out.data-0000\($0)-of-00003")).count }
    #expect(counts == [100, 100, 100])
  }

  @Test("What the formats cannot hold is refused with a reason")
  func refusals() throws {
    let v1 = try V1CheckpointWriter(path: directory.file("v1"))
    let v2 = try V2CheckpointWriter(prefix: directory.file("v2"))
    func descriptor(_ name: String, _ dtype: DType, _ dimensions: [Int]) throws -> TensorDescriptor {
      let shape = try Shape(dimensions)
      return TensorDescriptor(name: name, dtype: dtype, shape: shape, byteCount: shape.byteCount(of: dtype) ?? 0)
    }
    #expect(v1.refusal(of: try descriptor("a", .bfloat16, [2]))?.text.contains("cannot hold bfloat16") == true)
    #expect(v2.refusal(of: try descriptor("a", .bfloat16, [2])) == nil)
    #expect(v1.refusal(of: try descriptor("a", .float32, [536_870_000])) == nil)
    #expect(v1.refusal(of: try descriptor("a", .float32, [536_870_912]))?.text.contains("2 GiB") == true)
    #expect(v1.refusal(of: try descriptor("a", .int32, [214_748_364]))?.text.contains("2 GiB") == true)
    #expect(v1.refusal(of: try descriptor("a", .int64, [1 << 40, 1 << 20]))?.text.contains("2 GiB") == true)
    #expect(v2.refusal(of: try descriptor("a", .float32, [1 << 40])) == nil)
    for sink in [v1, v2] as [any TensorSink] {
      #expect(sink.refusal(of: try descriptor("", .float32, [2]))?.text.contains("no name") == true)
      #expect(sink.refusal(of: try descriptor("a", .resource, []))?.text.contains("resource") == true)
      let long = try descriptor(String(repeating: "x", count: 70_000), .float32, [2])
      #expect(sink.refusal(of: long)?.text.contains("70") == true)
      let error = #expect(throws: CheckpointError.self) { try sink.begin(SinkContents([long])) }
      #expect(error?.category == .badData)
      #expect(!sink.keepsMetadata)
    }
    #expect(v2.refusal(of: try descriptor("\u{0}a", .float32, [2]))?.text.contains("zero byte") == true)
    let twice = try descriptor("a", .float32, [2])
    let error = #expect(throws: CheckpointError.self) { try v2.begin(SinkContents([twice, twice])) }
    #expect(error?.reason == .entry(.duplicate))
  }

  @Test("A bool that is neither 0 nor 1 is not a value of a V1 checkpoint")
  func strangeBool() throws {
    let source = InMemoryTensorSource([try .init("b", .bool, [3], bytes: [0, 2, 1])])
    let error = #expect(throws: CheckpointError.self) {
      try copy(source, to: V1CheckpointWriter(path: directory.file("a")))
    }
    #expect(error?.reason == .data(.valueOutOfRange(2, .bool)))
    #expect(try directory.entries().isEmpty)
  }

  @Test("More or fewer bytes than declared are an error, and nothing is left", arguments: CheckpointFormat.all)
  func wrongCounts(format: CheckpointFormat) throws {
    let shape = try Shape([2])
    let tensors = [
      TensorDescriptor(name: "a", dtype: .float32, shape: shape, byteCount: 8),
      TensorDescriptor(name: "b", dtype: .float32, shape: shape, byteCount: 8),
    ]
    do {
      let body = try format.sink(directory.file("out")).begin(SinkContents(tensors))
      let error = #expect(throws: CheckpointError.self) { try body.write([UInt8](repeating: 1, count: 12).rawSpan) }
      #expect(error?.reason == .writing(.moreThanDeclared(8)))
    }
    do {
      let body = try format.sink(directory.file("out")).begin(SinkContents(tensors))
      try body.write([UInt8](repeating: 1, count: 8).rawSpan)
      try body.write([UInt8](repeating: 1, count: 4).rawSpan)
      let error = #expect(throws: CheckpointError.self) { try body.finish(metadata: nil) }
      #expect(error?.reason == .writing(.lessThanDeclared(8, written: 4)))
      #expect(error?.tensor == "b")
    }
    #expect(try directory.entries().isEmpty)
  }
}
