internal import Essentials

/// The gates of TensorFlow's `BasicLSTMCell`, after its matrix product.
package enum LSTMCell {
  /// What is added to gate f before its sigmoid: the cell's default, which checkpoints do not store.
  package static let forgetBias: Float = 1

  /// The gates in the order in which a row of the matrix product has them.
  package enum Gate: Int, CaseIterable, Sendable {
    /// How much of what is new enters the cell: a sigmoid.
    case i
    /// What is new: a hyperbolic tangent.
    case j
    /// How much of the cell is kept: a sigmoid, after the forget bias.
    case f
    /// How much of the cell is put out: a sigmoid.
    case o
  }

  /// The definition: `c' = c sigmoid(f + 1) + sigmoid(i) tanh(j)`, `h' = tanh(c') sigmoid(o)`.
  ///
  /// - Parameters:
  ///   - gates: `[rowCount, 4, unitCount]`, the gates of a row in the order i, j, f, o, before any activation.
  ///   - rowCount: states.
  ///   - unitCount: values of a cell.
  ///   - cell: `[rowCount, unitCount]`, updated in place.
  ///   - hidden: `[rowCount, unitCount]`, written.
  /// - Precondition: counts match.
  /// - Source: `rnn_cell.py`, TensorFlow 0.12; Zaremba et al., arXiv:1409.2329.
  package static func reference(
    gates: Span<Float>, rowCount: Int, unitCount: Int, cell: inout MutableSpan<Float>, hidden: inout MutableSpan<Float>
  ) {
    precondition(gates.count == 4 * rowCount * unitCount, "gates do not fit the rows")
    precondition(cell.count == rowCount * unitCount && hidden.count == cell.count, "states do not fit the rows")
    for r in 0..<rowCount {
      for u in 0..<unitCount {
        let gateI = gates[(4 * r + Gate.i.rawValue) * unitCount + u]
        let gateJ = gates[(4 * r + Gate.j.rawValue) * unitCount + u]
        let gateF = gates[(4 * r + Gate.f.rawValue) * unitCount + u]
        let gateO = gates[(4 * r + Gate.o.rawValue) * unitCount + u]
        let index = r * unitCount + u
        let after = cell[index] * sigmoid(gateF + forgetBias) + sigmoid(gateI) * tanh(gateJ)
        cell[index] = after
        hidden[index] = tanh(after) * sigmoid(gateO)
      }
    }
  }

  private static func sigmoid(_ x: Float) -> Float { 1 / (1 + exp(-x)) }
}
