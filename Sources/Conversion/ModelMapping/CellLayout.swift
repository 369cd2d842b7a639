internal import Tensors

/// How another framework stores the LSTM cell that TensorFlow keeps in one kernel and one bias.
///
/// TensorFlow's kernel is `[input depth + units, 4 units]`, the gates side by side in the order i, j, f, o, and it adds a forget
/// bias of 1 to gate f at run time. PyTorch and Keras have the gates in the order i, f, j, o (they write g and c for
/// j), one kernel each for the input and for the state, and add nothing at run time: their bias already includes the 1,
/// once.
/// - Source: `rnn_cell.py` of TensorFlow 0.12; `torch.nn.LSTMCell`; `keras.layers.LSTMCell`; each run and compared.
package struct CellLayout: Sendable {
  /// The kernel that the input is multiplied by.
  let inputKernel: String
  /// The kernel that the state is multiplied by.
  let stateKernel: String
  /// The bias.
  let bias: String
  /// A second bias, which is added to the first; the forget bias is kept there, so that the first is TensorFlow's to
  /// the bit.
  let secondBias: String?
  /// Whether kernels are `[4 units, depth]`.
  let isTransposed: Bool

  /// TensorFlow's kernel.
  package static let canonicalKernel = "lstm/\(NamingEra.modern.kernelSuffix)"
  /// TensorFlow's bias.
  package static let canonicalBias = "lstm/\(NamingEra.modern.biasSuffix)"
  static let canonicalNames = [canonicalKernel, canonicalBias]

  /// What TensorFlow adds to gate f at run time: `BasicLSTMCell`'s default, which im2txt does not change.
  package static let forgetBias = 1.0
  /// The position of gate f in TensorFlow's order and in the others'.
  private static let forgetBlock = (tensorFlow: 2, others: 1)
  /// Converts either order to the other.
  private static let gates = [0, 2, 1, 3]

  var foreignNames: [String] { [inputKernel, stateKernel, bias] + (secondBias.map { [$0] } ?? []) }

  /// The other framework's tensors; nil unless both of TensorFlow's exist with the shapes of one cell.
  func export(_ lookup: (String) -> TensorDescriptor?) -> [FrameworkNames.Derivation]? {
    guard let kernel = lookup(Self.canonicalKernel)?.shape.dimensions, kernel.count == 2, kernel[1] % 4 == 0,
      lookup(Self.canonicalBias)?.shape.dimensions == [kernel[1]], kernel[0] >= kernel[1] / 4
    else { return nil }
    let inputDepth = kernel[0] - kernel[1] / 4
    func rows(_ range: Range<Int>) -> TensorExpression {
      let part = TensorExpression.reordered(
        .sliced(.stored(Self.canonicalKernel), axis: 0, range: range), axis: 1, blocks: Self.gates)
      return isTransposed ? .permuted(part, axes: [1, 0]) : part
    }
    let plainBias = TensorExpression.reordered(.stored(Self.canonicalBias), axis: 0, blocks: Self.gates)
    func withForgetBias(_ operand: TensorExpression) -> TensorExpression {
      .shifted(operand, by: Self.forgetBias, block: Self.forgetBlock.others, of: 4)
    }
    var tensors = [(inputKernel, rows(0..<inputDepth)), (stateKernel, rows(inputDepth..<kernel[0]))]
    if let secondBias {
      tensors += [(bias, plainBias), (secondBias, withForgetBias(.filled(0, like: Self.canonicalBias)))]
    } else {
      tensors += [(bias, withForgetBias(plainBias))]
    }
    guard tensors.allSatisfy({ $0.1.kind(lookup) != nil }) else { return nil }
    return tensors.map { (name: $0.0, expression: $0.1) }
  }

  /// TensorFlow's two tensors; nil unless all of the framework's exist with the shapes of one cell.
  ///
  /// - Parameters:
  ///   - stored: the name in the file of one of the framework's tensors.
  ///   - lookup: the tensor of a name in the file.
  /// - Returns: names and what they are made from.
  func canonicalize(
    _ stored: (String) -> String?, _ lookup: (String) -> TensorDescriptor?
  ) -> [FrameworkNames.Derivation]? {
    let names = foreignNames.compactMap(stored)
    guard names.count == foreignNames.count else { return nil }
    func kernel(_ name: String) -> TensorExpression {
      .reordered(isTransposed ? .permuted(.stored(name), axes: [1, 0]) : .stored(name), axis: 1, blocks: Self.gates)
    }
    let joined = TensorExpression.joined([kernel(names[0]), kernel(names[1])], axis: 0)
    // If there is a second bias, the forget bias is subtracted from it: there it is exactly 1, so nothing is rounded.
    let withoutForgetBias = TensorExpression.shifted(
      .stored(names[names.count - 1]), by: -Self.forgetBias, block: Self.forgetBlock.others, of: 4)
    let sum = secondBias == nil ? withoutForgetBias : .sum(.stored(names[2]), withoutForgetBias)
    let bias = TensorExpression.reordered(sum, axis: 0, blocks: Self.gates)
    guard let kernelShape = joined.kind(lookup)?.shape.dimensions, let biasShape = bias.kind(lookup)?.shape.dimensions,
      biasShape == [kernelShape[1]], kernel(names[1]).kind(lookup)?.shape.dimensions[0] == kernelShape[1] / 4
    else { return nil }
    return [(Self.canonicalKernel, joined), (Self.canonicalBias, bias)]
  }
}
