/// Weights that hold a bias for each of their columns.
package protocol BiasedWeights: AnyObject, Sendable {
  /// Columns: outputs.
  var columnCount: Int { get }
  /// `[columnCount]`; valid while the weights live.
  var biasStart: UnsafePointer<Float> { get }
}

extension PackedMatrix: BiasedWeights {
  package var biasStart: UnsafePointer<Float> { unsafe bias.start }
}

extension SplitWeights: BiasedWeights {
  package var biasStart: UnsafePointer<Float> { unsafe bias.start }
}
