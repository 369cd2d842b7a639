import Inspection
import Messages
import MetaGraph
import Tensors
import TestSupport
import Testing

@Suite("Text for a terminal")
struct TextTests {
  @Test("is a tree with sums and aligned columns")
  func tree() throws {
    let text = TensorText.tree(ScopeTree(try ScopeTreeTests.sample()))
    #expect(
      text == """
        name                        parameters     bytes  dtype    shape
        InceptionV3/Conv2d_1a_3x3/         896   3.5 KiB
          BatchNorm/                        32     128 B
            beta                            32     128 B  float32  [32]
          weights                          864   3.4 KiB  float32  [3, 3, 3, 32]
        logits/                         12,000  46.9 KiB
          biases                        12,000  46.9 KiB  float32  [12000]
        lstm/basic_lstm_cell/        2,099,200   8.0 MiB
          bias                           2,048   8.0 KiB  float32  [2048] in 2 slices
          kernel                     2,097,152   8.0 MiB  float32  [1024, 2048]
        global_step                          1       8 B  int64    []
        words                                        9 B  string   [2]

        """)
  }

  @Test("is a tree down to a depth")
  func shallowTree() throws {
    let text = TensorText.tree(ScopeTree(try ScopeTreeTests.sample()), maximumDepth: 1)
    #expect(
      text == """
        name                        parameters     bytes  dtype   shape
        InceptionV3/Conv2d_1a_3x3/         896   3.5 KiB
        logits/                         12,000  46.9 KiB
        lstm/basic_lstm_cell/        2,099,200   8.0 MiB
        global_step                          1       8 B  int64   []
        words                                        9 B  string  [2]

        """)
  }

  @Test("is one line for each tensor")
  func flat() throws {
    let files = [
      SourceFile(path: "x/m.index", byteCount: 1), SourceFile(path: "x/m.data-00000-of-00001", byteCount: 2),
    ]
    let text = TensorText.flat(try ScopeTreeTests.sample(), files: files)
    #expect(
      text == """
        name                                      dtype    shape              bytes  shard           offset
        InceptionV3/Conv2d_1a_3x3/BatchNorm/beta  float32  [32]                 128  m.index            900
        InceptionV3/Conv2d_1a_3x3/weights         float32  [3, 3, 3, 32]      3,456  m.index          1,000
        global_step                               int64    []                     8  m.index          8,000
        logits/biases                             float32  [12000]           48,000  00000-of-00001       0
        lstm/basic_lstm_cell/bias                 float32  [2048]             8,192  2 slices
        lstm/basic_lstm_cell/kernel               float32  [1024, 2048]   8,388,608  00000-of-00001  48,000
        words                                     string   [2]                    9  m.index            100

        """)
  }

  @Test("is a table of statistics")
  func statistics() throws {
    let source = InMemoryTensorSource([
      try .init("a", .float32, [3], bytes: packed([0.1, .nan, 0] as [Float])),
      try .init("n", .int32, [1], bytes: packed([1_234_567_890] as [Int32])),
      try .init("s", texts: ["x"]),
      try .init("z", .float32, [0], bytes: []),
    ])
    let rows = try source.descriptors.map { ($0, try TensorProfile(of: $0, in: source).map { ValueSummary($0) }) }
    let text = TensorText.statistics(rows)
    #expect(
      text == """
        name  dtype           min       1 %      50 %      99 %         max         mean   std  zeros  nan  inf
        a     float32           0     0.001      0.05     0.099         0.1         0.05  0.05      1    1    0
        n     int32    1234567890  1.23e+09  1.23e+09  1.23e+09  1234567890  1.23457e+09     0      0    0    0
        s     string            -         -         -         -           -            -     -      -    -    -
        z     float32           -         -         -         -           -            -     -      0    0    0

        """)
  }

  @Test("is a table of statistics with a histogram of each tensor, in logarithmic heights")
  func statisticsWithHistograms() throws {
    var random = SeededRandom(seed: 5)
    let bell = (0..<20_000).map { _ in random.floats(6).reduce(0, +) / 10 }
    let source = InMemoryTensorSource([
      try .init("bell", .float32, [bell.count], bytes: packed(bell)),
      try .init("near", .float32, [bell.count], bytes: packed(bell.map { 100 + $0 })),
      try .init("none", .float32, [1], bytes: packed([.nan] as [Float])),
      try .init("one", .uint8, [1], bytes: [3]),
      try .init("text", texts: ["x"]),
    ])
    let rows = try source.descriptors.map { ($0, try TensorProfile(of: $0, in: source).map { ValueSummary($0) }) }
    let lines = TensorText.statistics(rows, withHistograms: true).text.split(separator: "\n").map(String.init)
    #expect(lines[0].hasSuffix("  inf  min to max, log"))
    let heights = Array(lines[1].suffix(16))
    #expect(lines[1].dropLast(16).hasSuffix("  0    0    0  ") && heights[7...8].contains("█"), "\(lines[1])")
    // Characters of the blocks are in the order of their heights.
    #expect(heights[...7] == heights[...7].sorted()[...] && heights[0] < "▆" && heights[15] < "▆")
    #expect(lines[2].contains(" ~100 "))
    #expect(lines[3].hasSuffix("  1    0") && lines[5].hasSuffix("  -    -"))
    #expect(lines[4].hasSuffix("          █"))
    #expect(TensorText.statistics(rows).text.utf8.allSatisfy { $0 < 0x80 })
  }

  @Test("is a histogram that shows one value beside millions")
  func blocks() {
    func text(_ counts: [Int]) -> String {
      BlockHistogram.text(ValueHistogram(lower: 0, upper: 1, counts: counts)).text
    }
    #expect(text([1, 0, 1_000_000, 1000, 0]) == "▁ █▄")
    #expect(text([0, 0, 0]) == "" && text([0, 5]) == " █" && text([]) == "")
  }

  @Test("is values with their places")
  func values() throws {
    let source = InMemoryTensorSource([
      try .init("a\u{1b}", .float32, [2, 2], bytes: packed([0.1, .nan, 0, -1.5] as [Float]))
    ])
    let values = try TensorValues(firstOf: source.descriptors[0], in: source, count: 3)
    let text = TensorText.values(values)
    #expect(
      text == """
        a\\u{1b}  float32 [2, 2]  first 3 of 4 values
          [0, 0]  0.1
          [0, 1]  nan
          [1, 0]  0.0

        """)
  }

  @Test("is a header of facts")
  func header() throws {
    var source = InMemoryTensorSource([
      try .init("lstm/basic_lstm_cell/kernel", .float32, [2, 4], bytes: packed([Float](repeating: 1, count: 8))),
      try .init(
        "lstm/basic_lstm_cell/bias", .float32, [4], bytes: packed([Float](repeating: 1, count: 4)), sliceCount: 2),
      try .init("global_step", .int64, [], bytes: packed([2_000_000] as [Int64])),
    ])
    source.format = "TensorFlow V2 checkpoint"
    source.files = [
      SourceFile(path: "x/m.index", byteCount: 2000), SourceFile(path: "x/m.data-00000-of-00001", byteCount: nil),
    ]
    source.metadata = ["decant.vocabulary": String(repeating: "word ", count: 40)]
    let graph = try MetaGraphFile(path: Fixture.path("checkpoints/v2-lstm-matrix/model.ckpt-3.meta")).definition
    let text = ReportText.header(ModelReport(of: source, graph: GraphSummary(graph)))
    #expect(
      text == """
        TensorFlow V2 checkpoint
          files              m.index  2.0 KiB
                             m.data-00000-of-00001  missing
          variables          3 (1 for training only, 1 in slices)
          parameters         13
          bytes              56 (56 B)
          dtypes             2 float32, 1 int64
          global step        2,000,000
          cell names         TensorFlow 1.2 or later
          graph              TensorFlow 0.12.1, 415 nodes, 20 variables, 6 trainable
          only in the graph  19: image_embedding/weights, image_embedding/weights/ExponentialMovingAverage and 17 more
          not in the graph   2: lstm/basic_lstm_cell/bias and lstm/basic_lstm_cell/kernel
          decant.vocabulary  word word word word word word word word word word word word …

        """)
  }

  @Test("is a graph in paragraphs")
  func graph() throws {
    let graph = try #require(
      try SavedModelFile(path: Fixture.path("checkpoints/saved-model-tf1/model")).metaGraphs.first)
    let text = GraphText.whole(graph, maximumOpCount: 3)
    #expect(
      text == """
        Graph
          TensorFlow     1.15.5 (v1.15.4-39-g3db52be)
          graph version  134
          tags           serve, cpu
          nodes          44
          saver          V2, sharded

        Operations
          12  Const
           5  Identity
           4  Assign
          23  of 17 other kinds

        Collections
          global_step          1  bytes_list
          saved_model_assets   1  any_list
          trainable_variables  2  bytes_list
          variables            3  bytes_list

        Variables
          dense/bias    float32  [2]     trainable
          dense/kernel  float32  [3, 2]  trainable
          global_step   int64    []

        Signatures
          classify (tensorflow/serving/classify)
            in   inputs   float32  [?, 3]  images:0
            out  classes  float32  [?, 2]  scores:0
          serving_default (tensorflow/serving/predict)
            in   images  float32  [?, 3]  images:0
            out  scores  float32  [?, 2]  scores:0

        """)
  }
}
