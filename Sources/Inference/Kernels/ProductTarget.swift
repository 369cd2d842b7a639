/// Weights and where their products go.
@safe
struct ProductTarget<Weights: PanelWeights> {
  let weights: Weights
  /// The first value of the first row.
  let output: UnsafeMutablePointer<Float>
  let outputStride: Int
  let finish: Conv2D.Finish
}

extension ProductTarget {
  /// The target that has a panel, where panels are counted over all targets, and the panel's index in its weights.
  ///
  /// - Precondition: the targets have that many panels.
  static func place(ofPanel panel: Int, in targets: [Self]) -> (target: Self, panel: Int) {
    var panel = panel
    for target in targets {
      if panel < target.weights.panelCount { return (target, panel) }
      panel -= target.weights.panelCount
    }
    preconditionFailure("the targets have fewer panels")
  }
}
