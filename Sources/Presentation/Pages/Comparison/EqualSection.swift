internal import Comparison
internal import Markup
internal import Messages
internal import Tensors

/// Tensors that did not change, folded.
struct EqualSection {
  private let contrast: SourceContrast

  init(_ contrast: SourceContrast) { self.contrast = contrast }

  /// Nil if there are none.
  var section: PageSection? {
    let recast = contrast.recast.map { change -> (TensorDescriptor, Message) in
      (change.difference.left, "→ \(change.difference.right.dtype)")
    }
    let notCompared = contrast.diff.notCompared
    guard !contrast.unchanged.isEmpty || !recast.isEmpty || !notCompared.isEmpty else { return nil }
    let opaque: HTML =
      notCompared.isEmpty
      ? ""
      : "<p>\(HumanText.count(notCompared.count, "tensor")) without plain values (resources, variants) cannot be compared.</p>"
    return PageSection(
      id: "equal", title: "What did not change",
      """
      \(FoldedTensors("Equal", contrast.unchanged.map { ($0, "") }).html)\
      \(FoldedTensors("The same numbers in another dtype", recast).html)\(opaque)
      """)
  }
}
