import Messages
import Tensors
import TestSupport
import Testing

@Suite("Sources of tensors")
struct TensorSourceTests {
  private static let names = [
    "lstm/BasicLSTMCell/Linear/Bias", "lstm/BasicLSTMCell/Linear/Matrix", "logits/biases", "logits/weights",
    "global_step",
    "InceptionV3/Conv2d_1a_3x3/weights", "InceptionV3/Conv2d_1a_3x3/BatchNorm/beta", "Z", "a", "é",
  ]

  /// Tensors whose bytes are their names.
  private func source() throws -> InMemoryTensorSource {
    var source = InMemoryTensorSource(
      try Self.names.map { try .init($0, .uint8, [$0.utf8.count], bytes: Array($0.utf8)) })
    source.files = [SourceFile(path: "/models/model.ckpt-3", byteCount: 12)]
    return source
  }

  @Test("Every name is found, and no other")
  func lookup() throws {
    let source = try source()
    for name in Self.names { #expect(source.descriptor(named: name)?.name == name) }
    for name in ["", "A", "logits", "zzz", "logits/weights/"] { #expect(source.descriptor(named: name) == nil) }
    #expect(source.problems.isEmpty)
    #expect(source.files[0].name == "model.ckpt-3")
    #expect(try source.readAll(source.requireDescriptor(named: "logits/biases")) == Array("logits/biases".utf8))
  }

  @Test("A missing name comes with the names nearest to it")
  func missing() throws {
    let source = try source()
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
