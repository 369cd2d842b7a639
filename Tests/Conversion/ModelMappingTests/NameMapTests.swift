import Messages
import Testing

@testable import ModelMapping

@Suite("Names of the LSTM's eras")
struct NameMapTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let from: String
    let to: String
    let era: NamingEra?
    var testDescription: String { from }
  }

  private static let rows: [Row] = [
    Row(from: "lstm/BasicLSTMCell/Linear/Matrix", to: "lstm/basic_lstm_cell/kernel", era: .tensorFlow0),
    Row(from: "lstm/BasicLSTMCell/Linear/Bias", to: "lstm/basic_lstm_cell/bias", era: .tensorFlow0),
    Row(from: "lstm/basic_lstm_cell/weights", to: "lstm/basic_lstm_cell/kernel", era: .tensorFlow1_0),
    Row(from: "lstm/basic_lstm_cell/biases", to: "lstm/basic_lstm_cell/bias", era: .tensorFlow1_0),
    Row(from: "lstm/basic_lstm_cell/kernel", to: "lstm/basic_lstm_cell/kernel", era: .modern),
    Row(from: "lstm/basic_lstm_cell/bias", to: "lstm/basic_lstm_cell/bias", era: .modern),
    // Other scopes, none at all, and several cells.
    Row(from: "BasicLSTMCell/Linear/Bias", to: "basic_lstm_cell/bias", era: .tensorFlow0),
    Row(
      from: "a/MultiRNNCell/Cell1/BasicLSTMCell/Linear/Matrix", to: "a/multi_rnn_cell/cell_1/basic_lstm_cell/kernel",
      era: .tensorFlow0),
    // Slots go with their variable.
    Row(
      from: "OptimizeLoss/lstm/basic_lstm_cell/weights/Adam_1", to: "OptimizeLoss/lstm/basic_lstm_cell/kernel/Adam_1",
      era: .tensorFlow1_0),
    // Everything else stays.
    Row(from: "logits/weights", to: "logits/weights", era: nil),
    Row(from: "basic_lstm_cell", to: "basic_lstm_cell", era: nil),
    Row(from: "basic_lstm_cell/weights2", to: "basic_lstm_cell/weights2", era: nil),
    Row(from: "my_basic_lstm_cell/weights", to: "my_basic_lstm_cell/weights", era: nil),
    Row(from: "lstm/BasicLSTMCell/Linear/Matrix_1", to: "lstm/BasicLSTMCell/Linear/Matrix_1", era: nil),
    Row(from: "é/basic_lstm_cell/weights", to: "é/basic_lstm_cell/kernel", era: .tensorFlow1_0),
    Row(from: "", to: "", era: nil),
  ]

  @Test("each name of each era is found and gets its modern name", arguments: rows)
  func mapping(row: Row) throws {
    #expect(NamingEra.detect(in: [row.from]) == row.era)
    let map = try NameMap([row.from], scheme: .modern)
    #expect(map[row.from] == row.to)
    #expect(map.renamings == (row.from == row.to ? [] : [NameMap.Renaming(from: row.from, to: row.to)]))
    #expect(try NameMap([row.from], scheme: .keep)[row.from] == row.from)
  }

  @Test("two eras of one variable collide, and the message names both and the way out")
  func collision() {
    let names = ["lstm/basic_lstm_cell/weights", "lstm/basic_lstm_cell/kernel"]
    let expected = NameCollision(first: names[0], second: names[1], target: names[1])
    #expect(throws: expected) { try NameMap(names, scheme: .modern) }
    #expect(expected.description.contains("--names keep"))
    #expect(NamingEra.present(in: names) == [.tensorFlow1_0, .modern])
    #expect(NamingEra.detect(in: names) == nil)
    #expect(throws: Never.self) { try NameMap(names, scheme: .keep) }
  }
}
