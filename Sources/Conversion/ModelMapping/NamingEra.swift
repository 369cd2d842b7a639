public import Messages

/// The names that a version of TensorFlow gave the variables of recurrent cells and the scopes around them. Layouts are the same in
/// all eras; `RecurrentCell` has the table.
///
/// In im2txt, only the two variables of `BasicLSTMCell` changed their names: 0.12.1 and 1.15.5 give the embedding, the
/// logits, their slots for Momentum, Adam and RMSProp and the optimizer's own variables the same names, and the LSTM's
/// slots follow the LSTM.
///
/// - Source: `rnn_cell.py` of TensorFlow 0.12, `rnn_cell_impl.py` of 1.0 and 1.2; checkpoints of 0.12.1, 1.3 and 1.9.
public enum NamingEra: String, CaseIterable, Sendable, Comparable {
  /// TensorFlow 0.x.
  case tensorFlow0 = "tensorflow-0"
  /// TensorFlow 1.0 and 1.1.
  case tensorFlow1_0 = "tensorflow-1.0"
  /// TensorFlow 1.2 and later; the names that Decant writes by default.
  case modern = "tensorflow-1.2"

  /// The end of the name of im2txt's LSTM kernel, beginning with the cell's scope. Shape `[input depth + depth, 4 ×
  /// depth]`.
  public var kernelSuffix: String { suffixes.kernel }

  /// The end of the bias's name, beginning with the cell's scope. Shape `[4 × depth]`.
  public var biasSuffix: String { suffixes.bias }

  private var suffixes: (kernel: String, bias: String) {
    switch self {
    case .tensorFlow0: ("BasicLSTMCell/Linear/Matrix", "BasicLSTMCell/Linear/Bias")
    case .tensorFlow1_0: ("basic_lstm_cell/weights", "basic_lstm_cell/biases")
    case .modern: ("basic_lstm_cell/kernel", "basic_lstm_cell/bias")
    }
  }

  /// TensorFlow's versions in words.
  public var title: Message {
    switch self {
    case .tensorFlow0: "TensorFlow 0.x"
    case .tensorFlow1_0: "TensorFlow 1.0 to 1.1"
    case .modern: "TensorFlow 1.2 or later"
    }
  }

  /// The eras whose names for recurrent cells occur, oldest first; more than one in a file that was put together.
  ///
  /// A cell with a variable that no row of the table has, such as Keras' `recurrent_kernel`, belongs to none of these.
  public static func present(in names: some Sequence<String>) -> [NamingEra] {
    RecurrentNames(names).eras.sorted()
  }

  /// The era of a model's names; nil if no recurrent cell occurs, or more than one era does.
  public static func detect(in names: some Sequence<String>) -> NamingEra? {
    RecurrentNames(names).era
  }

  /// The index in rows that have a spelling for each era.
  var index: Int {
    switch self {
    case .tensorFlow0: 0
    case .tensorFlow1_0: 1
    case .modern: 2
    }
  }

  /// Older eras come first.
  public static func < (left: Self, right: Self) -> Bool {
    left.index < right.index
  }
}
