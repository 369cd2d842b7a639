/// A class of recurrent cells, or of wrappers around them, with the names that each era of TensorFlow gives its scope
/// and its variables.
///
/// Layouts are the same in all eras: every class here was run in 0.12.1, 1.0.1, 1.1.0, 1.2.1 and 1.15.5 with the same
/// values, with the same results. Classes without a row keep their names.
/// - Source: `rnn_cell.py`, `contrib/rnn/python/ops/*.py` of TensorFlow 0.12; `rnn_cell_impl.py` of 1.0, 1.2 and 1.15.
struct RecurrentCell: Sendable {
  /// Where the scope of a wrapped cell is.
  enum Role: Sendable {
    /// It wraps nothing.
    case cell
    /// In the wrapper's scope, in every era.
    case container
    /// Beside the wrapper's scope up to 1.1, in it since 1.2.
    case wrapper
  }

  /// The scope, by era.
  let scopes: [String]
  /// Each variable's components below the scope, by era.
  let variables: [[[String]]]
  let role: Role
  /// Whether variables called `W…` and `B…` have the same names in all eras, however many there are.
  let keepsCapitals: Bool

  private init(
    _ scopes: [String], _ variables: [(String, String, String)], role: Role = .cell, keepsCapitals: Bool = false
  ) {
    self.scopes = scopes
    self.variables = variables.map { variable in
      [variable.0, variable.1, variable.2].map { $0.split(separator: "/").map(String.init) }
    }
    self.role = role
    self.keepsCapitals = keepsCapitals
  }

  private static let linear = [("Linear/Matrix", "weights", "kernel"), ("Linear/Bias", "biases", "bias")]
  private static let diagonals = ["f", "i", "o"].map { gate in
    ("W_\(gate.uppercased())_diag", "w_\(gate)_diag", "w_\(gate)_diag")
  }
  private static let sameDiagonals = ["f", "i", "o"].map { gate in
    ("wc\(gate)", "w_\(gate)_diag", "w_\(gate)_diag")
  }
  private static let normalizations = ["input", "transform", "forget", "output", "state"].flatMap { part in
    ["gamma", "beta"].map { ("\(part)/\($0)", "\(part)/\($0)", "\(part)/\($0)") }
  }

  /// All classes. If two have the same scope and the same variable in an era, the name means the first.
  static let all: [RecurrentCell] = [
    RecurrentCell(["BasicLSTMCell", "basic_lstm_cell", "basic_lstm_cell"], linear),
    RecurrentCell(["BasicRNNCell", "basic_rnn_cell", "basic_rnn_cell"], linear),
    RecurrentCell(
      ["GRUCell", "gru_cell", "gru_cell"],
      [
        ("Gates/Linear/Matrix", "gates/weights", "gates/kernel"), ("Gates/Linear/Bias", "gates/biases", "gates/bias"),
        ("Candidate/Linear/Matrix", "candidate/weights", "candidate/kernel"),
        ("Candidate/Linear/Bias", "candidate/biases", "candidate/bias"),
      ]),
    // With one shard, as by default; the parts of a sharded kernel would have to be joined.
    RecurrentCell(
      ["LSTMCell", "lstm_cell", "lstm_cell"],
      [
        ("W_0", "weights", "kernel"), ("B", "biases", "bias"), ("W_P_0", "projection/weights", "projection/kernel"),
      ] + diagonals),
    RecurrentCell(
      ["LSTMBlockCell", "lstm_cell", "lstm_cell"],
      [("W", "weights", "kernel"), ("b", "biases", "bias")] + sameDiagonals),
    RecurrentCell(
      ["LSTMBlockFusedCell", "lstm_block_wrapper", "lstm_fused_cell"],
      [("W_0", "weights", "kernel"), ("B", "biases", "bias")] + diagonals),
    RecurrentCell(
      ["GRUBlockCell", "GRUBlockCell", "gru_cell"], ["w_ru", "b_ru", "w_c", "b_c"].map { ($0, $0, $0) }),
    RecurrentCell(
      [
        "CoupledInputForgetGateLSTMCell", "coupled_input_forget_gate_lstm_cell", "coupled_input_forget_gate_lstm_cell",
      ], [], keepsCapitals: true),
    RecurrentCell(["GridLSTMCell", "grid_lstm_cell", "grid_lstm_cell"], [], keepsCapitals: true),
    RecurrentCell(
      ["LayerNormBasicLSTMCell", "layer_norm_basic_lstm_cell", "layer_norm_basic_lstm_cell"],
      [("linear/weights", "weights", "kernel"), ("linear/b", "biases", "bias")] + normalizations),
    RecurrentCell(
      ["AttentionCellWrapper", "attention_cell_wrapper", "attention_cell_wrapper"],
      linear + [
        ("Attention/AttnW", "attention/attn_w", "attention/attn_w"),
        ("Attention/AttnV", "attention/attn_v", "attention/attn_v"),
        ("Attention/Linear/Matrix", "attention/weights", "attention/kernel"),
        ("Attention/Linear/Bias", "attention/biases", "attention/bias"),
        ("AttnOutputProjection/Linear/Matrix", "attn_output_projection/weights", "attn_output_projection/kernel"),
        ("AttnOutputProjection/Linear/Bias", "attn_output_projection/biases", "attn_output_projection/bias"),
      ], role: .container),
    RecurrentCell(
      ["OutputProjectionWrapper", "output_projection_wrapper", "output_projection_wrapper"], linear, role: .wrapper),
    RecurrentCell(
      ["InputProjectionWrapper", "input_projection_wrapper", "input_projection_wrapper"], linear, role: .wrapper),
    RecurrentCell(
      ["EmbeddingWrapper", "embedding_wrapper", "embedding_wrapper"], [("embedding", "embedding", "embedding")],
      role: .wrapper),
  ]

  /// The rows to which a scope may belong.
  static let indicesByScope: [String: [Int]] = {
    var table: [String: [Int]] = [:]
    for (index, cell) in all.enumerated() {
      for scope in Set(cell.scopes) { table[scope, default: []].append(index) }
    }
    return table
  }()

  /// The variables of `attention_decoder`, which are in a scope of any name; `AttnW_<n>` identifies it.
  ///
  /// - Parameter rest: the components, starting with the variable.
  /// - Returns: the spellings by era, and how many components they take; nil for any other variable.
  static func attentionVariable(_ rest: ArraySlice<Substring>) -> (spellings: [[String]], count: Int)? {
    guard let first = rest.first else { return nil }
    if first.number(after: "AttnW_") != nil || first.number(after: "AttnV_") != nil {
      return (Array(repeating: [String(first)], count: 3), 1)
    }
    let isInScope = first.number(after: "Attention_") != nil || first.equals("AttnOutputProjection")
    let scope = isInScope ? [String(first)] : []
    for (old, middle, new) in linear {
      let spellings = [old, middle, new].map { scope + $0.split(separator: "/").map(String.init) }
      for spelling in spellings where rest.starts(with: spelling) { return (spellings, spelling.count) }
    }
    return nil
  }
}

extension Substring {
  /// Whether it has the bytes of an ASCII text.
  func equals(_ text: String) -> Bool { utf8.elementsEqual(text.utf8) }

  /// The rest after a prefix, if it is digits as TensorFlow writes an index; otherwise nil.
  func number(after prefix: String) -> Substring? {
    guard utf8.starts(with: prefix.utf8) else { return nil }
    let digits = dropFirst(prefix.count)
    guard (1...9).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
      digits.utf8.count == 1 || digits.utf8.first != 48
    else { return nil }
    return digits
  }
}

extension ArraySlice<Substring> {
  func starts(with spelling: [String]) -> Bool {
    count >= spelling.count && zip(self, spelling).allSatisfy { $0.equals($1) }
  }
}
