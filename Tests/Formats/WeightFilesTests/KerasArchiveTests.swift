import Bytes
import Files
import Foundation
import Messages
import Tensors
import TestSupport
import Testing

@testable import WeightFiles

@Suite("Keras archives")
struct KerasArchiveTests {
  struct Expected: Decodable {
    struct Variable: Decodable {
      let name: String
      let path: String
      let expected: String?
      let dtype: String
      let shape: [Int]
      let bytes: Data
      /// The place among the weights of the model; nil for other variables, and where the script does not say it.
      let order: Int?
    }
    let tensors: [Variable]
  }

  @Test(
    "Every variable has Keras's own name and value, whatever layer it is in",
    arguments: ["layers", "layers-2", "nested", "nested-2", "sequential", "own-model", "own-layer"])
  func variables(name: String) throws {
    let rows = try expected(name)
    let source = try KerasArchive.open(Fixture.path("keras/archives/\(name).keras"))
    #expect(source.problems.isEmpty && source.hasChecksums)
    #expect(source.files.map(\.name) == ["\(name).keras"])
    #expect(
      source.descriptors.map(\.name) == rows.map { $0.expected ?? $0.name }.sorted { $0.precedesInBytes($1) })
    for row in rows {
      let descriptor = try source.requireDescriptor(named: row.expected ?? row.name)
      #expect(descriptor.dtype.name == row.dtype && descriptor.shape.dimensions == row.shape, "\(row.name)")
      #expect(source.origin(of: descriptor)?.path == row.path)
      for limit in [16, 40, 1 << 16] {
        var bytes: [UInt8] = []
        try source.read(descriptor, maximumByteCount: limit) { piece in
          #expect(piece.byteCount <= limit)
          bytes += [UInt8](piece)
        }
        #expect(bytes == [UInt8](row.bytes), "\(row.name)")
      }
    }
  }

  private func expected(_ name: String) throws -> [Expected.Variable] {
    let json = try Data(contentsOf: URL(filePath: Fixture.path("keras/archives/\(name).json")))
    return try JSONDecoder().decode(Expected.self, from: json).tensors
  }

  @Test("The weights of Keras 2 are in its own order, and what its metrics counted belongs to training")
  func weightsOfKeras2() throws {
    let rows = try expected("nested-2")
    let source = try KerasArchive.open(Fixture.path("keras/archives/nested-2.keras"))
    let weights = source.descriptors.flatMap { source.origin(of: $0)?.kerasWeights ?? [] }
    let inOrder = rows.filter { $0.order != nil }.sorted { ($0.order ?? 0) < ($1.order ?? 0) }
    #expect(weights.sorted { $0.order < $1.order }.map(\.name) == inOrder.map(\.name) && !weights.isEmpty)
    #expect(source.metadata["keras_version"] == "2.15.0")
    let owners = source.descriptors.filter { $0.name.hasPrefix("metrics/") }.map { source.origin(of: $0)?.owner }
    #expect(owners.count == 4 && owners.allSatisfy { if case .metric? = $0 { true } else { false } })
  }

  @Test(
    "Each version of Keras 2 has its own groups",
    arguments: [
      ("2.15.0", ["layers/dense", "layers/dense_1", "layers/sequential/layers/dense"]),
      (
        "2.14.0",
        [
          "_layer_checkpoint_dependencies/dense", "_layer_checkpoint_dependencies/dense_1",
          "_layer_checkpoint_dependencies/sequential/_layer_checkpoint_dependencies/dense",
        ]
      ),
      (
        "2.13.1",
        [
          "_layer_checkpoint_dependencies/dense", "_layer_checkpoint_dependencies/dense_2",
          "_layer_checkpoint_dependencies/sequential/_layer_checkpoint_dependencies/dense",
        ]
      ),
    ])
  func groups(version: String, groups: [String]) throws {
    // Layers within a model have no module where Keras 2 has saved the model in its older form as well.
    let config = #"""
      {"module": "keras.src.engine.functional", "class_name": "Functional", "registered_name": "Functional", "config": {"name": "m",
      "layers": [{"module": "keras.layers", "class_name": "Dense", "config": {"name": "a", "use_bias": true}, "registered_name": null},
      {"module": "keras.layers", "class_name": "Dense", "config": {"name": "b", "use_bias": true}, "registered_name": null},
      {"module": "keras", "class_name": "Sequential", "config": {"name": "s", "layers": [
      {"class_name": "Dense", "config": {"name": "c", "use_bias": true}}]}, "registered_name": null}]}}
      """#
    let paths = groups.flatMap { ["\($0)/vars/0", "\($0)/vars/1"] }
    let names = try KerasArchive.names(at: paths, config: Array(config.utf8), version: version)
    #expect(names == ["a", "b", "c"].flatMap { ["\($0)/kernel", "\($0)/bias"] })
  }

  @Test("The descriptions of the model are metadata, and the layer of a variable is known")
  func metadata() throws {
    let source = try KerasArchive.open(Fixture.path("keras/archives/sequential.keras"))
    #expect(source.metadata["keras_version"] == "3.15.1")
    #expect(source.metadata["keras.class"] == "Sequential" && source.metadata["keras.name"] == "net")
    #expect(source.metadata["keras.config"]?.hasPrefix(#"{"module": "keras", "class_name": "Sequential""#) == true)
    func layer(_ name: String) throws -> String? { try source.origin(of: source.requireDescriptor(named: name))?.layer }
    #expect(try layer("net/lstm/lstm_cell/recurrent_kernel") == "lstm")
    #expect(try layer("net/bn/gamma") == "bn")
    #expect(try layer("optimizer/vars/0") == nil)
  }

  @Test(
    "A damaged archive is refused",
    arguments: [
      ("no-weights", .kerasArchive(.noWeights(members: ["metadata.json", "config.json"]))),
      ("weights-twice", .kerasArchive(.weightsTwice)), ("weights-text", nil), ("weights-cut", nil),
      ("weights-flipped", nil),
    ] as [(String, WeightFileDefect?)])
  func damaged(name: String, reason: WeightFileDefect?) throws {
    let path = Fixture.path("keras/archives/bad/\(name).keras")
    let error = #expect(throws: WeightFileError.self) { try KerasArchive.open(path) }
    #expect(error?.file?.hasPrefix(path) == true)
    if let reason { #expect(error?.reason == reason) }
    switch (name, error?.reason) {
    case ("weights-text", .hdf5(.library)), ("weights-cut", .hdf5), ("weights-flipped", .archive): break
    case (_, _) where reason != nil: break
    default: Issue.record("\(name): \(error.map { "\($0.message)" } ?? "")")
    }
  }

  @Test(
    "Without a description of the model, variables keep their paths",
    arguments: ["config-damaged", "config-deep", "config-other"])
  func withoutConfig(name: String) throws {
    let source = try KerasArchive.open(Fixture.path("keras/archives/bad/\(name).keras"))
    #expect(source.descriptor(named: "layers/dense/vars/0") != nil)
    #expect(source.problems.map(\.severity) == [.note])
    guard case .kerasArchive(.badText("config.json", _))? = (source.problems.first?.error as? WeightFileError)?.reason
    else {
      Issue.record("\(source.problems)")
      return
    }
    let whole = try KerasArchive.open(Fixture.path("keras/archives/sequential.keras"))
    let kernel = try #require(
      whole.descriptors.first { whole.origin(of: $0)?.path == "layers/dense/vars/0" && $0.name.hasSuffix("/kernel") })
    #expect(
      try source.readAll(source.requireDescriptor(named: "layers/dense/vars/0")) == whole.readAll(kernel))
  }

  @Test("Every cut of an archive is refused or reads what it says, and nothing is left of unpacked files")
  func cuts() throws {
    let directory = try TemporaryDirectory()
    let bytes = try Fixture.bytes("keras/archives/own-model.keras")
    for count in stride(from: 0, to: bytes.count, by: 97) {
      let path = try directory.write(bytes.prefix(count), to: "cut.keras")
      #expect(throws: WeightFileError.self) { try KerasArchive.open(path) }
    }
  }

  @Test("An unpacked file can be opened by its path until its name is removed, and leaves nothing")
  func unpackedFile() throws {
    let directory = try TemporaryDirectory()
    for removesName in [false, true] {
      var file: UnpackedFile? = try UnpackedFile(in: directory.path)
      try file?.append([1, 2, 3])
      #expect(try InputFile(path: #require(file?.path)).read(at: 0, count: 3) == [1, 2, 3])
      #expect(try directory.entries().count == 1)
      let opened = try #require(try file?.opened(shownAs: "model.keras"))
      if removesName { file?.removeName() } else { file = nil }
      #expect(try directory.entries().isEmpty)
      #expect(try opened.read(at: 2, count: 1) == [3] && opened.path == "model.keras")
    }
  }

  @Test("Classes have the names that Keras gives their groups")
  func snakeCase() {
    let names = [
      "Conv2DTranspose": "conv2d_transpose", "LSTM": "lstm", "PReLU": "p_re_lu",
      "RMSNormalization": "rms_normalization",
      "ConvLSTM1D": "conv_lstm1d", "GroupedQueryAttention": "grouped_query_attention",
      "SimpleRNNCell": "simple_rnn_cell",
    ]
    for (name, expected) in names { #expect(KerasVariableNames.snakeCase(name) == expected) }
  }
}
