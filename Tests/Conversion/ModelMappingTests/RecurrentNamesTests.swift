import Foundation
import Messages
import TestSupport
import Testing

@testable import ModelMapping

/// The same networks in three versions of TensorFlow, as `Fixtures/make/names/recurrent_names.py` recorded them.
private struct Recorded: Decodable {
  struct Network: Decodable {
    let network: String
    let variables: [String]
    let shapes: [[Int]]
    /// Slots and averages.
    let others: [String]
    let output: [Double]
  }

  let tensorflow: String
  let networks: [Network]

  static func read(_ version: String) throws -> [String: Network] {
    let data = try Data(Fixture.bytes("models/recurrent-\(version).json"))
    let recorded = try JSONDecoder().decode(Recorded.self, from: data)
    #expect(recorded.tensorflow == version)
    return Dictionary(recorded.networks.map { ($0.network, $0) }) { first, _ in first }
  }
}

@Suite("Names of recurrent cells")
struct RecurrentNamesTests {
  private static let versions: [(NamingEra, String)] = [
    (.tensorFlow0, "0.12.1"), (.tensorFlow1_0, "1.1.0"), (.modern, "1.15.5"),
  ]

  struct Way: Sendable, CustomTestStringConvertible {
    let from: NamingEra
    let to: NamingEra
    var testDescription: String { "\(from.rawValue) to \(to.rawValue)" }
  }

  private static let ways = NamingEra.allCases.flatMap { from in
    NamingEra.allCases.filter { $0 != from }.map { Way(from: from, to: $0) }
  }

  private static func version(_ era: NamingEra) -> String { versions.first { $0.0 == era }?.1 ?? "" }

  /// Networks that keep their names whole: the names of one era do not tell those of the other.
  private static func staysWhole(_ network: String, _ way: Way) -> Bool {
    switch network {
    // Static and dynamic stacks have one spelling in 0.x and two in 1.x.
    case "stack bidirectional", "stack bidirectional dynamic": way.from == .tensorFlow0
    // Which wrapper is around which?
    case "both projections around MultiRNNCell": way.to == .modern
    // A class of the program's own: its scope may be the class's or the program's.
    case "a cell of its own around BasicLSTMCell", "MultiRNNCell with one cell of its own":
      way.from == .tensorFlow0 || way.to == .tensorFlow0
    default: false
    }
  }

  @Test("each network gets the names that the other TensorFlow gives it, or keeps all of its own", arguments: ways)
  func everyNetwork(way: Way) throws {
    let sources = try Recorded.read(Self.version(way.from))
    let targets = try Recorded.read(Self.version(way.to))
    var renamedCount = 0
    for (title, source) in sources {
      guard let target = targets[title], title != "AttentionWrapper" else { continue }
      // What lies in the same place of the order of creation computes the same: it is the same variable in the same layout.
      #expect(source.output.count == target.output.count)
      for (a, b) in zip(source.output, target.output) { #expect(abs(a - b) < 1e-3, "\(title)") }
      let names = source.variables + source.others
      let map = try NameMap(names, scheme: NamingScheme(way.to))
      let changed = zip(names, target.variables + target.others).contains { $0 != $1 }
      if Self.staysWhole(title, way) {
        #expect(names.map { map[$0] } == names, "\(title)")
        #expect(!map.kept.isEmpty, "\(title)")
        continue
      }
      var expected = target.variables
      // Since 1.0 an LSTMBlockCell has the names of an LSTMCell, and becomes one in 0.x.
      if way.to == .tensorFlow0, title.hasPrefix("LSTMBlockCell") {
        expected = expected.map {
          $0.replacing("LSTMBlockCell/W", with: "LSTMCell/W_0").replacing("LSTMBlockCell/b", with: "LSTMCell/B")
            .replacing("LSTMBlockCell/wci", with: "LSTMCell/W_I_diag")
            .replacing("LSTMBlockCell/wco", with: "LSTMCell/W_O_diag")
            .replacing("LSTMBlockCell/wcf", with: "LSTMCell/W_F_diag")
        }
      }
      let found = source.variables.map { map[$0] }
      if title.contains("Block") {
        // Their peepholes are made in another order in 1.15; the script gave each gate's its own values.
        #expect(Set(found) == Set(expected), "\(title)")
      } else {
        #expect(found == expected, "\(title)")
        #expect(source.shapes == target.shapes, "\(title)")
      }
      #expect(Set(source.others.map { map[$0] }) == Set(target.others), "\(title)")
      #expect(map.kept.isEmpty, "\(title): \(map.kept)")
      if changed { renamedCount += 1 }
    }
    #expect(renamedCount > 35)
  }

  @Test("the names of an era stay as they are in that era", arguments: NamingEra.allCases)
  func identity(era: NamingEra) throws {
    for (title, network) in try Recorded.read(Self.version(era)) {
      let names = network.variables + network.others
      #expect(try NameMap(names, scheme: NamingScheme(era)).renamings.isEmpty, "\(title)")
      #expect(try NameMap(names, scheme: .keep).renamings.isEmpty, "\(title)")
      // The cells that changed nothing but a scope between 1.1 and 1.2 tell neither.
      let eras = NamingEra.present(in: names)
      #expect(
        eras == [era] || eras.isEmpty && title.hasPrefix("G") || eras.isEmpty && title.hasPrefix("Coupled"),
        "\(title): \(eras)")
    }
  }

  @Test("all networks of a version side by side, each in a scope of its own, come out as one by one", arguments: ways)
  func together(way: Way) throws {
    var names: [String] = []
    var expected: [String] = []
    for (index, network) in try Recorded.read(Self.version(way.from)).sorted(by: { $0.key < $1.key }).enumerated() {
      let own = network.value.variables + network.value.others
      let map = try NameMap(own, scheme: NamingScheme(way.to))
      names += own.map { "net\(index)/\($0)" }
      expected += own.map { "net\(index)/\(map[$0])" }
    }
    let map = try NameMap(names, scheme: NamingScheme(way.to))
    #expect(names.map { map[$0] } == expected)
  }

  struct Whole: Sendable, CustomTestStringConvertible {
    let title: String
    let names: [String]
    var to = NamingScheme.modern
    let reason: String
    var testDescription: String { title }
  }

  private static let whole: [Whole] = [
    Whole(
      title: "a class of the program's own between RNN and cell",
      names: ["RNN/Residual/BasicLSTMCell/Linear/Matrix", "RNN/Residual/BasicLSTMCell/Linear/Bias"],
      reason: "no rule for 'RNN' in its path"),
    Whole(
      title: "a class of the program's own around a cell",
      names: ["x/MyCell/BasicLSTMCell/Linear/Matrix", "x/MyCell/BasicLSTMCell/Linear/Bias"],
      reason: "no rule for 'MyCell' in its path"),
    Whole(
      title: "a class of the program's own beside a cell",
      names: [
        "RNN/MultiRNNCell/Cell0/BasicLSTMCell/Linear/Matrix", "RNN/MultiRNNCell/Cell0/BasicLSTMCell/Linear/Bias",
        "RNN/MultiRNNCell/Cell0/BasicLSTMCell/Linear/Bias/Adam", "RNN/MultiRNNCell/Cell1/Own/W",
        "train/RNN/MultiRNNCell/Cell0/BasicLSTMCell/Linear/Bias/Adam",
      ], reason: "no rule for 'RNN/MultiRNNCell/Cell1/Own/W', which is in the same scope"),
    Whole(
      title: "a kernel in two shards",
      names: ["RNN/LSTMCell/W_0", "RNN/LSTMCell/W_1", "RNN/LSTMCell/B"],
      reason: "no rule for 'RNN/LSTMCell/W_1', which is in the same scope"),
    Whole(
      title: "half of a bidirectional network",
      names: ["enc/FW/GRUCell/Gates/Linear/Matrix", "enc/FW/GRUCell/Gates/Linear/Bias"],
      reason: "only one direction of a bidirectional network is present"),
    Whole(
      title: "Keras' LSTM, whose kernel has other rows",
      names: ["lstm/lstm_cell/kernel", "lstm/lstm_cell/recurrent_kernel", "lstm/lstm_cell/bias"], to: .tensorFlow0,
      reason: "no rule for 'lstm/lstm_cell/recurrent_kernel', which is in the same scope"),
    Whole(
      title: "Keras' GRU in TensorFlow 1.0",
      names: ["gru/gru_cell/gates/kernel", "gru/gru_cell/recurrent_kernel"], to: .tensorFlow1_0,
      reason: "no rule for 'gru/gru_cell/recurrent_kernel', which is in the same scope"),
    Whole(
      title: "a wrapper of 1.2", names: ["decoder/attention_wrapper/gru_cell/gates/kernel"], to: .tensorFlow1_0,
      reason: "TensorFlow before 1.2 has no AttentionWrapper"),
    Whole(
      title: "a wrapper without its cell", names: ["RNN/OutputProjectionWrapper/Linear/Matrix"],
      reason: "its names do not say which cell is in which wrapper; since TensorFlow 1.2, they must"),
    Whole(
      title: "two cells beside one wrapper",
      names: [
        "RNN/EmbeddingWrapper/embedding", "RNN/GRUCell/Gates/Linear/Matrix", "RNN/BasicLSTMCell/Linear/Matrix",
      ], reason: "its names do not say which cell is in which wrapper; since TensorFlow 1.2, they must"),
    Whole(
      title: "DynamicAttentionWrapper of 1.1",
      names: ["decoder/attention_v", "decoder/gru_cell/gates/weights", "decoder/gru_cell/gates/biases"],
      reason: "TensorFlow 1.2 and later have no DynamicAttentionWrapper"),
    Whole(
      title: "a class that no row has", names: ["RNN/TimeFreqLSTMCell/W_0", "RNN/TimeFreqLSTMCell/B"],
      reason: "no rule for its name"),
    Whole(
      title: "the shards themselves", names: ["RNN/LSTMCell/W_1"],
      reason: "the kernel is in shards, which renaming cannot join; join them along axis 0 with rename rules"),
  ]

  @Test("a network that is not understood whole keeps all of its names, with the reason", arguments: whole)
  func staysWhole(row: Whole) throws {
    let map = try NameMap(row.names, scheme: row.to)
    #expect(map.renamings.isEmpty)
    #expect(map.kept.count >= 1)
    #expect(map.kept.contains { $0.reason.text == row.reason }, "\(map.kept)")
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let title: String
    let names: [String]
    var to = NamingScheme.modern
    let expected: [String]
    var testDescription: String { title }
  }

  private static let rows: [Row] = [
    Row(
      title: "a program's own RNN scope stays in names of 1.x, as in the PTB tutorial",
      names: ["Model/RNN/multi_rnn_cell/cell_0/basic_lstm_cell/weights"],
      expected: ["Model/RNN/multi_rnn_cell/cell_0/basic_lstm_cell/kernel"]),
    Row(
      title: "what an earlier Decant left half renamed becomes whole",
      names: ["RNN/MultiRNNCell/Cell0/basic_lstm_cell/kernel", "RNN/MultiRNNCell/Cell0/basic_lstm_cell/bias"],
      expected: ["rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel", "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/bias"]),
    Row(
      title: "capitals in scopes of a program's own stay",
      names: ["Seq2Seq/Decoder/RNN/BasicLSTMCell/Linear/Matrix", "Tower_0/lstm/BasicLSTMCell/Linear/Bias"],
      expected: ["Seq2Seq/Decoder/rnn/basic_lstm_cell/kernel", "Tower_0/lstm/basic_lstm_cell/bias"]),
    Row(
      title: "a cell without its bias, and averages of it",
      names: ["RNN/GRUCell/Gates/Linear/Matrix", "RNN/GRUCell/Gates/Linear/Matrix/ExponentialMovingAverage"],
      expected: ["rnn/gru_cell/gates/kernel", "rnn/gru_cell/gates/kernel/ExponentialMovingAverage"]),
    Row(
      title: "an optimizer in a scope of its own",
      names: ["RNN/BasicRNNCell/Linear/Bias", "optimizer/adam/RNN/BasicRNNCell/Linear/Bias/Adam_1"],
      expected: ["rnn/basic_rnn_cell/bias", "optimizer/adam/rnn/basic_rnn_cell/bias/Adam_1"]),
    Row(
      title: "an unknown neighbor of a cell keeps no other network from its names",
      names: ["a/RNN/BasicLSTMCell/Linear/Bias", "b/RNN/BasicLSTMCell/Linear/Bias", "b/RNN/dense/weights"],
      expected: ["a/rnn/basic_lstm_cell/bias", "b/RNN/BasicLSTMCell/Linear/Bias", "b/RNN/dense/weights"]),
    Row(
      title: "a program's own class between scopes does not matter where no scope changes",
      names: ["rnn/Residual/basic_lstm_cell/weights"], expected: ["rnn/Residual/basic_lstm_cell/kernel"]),
    Row(
      title: "names that only look alike", names: ["RNN/GRUCells/Gates/Linear/Matrix", "GRUCell", "gru_cell/kernel"],
      expected: ["RNN/GRUCells/Gates/Linear/Matrix", "GRUCell", "gru_cell/kernel"]),
    Row(
      title: "indices that TensorFlow does not write",
      names: ["MultiRNNCell/Cell01/BasicLSTMCell/Linear/Bias", "MultiRNNCell/Cell/BasicLSTMCell/Linear/Bias"],
      expected: ["MultiRNNCell/Cell01/BasicLSTMCell/Linear/Bias", "MultiRNNCell/Cell/BasicLSTMCell/Linear/Bias"]),
  ]

  @Test("which scopes are TensorFlow's", arguments: rows)
  func scopes(row: Row) throws {
    let map = try NameMap(row.names, scheme: row.to)
    #expect(row.names.map { map[$0] } == row.expected)
  }

  @Test("names of absurd length and depth take no time and stay")
  func absurd() throws {
    let deep = String(repeating: "RNN/", count: 20_000) + "BasicLSTMCell/Linear/Matrix"
    let long = String(repeating: "x", count: 1_000_000) + "/BasicLSTMCell/Linear/Matrix"
    let nested = String(repeating: "MultiRNNCell/Cell0/", count: 25) + "GRUCell/Gates/Linear/Bias"
    let map = try NameMap([deep, long, nested, "/", "//", "", "a//BasicLSTMCell/Linear/Bias"], scheme: .modern)
    #expect(map[deep] == deep)
    #expect(map[long] == long)
    #expect(map[nested] == String(repeating: "multi_rnn_cell/cell_0/", count: 25) + "gru_cell/gates/bias")
    #expect(map["a//BasicLSTMCell/Linear/Bias"] == "a//basic_lstm_cell/bias")
  }
}
