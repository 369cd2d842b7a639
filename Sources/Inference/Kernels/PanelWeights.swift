/// Weights whose columns, one for each output, are cut into panels and have a bias each.
package protocol PanelWeights: AnyObject, Sendable {
  /// Columns: outputs.
  var columnCount: Int { get }
  /// Panels; a task multiplies with some that follow each other.
  var panelCount: Int { get }
  /// `[columnCount]`; valid while the weights live.
  var biasStart: UnsafePointer<Float> { get }
}

extension PackedMatrix: PanelWeights {
  package var panelCount: Int { layout.panelCount }
  package var biasStart: UnsafePointer<Float> { unsafe bias.start }
}

extension SplitWeights: PanelWeights {
  package var biasStart: UnsafePointer<Float> { unsafe bias.start }
}
