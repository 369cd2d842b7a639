import Bytes
import Messages
import Tensors
import Testing

/// A source in memory.
private struct MemorySource: TensorSource {
  let format = "memory"
  let files = [SourceFile(path: "/models/model.ckpt-3", byteCount: 12)]
  let descriptors: [TensorDescriptor]
  let metadata: [String: String] = [:]

  init(_ names: [String]) {
    descriptors = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map {
      TensorDescriptor(name: $0, dtype: .uint8, shape: .scalar, byteCount: 1)
    }
  }

  func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    try body(Array(descriptor.name.utf8).rawSpan)
  }

  func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] { [] }
}

@Suite("Sources of tensors")
struct TensorSourceTests {
  private static let names = [
    "lstm/BasicLSTMCell/Linear/Bias", "lstm/BasicLSTMCell/Linear/Matrix", "logits/biases", "logits/weights",
    "global_step",
    "InceptionV3/Conv2d_1a_3x3/weights", "InceptionV3/Conv2d_1a_3x3/BatchNorm/beta", "Z", "a", "é",
  ]

  @Test("Every name is found, and no other")
  func lookup() throws {
    let source = MemorySource(Self.names)
    for name in Self.names { #expect(source.descriptor(named: name)?.name == name) }
    for name in ["", "A", "logits", "zzz", "logits/weights/"] { #expect(source.descriptor(named: name) == nil) }
    #expect(source.problems.isEmpty)
    #expect(source.files[0].name == "model.ckpt-3")
    #expect(try source.readAll(source.requireDescriptor(named: "logits/biases")) == Array("logits/biases".utf8))
  }

  @Test("A missing name comes with the names nearest to it")
  func missing() {
    let source = MemorySource(Self.names)
    let error = #expect(throws: MissingTensorError.self) {
      _ = try source.requireDescriptor(named: "lstm/basic_lstm_cell/kernel")
    }
    #expect(error?.nearest == [["lstm/BasicLSTMCell/Linear/Bias", "lstm/BasicLSTMCell/Linear/Matrix"]].map { $0 })
    #expect(error?.category == .badData)
    #expect(error?.description.contains("decant inspect --flat") == true)
  }

  @Test("Many missing names are counted, and the first are shown")
  func manyMissing() {
    let error = MissingTensorError(names: (0..<20).map { "x\($0)" }, present: ["x"], file: "m")
    #expect(error.nearest.count == 8)
    #expect(error.description.contains("20 tensors are missing"))
    #expect(error.description.contains("and 12 more"))
  }

  static let nearest: [(name: String, nearest: [String])] = [
    ("logits/weight", ["logits/weights", "logits/biases"]),
    ("global_step", ["global_step"]),
    (
      "InceptionV3/Conv2d_1a_3x3/BatchNorm/gamma",
      ["InceptionV3/Conv2d_1a_3x3/BatchNorm/beta", "InceptionV3/Conv2d_1a_3x3/weights"]
    ),
    ("nothing/like/it", []),
  ]

  @Test("Names are near by their components", arguments: nearest)
  func near(name: String, nearest: [String]) {
    let found = NearestNames.find(name, in: Self.names)
    #expect(Array(found.prefix(nearest.count)) == nearest)
    #expect(!nearest.isEmpty || found.isEmpty)
    #expect(found.count <= 3)
  }

  @Test("Places sort by file, then by offset")
  func places() {
    let places = [
      TensorLocation(file: 1, offset: 0), TensorLocation(file: 0, offset: 9), TensorLocation(file: 0, offset: 2),
    ]
    #expect(places.sorted().map(\.offset) == [2, 9, 0])
  }
}
