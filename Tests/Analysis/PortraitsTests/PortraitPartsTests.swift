import ModelMapping
import Portraits
import Tensors
import TestSupport
import Testing
import Vocabulary

@Suite("Parts of a model's portrait, and what may be wrong with them")
struct PortraitPartsTests {
  private typealias Tensor = InMemoryTensorSource.Tensor

  private func tensor(_ name: String, _ dimensions: [Int], _ values: [Float]) throws -> Tensor {
    try Tensor(
      name, .float32, dimensions,
      bytes: values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } })
  }

  private func random(_ name: String, _ dimensions: [Int]) throws -> Tensor {
    var random = SeededRandom(seed: UInt64(name.utf8.count))
    return try tensor(name, dimensions, random.floats(dimensions.reduce(1, *)))
  }

  private let path = "/nowhere/model"

  @Test(
    "kernels over three channels are told by shape, and by name where that is not enough",
    arguments: [
      ("conv/kernel", [3, 3, 3, 8], .hwio), ("conv.weight", [64, 3, 7, 7], .oihw),
      ("conv.weight", [3, 3, 3, 3], .oihw),
      ("conv/weights", [3, 3, 3, 3], .hwio), ("a", [64, 3, 3, 3], .oihw), ("a", [3, 3, 3, 64], .hwio),
      ("a", [1, 1, 3, 64], nil), ("a", [3, 3, 16, 64], nil), ("a", [3, 3, 3], nil), ("a", [0, 3, 3, 3], nil),
      ("a", [3, 3, 16, 16], nil), ("conv/weights", [3, 3, 16, 16], nil), ("conv.weight", [3, 3, 16, 16], .oihw),
      ("layers/conv2d/vars/0", [7, 7, 3, 64], .hwio),
      ("a", [100, 100, 3, 5], nil),
    ] as [(String, [Int], KernelSheet.Layout?)])
  func layouts(name: String, dimensions: [Int], layout: KernelSheet.Layout?) throws {
    let descriptor = TensorDescriptor(name: name, dtype: .float32, shape: try Shape(dimensions), byteCount: 0)
    #expect(KernelSheet.layout(of: descriptor) == layout)
  }

  @Test("of 300 kernels 256 are shown; NaN is counted and not drawn")
  func manyKernels() throws {
    var values = [Float](repeating: 0.5, count: 300 * 3 * 2 * 2)
    values[0] = .nan
    values[1] = .infinity
    values[12] = -2
    let source = InMemoryTensorSource([try tensor("stem.weight", [300, 3, 2, 2], values)])
    let sheet = try #require(ModelPortraits(of: source, at: path).kernels.first)
    #expect(sheet.kernelCount == 300 && sheet.kernels.count == 256)
    #expect(sheet.kernels[0].nonFiniteCount == 2 && sheet.kernels[0].reach == 0.5)
    #expect(sheet.kernels[1].reach == 2)
  }

  @Test("an optimizer's slots are not shown as kernels, cells or normalizations")
  func slots() throws {
    let source = InMemoryTensorSource([
      try random("conv/weights", [3, 3, 3, 4]), try random("conv/weights/Momentum", [3, 3, 3, 4]),
      try random("lstm/basic_lstm_cell/kernel", [6, 8]), try random("lstm/basic_lstm_cell/kernel/Adam", [6, 8]),
      try random("lstm/basic_lstm_cell/kernel/Adam_1", [6, 8]),
    ])
    let portraits = ModelPortraits(of: source, at: path)
    #expect(portraits.kernels.map(\.name) == ["conv/weights"])
    #expect(portraits.cells.map(\.cell.kernels[0].name) == ["lstm/basic_lstm_cell/kernel"])
    #expect(portraits.notes.isEmpty)
  }

  @Test("cells of all frameworks are found by names and shapes")
  func cells() throws {
    let sizes: [(String, [Int])] = [
      ("a/LSTMCell/W_0", [7, 8]), ("a/LSTMCell/B", [8]), ("b/basic_lstm_cell_1/weights", [7, 8]),
      ("c/lstm/cell/vars/0", [5, 8]), ("c/lstm/cell/vars/1", [2, 8]), ("c/lstm/cell/vars/2", [8]),
      ("d.weight_ih_l0_reverse", [8, 5]), ("d.weight_hh_l0_reverse", [8, 2]), ("d.bias_ih_l0_reverse", [8]),
      // No cells: a GRU, a state's kernel of other units, a matrix with too few rows.
      ("e.weight_ih_l0", [6, 5]), ("e.weight_hh_l0", [6, 2]), ("f/kernel", [5, 8]), ("f/recurrent_kernel", [3, 8]),
      ("g/basic_lstm_cell/kernel", [2, 8]),
    ]
    let cells = StoredLSTM.find(in: try sizes.map { try descriptor($0.0, $0.1) })
    #expect(cells.map(\.scope) == ["a/LSTMCell", "b/basic_lstm_cell_1", "c/lstm/cell", "d_l0_reverse"])
    #expect(cells.map(\.framework) == [.tensorFlow, .tensorFlow, .keras, .pyTorch])
    #expect(cells.map(\.biases) == [["a/LSTMCell/B"], [], ["c/lstm/cell/vars/2"], ["d.bias_ih_l0_reverse"]])
    #expect(cells.allSatisfy { $0.unitCount == 2 })
  }

  private func descriptor(_ name: String, _ dimensions: [Int]) throws -> TensorDescriptor {
    TensorDescriptor(name: name, dtype: .float32, shape: try Shape(dimensions), byteCount: 0)
  }

  @Test("each gate has its own quarter, in rows or columns")
  func gates() throws {
    // Gate g of unit u in row r: 100 g + 10 u + r.
    func weight(_ lane: Int, _ row: Int) -> Float { Float(100 * (lane / 2) + 10 * (lane % 2) + row) }
    let columns = (0..<3).flatMap { row in (0..<8).map { weight($0, row) } }
    let rows = (0..<8).flatMap { lane in (0..<2).map { weight(lane, $0) } }
    let source = InMemoryTensorSource([
      try tensor("a/basic_lstm_cell/kernel", [3, 8], columns), try tensor("b.weight_ih", [8, 2], rows),
      try tensor("b.weight_hh", [8, 2], rows), try tensor("b.bias_ih", [8], [0, 0, 1, .nan, 0, 0, 0, 0]),
      try tensor("b.bias_hh", [8], [0, 0, 1, 1, 0, 0, 0, 0]),
    ])
    let cells = ModelPortraits(of: source, at: path).cells
    for gate in 0..<4 {
      let lanes = [2 * gate, 2 * gate + 1]
      let first = (0..<3).flatMap { row in lanes.map { weight($0, row) } }
      #expect(cells[0].gates[gate].maps[0].cells == first)
      #expect(cells[1].gates[gate].maps[0].cells == Array(first.prefix(4)))
    }
    #expect(cells[0].gates.map(\.biases) == [nil, nil, nil, nil])
    #expect(cells[1].gates[1].biases?.minimum == 2 && cells[1].gates[1].biases?.maximum == 2)
  }

  @Test("a large cell's weights are a sample, from every column")
  func sampledCell() throws {
    let source = InMemoryTensorSource([try random("a/basic_lstm_cell/kernel", [600, 1024])])
    let cell = try #require(ModelPortraits(of: source, at: path).cells.first)
    #expect(cell.isSampled)
    #expect(cell.gates.allSatisfy { $0.sampleCount <= 1 << 16 && $0.sampleCount > 1 << 14 })
    #expect(cell.gates.allSatisfy { $0.weightCount == 600 * 256 })
  }

  @Test("layers without a graph are in the order in which people count")
  func naturalOrder() throws {
    let names = ["bn10", "bn2", "bn", "bn_1", "bn1"]
    let source = InMemoryTensorSource(
      try names.flatMap { [try random("\($0)/moving_mean:0", [3]), try random("\($0)/moving_variance:0", [3])] }
        + [try random("other/gamma", [3]), try random("half/moving_mean", [3])])
    let depth = try #require(ModelPortraits(of: source, at: path).normalization)
    #expect(depth.layers.map(\.scope) == ["bn", "bn1", "bn2", "bn10", "bn_1"])
    #expect(depth.order == .names)
  }

  @Test("Keras 3's numbered variables and PyTorch's names are normalizations too")
  func otherNormalizations() throws {
    let source = InMemoryTensorSource(
      try (0..<4).map { try random("layers/batch_normalization/vars/\($0)", [5]) }
        + ["running_mean", "running_var", "weight", "bias"].map { try random("net.bn.\($0)", [5]) })
    let layers = try #require(ModelPortraits(of: source, at: path).normalization).layers
    #expect(layers.map(\.scope) == ["layers/batch_normalization/vars", "net.bn"])
    #expect(layers.allSatisfy { $0.spread.count == 4 })
  }

  private func words(_ words: [String], counts: [Int?] = []) throws -> WordList {
    WordList(try Vocabulary(words: words), path: "word_counts.txt", counts: counts)
  }

  @Test("rows with NaN and rows of zeros are left out, and rows beyond the limit are not read")
  func vectors() throws {
    let words = try words(["<S>", "</S>", "one", "two", "three", "four", "<UNK>"])
    let values: [Float] = [1, 0, 0, 1, 1, 1, 2, 2, .nan, 1, 0, 0, 1, 2, 9, 9]
    let source = InMemoryTensorSource([try tensor("embedding/map", [8, 2], values)])
    let embedding = try #require(WordVectors.embedding(among: source.descriptors, wordCount: words.count))
    let vectors = try #require(try WordVectors(of: embedding, in: source, words: words))
    #expect(vectors.entries.map(\.word) == ["<S>", "</S>", "one", "two", "<UNK>"])
    #expect(vectors.leftOutCount == 2)
    let nearest = try #require(NearestWords.find(in: vectors).first)
    #expect(nearest.word == "one" && nearest.neighbors.map(\.word) == ["two"])
    #expect(abs(nearest.neighbors[0].cosine - 1) < 1e-6)
    let few = try #require(try WordVectors(of: embedding, in: source, words: words, limit: 8))
    #expect(few.entries.map(\.word) == ["<S>", "</S>", "one", "two"])
    #expect(few.consideredCount == 4)
    #expect(WordPlane(of: vectors) == nil)
  }

  @Test("counts decide the order of words; words without one come last")
  func order() throws {
    let list = try words(["<S>", "</S>", "b", "a", "c"], counts: [10, 10, 3, 7, nil])
    #expect(list.entries.map(\.word) == ["<S>", "</S>", "a", "b", "c", "<UNK>"])
    #expect(list.countPath == "word_counts.txt")
    #expect(try self.words(["<S>", "</S>", "b"]).countPath == nil)
  }

  @Test("of many words some are points, the first and ever fewer of the rest")
  func selection() throws {
    let names = ["<S>", "</S>"] + (0..<20_000).map { "w\($0)" }
    let counts = (0..<names.count).map { 1_000_000 / ($0 + 1) }
    let frequencies = try #require(WordFrequencies(of: words(names, counts: counts)))
    #expect(frequencies.points.count <= 1_000 && frequencies.points.count > 700)
    #expect(frequencies.points.prefix(10).map(\.rank) == Array(1...10))
    #expect(frequencies.points.last?.rank == 20_002)
    #expect(try abs(#require(frequencies.slope) + 1) < 0.02)
    #expect(frequencies.correlation == nil)
  }

  @Test("a source that breaks off is notes, not an error")
  func damage() throws {
    var source = InMemoryTensorSource([
      try random("conv/kernel", [3, 3, 3, 4]), try random("seq_embedding/map", [6, 4]),
      try random("a/basic_lstm_cell/kernel", [6, 8]), try random("logits/biases", [6]),
      try random("b/moving_mean", [2]), try random("b/moving_variance", [2]), try random("c/moving_mean", [2]),
      try random("c/moving_variance", [2]),
    ])
    for name in source.descriptors.map(\.name) {
      source.damage(name, keeping: 4, throwing: MissingTensorError(names: [name], source: source))
    }
    let portraits = ModelPortraits(of: source, at: path, vocabulary: Scenes.vocabulary)
    #expect(portraits.kernels.isEmpty && portraits.cells.isEmpty && portraits.vectors == nil)
    #expect(portraits.normalization?.failedScopes == ["b", "c"])
    #expect(!portraits.notes.isEmpty)
  }

  @Test("a file that is not a vocabulary is a note")
  func noWords() throws {
    let portraits = ModelPortraits(of: InMemoryTensorSource(), at: path, vocabulary: "/nowhere/words.txt")
    #expect(portraits.notes.count == 1)
    #expect(portraits.words == nil && portraits.graph == nil && portraits.normalization == nil)
  }

  @Test("NaN everywhere breaks nothing")
  func notANumber() throws {
    func nans(_ name: String, _ dimensions: [Int]) throws -> Tensor {
      try tensor(name, dimensions, Array(repeating: .nan, count: dimensions.reduce(1, *)))
    }
    let source = InMemoryTensorSource([
      try nans("conv/kernel", [3, 3, 3, 4]), try nans("seq_embedding/map", [26, 4]),
      try nans("a/basic_lstm_cell/kernel", [6, 8]), try nans("a/basic_lstm_cell/bias", [8]),
      try nans("logits/biases", [26]), try nans("b/moving_mean", [2]), try nans("b/moving_variance", [2]),
      try nans("c/moving_mean", [2]), try nans("c/moving_variance", [2]),
    ])
    let portraits = ModelPortraits(of: source, at: path, vocabulary: Scenes.vocabulary)
    #expect(portraits.notes.isEmpty && portraits.vectors == nil && portraits.plane == nil)
    #expect(portraits.kernels.first?.reach == 0)
    #expect(portraits.cells.first?.gates.allSatisfy { $0.weights == nil && $0.biases == nil } == true)
    #expect(portraits.normalization?.layers.map(\.nonFiniteCount) == [4, 4])
    #expect(portraits.frequencies?.nonFiniteBiasCount == 26)
    #expect(portraits.frequencies?.correlation == nil)
  }
}
