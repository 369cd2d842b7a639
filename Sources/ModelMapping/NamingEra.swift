internal import Bytes

/// The names that a version of TensorFlow gave the two variables of `BasicLSTMCell`. Their layout is the same in all eras.
///
/// Nothing else of im2txt's changed its name: 0.12.1 and 1.15.5 give the embedding, the logits, their slots for Momentum, Adam and
/// RMSProp and the optimizer's own variables the same names, and the LSTM's slots follow the LSTM.
///
/// - Source: `rnn_cell.py` of TensorFlow 0.12, `rnn_cell_impl.py` of 1.0 and 1.2; checkpoints of 0.12.1, 1.3 and 1.9.
public enum NamingEra: String, CaseIterable, Sendable, Comparable {
  /// TensorFlow 0.x.
  case tensorFlow0 = "tensorflow-0"
  /// TensorFlow 1.0 and 1.1.
  case tensorFlow1_0 = "tensorflow-1.0"
  /// TensorFlow 1.2 and later; the names that Decant writes unless told otherwise.
  case modern = "tensorflow-1.2"

  /// The end of the kernel's name, from the cell's scope on. Shape `[input depth + depth, 4 × depth]`.
  public var kernelSuffix: String { suffixes.kernel }

  /// The end of the bias's name, from the cell's scope on. Shape `[4 × depth]`.
  public var biasSuffix: String { suffixes.bias }

  private var suffixes: (kernel: String, bias: String) {
    switch self {
    case .tensorFlow0: ("BasicLSTMCell/Linear/Matrix", "BasicLSTMCell/Linear/Bias")
    case .tensorFlow1_0: ("basic_lstm_cell/weights", "basic_lstm_cell/biases")
    case .modern: ("basic_lstm_cell/kernel", "basic_lstm_cell/bias")
    }
  }

  /// TensorFlow's versions in words.
  public var title: String {
    switch self {
    case .tensorFlow0: "TensorFlow 0.x"
    case .tensorFlow1_0: "TensorFlow 1.0 to 1.1"
    case .modern: "TensorFlow 1.2 or later"
    }
  }

  /// The eras whose LSTM names occur, oldest first; more than one in a file that was put together.
  public static func present(in names: some Sequence<String>) -> [NamingEra] {
    var found: Set<NamingEra> = []
    for name in names {
      if let match = CellName(name) { found.insert(match.era) }
    }
    return found.sorted()
  }

  /// The era of a model's names; nil where no LSTM occurs, or more than one era does.
  public static func detect(in names: some Sequence<String>) -> NamingEra? {
    let eras = present(in: names)
    return eras.count == 1 ? eras[0] : nil
  }

  /// Older eras come first.
  public static func < (left: Self, right: Self) -> Bool {
    allCases.firstIndex(of: left) ?? 0 < allCases.firstIndex(of: right) ?? 0
  }
}

/// A variable's name taken apart around the part that the eras spell differently.
struct CellName {
  /// The scopes before the cell, with the slash, such as `lstm/`.
  let prefix: Substring
  let era: NamingEra
  let isKernel: Bool
  /// What follows, with its slash: an optimizer's slot such as `/Adam`; empty for the variable itself.
  let suffix: Substring

  /// Nil for the name of anything but an LSTM's kernel, bias or a slot of these.
  ///
  /// The last place where whole components spell a cell's variable counts.
  init?(_ name: String) {
    let utf8 = name.utf8
    var rest = utf8[...]
    while true {
      // `rest` ends where its last component does.
      let start = rest.lastIndex(of: UInt8(ascii: "/")).map(utf8.index(after:)) ?? utf8.startIndex
      if Self.scopes.contains(where: utf8[start...].starts(with:)), let match = Self.match(in: utf8[start...]) {
        prefix = name[..<start]
        suffix = name[match.end...]
        era = match.era
        isKernel = match.isKernel
        return
      }
      if start == utf8.startIndex { return nil }
      rest = utf8[..<utf8.index(before: start)]
    }
  }

  /// The same variable's name in another era.
  func name(in era: NamingEra) -> String {
    prefix + (isKernel ? era.kernelSuffix : era.biasSuffix) + suffix
  }

  /// The two spellings of the cell's own scope; few components begin so, and most names are done after this look.
  private static let scopes = ["BasicLSTMCell/".utf8, "basic_lstm_cell/".utf8]

  /// The variable that components from the cell's scope on spell, and where its name ends.
  private static func match(in rest: Substring.UTF8View) -> (era: NamingEra, isKernel: Bool, end: String.Index)? {
    for era in NamingEra.allCases {
      for (name, isKernel) in [(era.kernelSuffix.utf8, true), (era.biasSuffix.utf8, false)] {
        guard rest.starts(with: name) else { continue }
        let end = rest.index(rest.startIndex, offsetBy: name.count)
        if end == rest.endIndex || rest[end] == UInt8(ascii: "/") { return (era, isKernel, end) }
      }
    }
    return nil
  }
}
