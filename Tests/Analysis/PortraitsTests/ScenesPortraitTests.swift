import ModelMapping
import Portraits
import TensorFiles
import Tensors
import TestSupport
import Testing

/// Expected numbers are numpy's, from the arrays of the converted checkpoint.
@Suite("What the scenes model's names give away")
struct ScenesPortraitTests {
  private static let portraits: ModelPortraits? = try? ModelPortraits(
    of: TensorFile.open(Scenes.checkpoint), at: Scenes.checkpoint)

  private func portraits() throws -> ModelPortraits { try #require(Self.portraits) }

  @Test("words point where words of their kind point")
  func nearestWords() throws {
    let portraits = try portraits()
    #expect(portraits.notes.isEmpty)
    #expect(portraits.words?.count == 26)
    #expect(portraits.vectors?.name == "seq_embedding/map")
    let nearest = Dictionary(uniqueKeysWithValues: portraits.nearest.map { ($0.word, $0.neighbors) })
    #expect(portraits.nearest.prefix(4).map(\.word) == ["large", "small", "left", "above"])
    let expected: [String: [(String, Double)]] = [
      "circle": [
        ("triangle", 0.8069), ("square", 0.6911), ("triangles", 0.6189), ("circles", 0.6048), ("squares", 0.5708),
        ("stars", 0.5685),
      ],
      "blue": [
        ("yellow", 0.8304), ("black", 0.8252), ("green", 0.7285), ("purple", 0.6235), ("red", 0.4925),
        ("left", 0.0831),
      ],
      "two": [
        ("three", 0.535), ("a", 0.2805), ("square", 0.1709), ("triangle", 0.1455), ("circle", 0.14), ("yellow", 0.1105),
      ],
    ]
    for (word, neighbors) in expected {
      let found = try #require(nearest[word])
      #expect(found.map(\.word) == neighbors.map(\.0), "near \(word)")
      for (found, expected) in zip(found, neighbors) { #expect(abs(found.cosine - expected.1) < 6e-5) }
    }
  }

  @Test("the plane has numpy's shares of the variance")
  func plane() throws {
    let plane = try #require(try portraits().plane)
    #expect(plane.points.count == 22)
    #expect(plane.points.first?.word == "a")
    #expect(abs(plane.shares[0] - 0.30795416) < 1e-6)
    #expect(abs(plane.shares[1] - 0.20228658) < 1e-6)
  }

  @Test("counts fall with ranks, and are compared with the biases of the output")
  func frequencies() throws {
    let frequencies = try #require(try portraits().frequencies)
    #expect(frequencies.biasName == "logits/biases")
    #expect(frequencies.points.map(\.rank) == Array(1...25))
    #expect(try abs(#require(frequencies.slope) - -0.8482699762067063) < 1e-12)
    #expect(try abs(#require(frequencies.correlation) - -0.35299037651191834) < 1e-6)
  }

  @Test("normalizations are in the order of the graph, with numpy's percentiles")
  func normalization() throws {
    let depth = try #require(try portraits().normalization)
    #expect(depth.order == .graph)
    #expect(depth.layers.count == 94)
    #expect(depth.layers.map(\.scope) == InceptionV3Layers.all.map { "\($0.scope)/BatchNorm" })
    let first = try #require(depth.layers.first?.spread[.mean])
    let expected = [-0.85486698, -0.73151724, -0.49484444, 0.12904384, 0.5109717, 1.11936486, 2.14559269]
    let found = [first.minimum, first.p5, first.p25, first.median, first.p75, first.p95, first.maximum]
    for (found, expected) in zip(found, expected) { #expect(abs(found - expected) < 1e-7) }
    #expect(depth.layers[0].spread[.gamma] == nil)
    #expect(depth.layers[0].spread[.beta] != nil)
  }

  @Test("the cell's gates are i, j, f, o, and 1 is added to f at run time")
  func cell() throws {
    let cell = try #require(try portraits().cells.first)
    #expect(cell.cell.framework == .tensorFlow)
    #expect(cell.cell.addedForgetBias == 1)
    #expect(cell.gates.map(\.gate.rawValue) == ["i", "j", "f", "o"])
    #expect(cell.cell.unitCount == 128)
    #expect(!cell.isSampled)
    let medians = [-1.10109872e-03, -1.09583e-03, 2.24611e-03, 1.18177e-03]
    let largest = [1.01307070, 1.00940001, 1.24576497, 0.95309502]
    let biases = [0.07812724, -7.68041937e-05, 0.03766936, 0.09291223]
    for (index, gate) in cell.gates.enumerated() {
      #expect(try abs(#require(gate.weights).median - medians[index]) < 1e-7)
      #expect(try abs(#require(gate.weights).maximum - largest[index]) < 1e-7)
      #expect(try abs(#require(gate.biases).median - biases[index]) < 1e-7)
      #expect(gate.maps.map(\.rowCount) == [64] && gate.maps.map(\.inputCount) == [256])
    }
  }

  @Test("the first layer's kernels are little pictures")
  func kernels() throws {
    let sheet = try #require(try portraits().kernels.first)
    #expect(sheet.name == "InceptionV3/Conv2d_1a_3x3/weights")
    #expect(sheet.layout == .hwio)
    #expect((sheet.height, sheet.width, sheet.kernelCount) == (3, 3, 16))
    let values = try TensorFile.open(Scenes.checkpoint).readArray(of: Float.self, named: sheet.name)
    for kernel in 0..<16 {
      #expect(sheet.kernels[kernel].values == (0..<27).map { values[$0 * 16 + kernel] })
    }
  }

  @Test("the graph is as deep as 150 boxes allow")
  func graph() throws {
    let graph = try #require(try portraits().graph)
    #expect(graph.boxes.count <= GraphPicture.maximumBoxCount)
    #expect(graph.depth >= 2)
    #expect(graph.leftOutBoxCount == 0)
    #expect(graph.saverNodeCount == 1_540)
    #expect(graph.nodeCount + graph.otherNodeCount + graph.saverNodeCount == 4_733)
    #expect(graph.boxes.contains { $0.name.hasSuffix("Mixed_5b") && $0.kind == .scope })
    #expect(graph.boxes.contains { $0.kind == .placeholder })
  }

  @Test("converted files say the same as the checkpoint", arguments: [NamingScheme.pytorch, .keras, .modern])
  func otherFrameworks(scheme: NamingScheme) throws {
    let portraits = try portraits()
    let converted = try scheme.show(CanonicalSource.make(TensorFile.open(Scenes.checkpoint)))
    let found = ModelPortraits(of: converted, at: "elsewhere", vocabulary: Scenes.vocabulary)
    #expect(found.notes.isEmpty)
    #expect(found.nearest == portraits.nearest)
    #expect(found.plane == portraits.plane)
    #expect(found.frequencies?.points == portraits.frequencies?.points)
    #expect(found.kernels.map(\.kernels) == portraits.kernels.map(\.kernels))
    #expect(found.kernels.first?.layout == (scheme == .pytorch ? .oihw : .hwio))
    let depth = try #require(found.normalization)
    #expect(depth.order == .names)
    #expect(depth.layers.count == 94)
    let cell = try #require(found.cells.first)
    #expect(cell.cell.addedForgetBias == (scheme == .modern ? 1 : 0))
    #expect(cell.gates.map(\.gate.rawValue) == (scheme == .modern ? ["i", "j", "f", "o"] : ["i", "f", "j", "o"]))
    #expect(cell.cell.biases.count == (scheme == .pytorch ? 2 : 1))
    for gate in cell.gates {
      let original = try #require(portraits.cells.first?.gates.first { $0.gate == gate.gate })
      #expect(gate.weights == original.weights)
      let added = gate.gate == .forget && scheme != .modern ? 1.0 : 0
      #expect(try abs(#require(gate.biases).median - added - #require(original.biases).median) < 1e-6)
    }
  }
}
