import Messages
import Tensors
import TestSupport
import Testing

@testable import ModelMapping

@Suite("Models under names that differ by a rule")
struct ModelCousinTests {
  /// One way in which all names of a model may differ.
  struct Difference: Sendable, CustomTestStringConvertible {
    let title: String
    /// From im2txt's modern name.
    let change: @Sendable (String) -> String?
    var words: [String] = []
    var testDescription: String { title }
  }

  private static func cell(_ scope: String) -> @Sendable (String) -> String? {
    { $0.replacing("lstm/basic_lstm_cell", with: scope) }
  }

  private static let differences: [Difference] = [
    Difference(title: "a prefix", change: { "model/\($0)" }, words: ["the prefix 'model/'"]),
    Difference(
      title: "a prefix of several scopes with punctuation", change: { "module/show.and+tell_(1)/$x/\($0)" },
      words: ["the prefix 'module/show.and+tell_(1)/$x/'"]),
    Difference(
      title: "averages", change: { "\($0)/ExponentialMovingAverage" }, words: ["'/ExponentialMovingAverage' at the end"]
    ),
    Difference(
      title: "averages of what an optimizer changes, statistics as they are",
      change: { $0.contains("/moving_") ? $0 : "\($0)/ExponentialMovingAverage" },
      words: ["'/ExponentialMovingAverage' at the end"]),
    Difference(
      title: "averages that were made in the scope of the model, as TensorFlow then calls them",
      change: { $0.contains("/moving_") ? "a/\($0)" : "a/a/\($0)/ExponentialMovingAverage" },
      words: ["the prefix 'a/'", "'/ExponentialMovingAverage' at the end and 'a/' before it"]),
    Difference(
      title: "averages that were made in a scope of training",
      change: { $0.contains("/moving_") ? $0 : "train.1/\($0)/ExponentialMovingAverage" },
      words: ["'/ExponentialMovingAverage' at the end and 'train.1/' before it"]),
    Difference(title: "outputs", change: { "\($0):0" }, words: ["':0' at the end"]),
    Difference(
      title: "LSTMCell", change: cell("lstm/lstm_cell"),
      words: ["'lstm/lstm_cell/kernel' for 'lstm/basic_lstm_cell/kernel'"]),
    Difference(
      title: "the scope of dynamic_rnn", change: cell("rnn/basic_lstm_cell"),
      words: ["'rnn/basic_lstm_cell/kernel' for 'lstm/basic_lstm_cell/kernel'"]),
    Difference(title: "a MultiRNNCell of one", change: cell("lstm/rnn/multi_rnn_cell/cell_0/lstm_cell")),
    Difference(title: "no scope around the cell", change: cell("basic_lstm_cell")),
    Difference(
      title: "LSTMCell of TensorFlow 0.x",
      change: {
        $0.replacing("lstm/basic_lstm_cell/kernel", with: "RNN/LSTMCell/W_0")
          .replacing("lstm/basic_lstm_cell/bias", with: "RNN/LSTMCell/B")
      }),
    Difference(
      title: "BasicLSTMCell of TensorFlow 0.x as outputs",
      change: {
        $0.replacing("basic_lstm_cell/kernel", with: "BasicLSTMCell/Linear/Matrix")
          .replacing("basic_lstm_cell/bias", with: "BasicLSTMCell/Linear/Bias") + ":0"
      }),
    Difference(
      title: "a network without its scope", change: { $0.replacing("InceptionV3/", with: "") },
      words: ["no 'InceptionV3/' before the image network"]),
    Difference(
      title: "a network in another scope", change: { $0.replacing("InceptionV3/", with: "inception_v3/cnn/") },
      words: ["'inception_v3/cnn/' for 'InceptionV3/'"]),
    Difference(
      title: "dense layers",
      change: {
        $0.replacing("logits/weights", with: "logits/kernel").replacing("logits/biases", with: "logits/bias")
          .replacing("image_embedding/weights", with: "image_embedding/kernel")
          .replacing("seq_embedding/map", with: "seq_embedding/embeddings")
      }),
    Difference(
      title: "a network outside the prefix",
      change: { $0.hasPrefix("InceptionV3/") ? "cnn/\($0)" : "decoder/\($0)" }, words: ["the prefix 'decoder/'"]),
    Difference(
      title: "prefix, averages and LSTMCell",
      change: {
        "show_and_tell/" + $0.replacing("basic_lstm_cell", with: "lstm_cell") + "/ExponentialMovingAverage"
      },
      words: ["the prefix 'show_and_tell/'", "'/ExponentialMovingAverage' at the end"]),
    Difference(
      title: "prefix, averages, outputs, no scope of the network",
      change: { "a/" + $0.replacing("InceptionV3/", with: "") + "/ExponentialMovingAverage:0" }),
    Difference(
      title: "a prefix that is a scope of the model's", change: { "InceptionV3/\($0)" },
      words: ["the prefix 'InceptionV3/'"]),
  ]

  private static func modern() throws -> [TensorDescriptor] {
    let list = try VariableList("show-and-tell-narrow-variables.tsv").descriptors
    let map = try NameMap(list.map(\.name), scheme: .modern)
    return list.map { descriptor in
      var descriptor = descriptor
      descriptor.name = map[descriptor.name]
      return descriptor
    }
  }

  private static func renamed(
    _ descriptors: [TensorDescriptor], _ change: (String) -> String?
  ) -> [TensorDescriptor] {
    descriptors.compactMap { descriptor in
      change(descriptor.name).map { name in
        var descriptor = descriptor
        descriptor.name = name
        return descriptor
      }
    }
  }

  @Test("each difference is found, and its rules lead to im2txt's names", arguments: differences)
  func found(row: Difference) throws {
    let model = try Self.modern()
    // What training hangs on the variables comes along.
    let slots = ["logits/weights/Adam", "lstm/basic_lstm_cell/kernel/Adam_1"]
    let extra = try slots.map { try TensorDescriptor(.float32, $0, [1]) }
    let cousin = try #require(
      ModelCousin.find(in: Self.renamed(model, row.change) + Self.renamed(extra, row.change)))
    #expect(cousin.examination.isComplete)
    for words in row.words { #expect(cousin.differences.map(\.text).contains(words), "\(cousin.differences)") }
    #expect(cousin.hasAverages == row.title.contains("averages"))
    for descriptor in model {
      let name = try #require(row.change(descriptor.name))
      #expect(cousin.name(of: name) == descriptor.name)
    }
    let source = InMemoryTensorSource(listing: Self.renamed(model + extra, row.change))
    let outcome = try RenameRules(json: Array(cousin.rulesJSON.utf8)).apply(to: source)
    #expect(outcome.unusedRules.isEmpty)
    #expect(
      outcome.tensors.map(\.name).filter { $0 != "global_step" }.sorted()
        == source.descriptors.map { cousin.name(of: $0.name) }.filter { $0 != "global_step" }.sorted())
  }

  @Test("a source under such names is shown under im2txt's, and one that is im2txt's as it is", arguments: differences)
  func shown(row: Difference) throws {
    let model = try Self.modern()
    let (source, cousin) = try CanonicalSource.captioningModel(
      InMemoryTensorSource(listing: Self.renamed(model, row.change)))
    // Dense layers are Keras' names too, and are known as such.
    #expect((cousin != nil) == (row.title != "dense layers"))
    #expect(KnownModel.showAndTell.examine(source.descriptors).isComplete)
    let ordinary = try CanonicalSource.captioningModel(InMemoryTensorSource(listing: model))
    #expect(ordinary.cousin == nil)
    #expect(ordinary.source.descriptors.map(\.name) == model.map(\.name).sorted())
  }

  @Test("a model that is not a cousin has none", arguments: differences)
  func none(row: Difference) throws {
    let model = try Self.modern()
    let other = Self.renamed(model, row.change)
    func without(_ end: String, _ descriptors: [TensorDescriptor]) -> [TensorDescriptor] {
      descriptors.filter { !$0.name.contains(end) }
    }
    // A shape that does not fit.
    var misfit = other
    let bias = try #require(other.firstIndex { $0.name.contains("logits/bias") })
    misfit[bias].shape = try Shape([59])
    #expect(ModelCousin.find(in: misfit) == nil)
    // Two models in one file.
    #expect(ModelCousin.find(in: other + Self.renamed(other) { "second/\($0)" }) == nil)
    // One of its own kind beside im2txt's own.
    let both = model + other.filter { descriptor in !model.contains { $0.name == descriptor.name } }
    #expect(ModelCousin.find(in: both) == nil)
    // The words or the network alone.
    #expect(ModelCousin.find(in: without("Conv2d", other)) == nil)
    #expect(ModelCousin.find(in: without("seq_embedding", other)) == nil)
    #expect(ModelCousin.find(in: []) == nil)
  }

  @Test("an LSTM with peepholes computes something else")
  func peepholes() throws {
    let model = Self.renamed(try Self.modern()) { $0.replacing("basic_lstm_cell", with: "lstm_cell") }
    #expect(ModelCousin.find(in: model) != nil)
    let diagonal = try TensorDescriptor(.float32, "lstm/lstm_cell/w_f_diag", [96])
    #expect(ModelCousin.find(in: model + [diagonal]) == nil)
  }

  @Test("averages of some weights beside others that are raw are no model")
  func mixed() throws {
    let model = Self.renamed(try Self.modern()) {
      $0 == "image_embedding/weights" ? $0 : "\($0)/ExponentialMovingAverage"
    }
    #expect(ModelCousin.find(in: model) == nil)
  }

  @Test("where raw weights and averages are there, the raw ones count")
  func both() throws {
    let model = Self.renamed(try Self.modern()) { "model/\($0)" }
    let cousin = try #require(
      ModelCousin.find(in: model + Self.renamed(model) { "\($0)/ExponentialMovingAverage" }))
    #expect(!cousin.hasAverages)
    #expect(cousin.name(of: "model/logits/biases") == "logits/biases")
    #expect(
      cousin.name(of: "model/logits/biases/ExponentialMovingAverage") == "logits/biases/ExponentialMovingAverage")
  }

  @Test("where raw weights have a prefix and averages another, the raw ones count")
  func bothScopes() throws {
    let model = try Self.modern()
    let averages = Self.renamed(model) { $0.contains("/moving_") ? nil : "a/a/\($0)/ExponentialMovingAverage" }
    let cousin = try #require(ModelCousin.find(in: Self.renamed(model) { "a/\($0)" } + averages))
    #expect(!cousin.hasAverages)
    #expect(cousin.differences == ["the prefix 'a/'"])
  }

  @Test("a cousin that lacks a variable is found, and says what is missing under im2txt's name")
  func incomplete() throws {
    let model = Self.renamed(try Self.modern()) {
      $0 == "InceptionV3/Mixed_7c/Branch_0/Conv2d_0a_1x1/BatchNorm/beta" ? nil : "model/\($0)"
    }
    let cousin = try #require(ModelCousin.find(in: model))
    #expect(cousin.examination.missing == ["InceptionV3/Mixed_7c/Branch_0/Conv2d_0a_1x1/BatchNorm/beta"])
    #expect(cousin.summary.text.contains("381 of im2txt's 382 variables"))
  }
}
