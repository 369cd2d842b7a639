internal import ModelMapping
internal import WeightFiles

extension GraphBuilder {
  /// Adds what is added to gate f of every cell, and the extents of a cell as it has them.
  mutating func addForgetBias() {
    // A part of the bias has the extents of a cell, and both halves of the network read it in any case.
    let parts = ["i", "j", "f", "o"].map { "lstm/bias/\($0)" }
    split(weight(CellLayout.canonicalBias), into: parts, axis: 0)
    let units = add("Shape", ["lstm/bias/f"], as: "lstm/units")
    _ = fill(units, with: CellLayout.forgetBias, as: "lstm/forget_bias")
  }

  /// Adds what turns features into the state with which a caption begins: the picture goes through the LSTM once, from
  /// the zero state.
  mutating func addInitialState(reading features: String, as output: String) -> String {
    let embedding = add("MatMul", [features, weight("image_embedding/weights")], as: "image_embedding/MatMul")
    split(shape(of: embedding), into: ["pictures", "image_embedding/size"], axis: 0)
    let extents = add("Concat", ["pictures", "lstm/units"], as: "lstm/initial/extents", [.init("axis", .integer(0))])
    let zeros = fill(extents, with: 0, as: "lstm/initial/zeros")
    return addCell("lstm/initial", reading: embedding, cell: zeros, hidden: zeros, as: output).state
  }

  /// Adds one step of the decoder: words and states in, probabilities of the next words and states out.
  mutating func addStep(words: String, state: String, as outputs: (probabilities: String, state: String)) {
    let axis = ONNXGraph.Attribute("axis", .integer(1))
    let embedding = add("Gather", [weight("seq_embedding/map"), words], as: "seq_embedding/Gather")
    split(state, into: ["lstm/step/cell", "lstm/step/hidden"], axis: 1)
    let hidden = addCell(
      "lstm/step", reading: embedding, cell: "lstm/step/cell", hidden: "lstm/step/hidden", as: outputs.state
    ).hidden
    let product = add("MatMul", [hidden, weight("logits/weights")], as: "logits/MatMul")
    let logits = add("Add", [product, weight("logits/biases")], as: "logits/Add")
    _ = add("Softmax", [logits], as: outputs.probabilities, [axis])
  }

  /// Adds TensorFlow's `BasicLSTMCell`, whose gates are i, j, f, o: `c' = c sigmoid(f + 1) + sigmoid(i) tanh(j)`, and
  /// `h' = tanh(c') sigmoid(o)`.
  ///
  /// - Returns: the new state, cell and hidden side by side, and the hidden part alone.
  private mutating func addCell(
    _ scope: String, reading input: String, cell: String, hidden: String, as output: String
  ) -> (state: String, hidden: String) {
    func scoped(_ name: String) -> String { "\(scope)/\(name)" }
    let axis = ONNXGraph.Attribute("axis", .integer(1))
    let joined = add("Concat", [input, hidden], as: scoped("joined"), [axis])
    let product = add("MatMul", [joined, weight(CellLayout.canonicalKernel)], as: scoped("MatMul"))
    let sum = add("Add", [product, weight(CellLayout.canonicalBias)], as: scoped("gates"))
    split(sum, into: ["i", "j", "f", "o"].map(scoped), axis: 1)
    let forget = add("Add", [scoped("f"), "lstm/forget_bias"], as: scoped("forget"))
    let kept = add("Mul", [cell, add("Sigmoid", [forget], as: scoped("f/Sigmoid"))], as: scoped("kept"))
    let entering = add("Sigmoid", [scoped("i")], as: scoped("i/Sigmoid"))
    let new = add("Mul", [entering, add("Tanh", [scoped("j")], as: scoped("j/Tanh"))], as: scoped("new"))
    let newCell = add("Add", [kept, new], as: scoped("new_cell"))
    let leaving = add("Sigmoid", [scoped("o")], as: scoped("o/Sigmoid"))
    let newHidden = add("Mul", [add("Tanh", [newCell], as: scoped("Tanh")), leaving], as: scoped("new_hidden"))
    return (add("Concat", [newCell, newHidden], as: output, [axis]), newHidden)
  }
}
