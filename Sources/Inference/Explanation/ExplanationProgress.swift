package import Messages

/// How far hiding patches has come.
package struct ExplanationProgress: MessageConvertible, Sendable, Equatable {
  /// What is known so far; drops of patches that were not hidden yet are 0.
  package let soFar: CaptionExplanation
  /// Patches that were hidden.
  package let doneCount: Int

  /// Such as `hid 24 of 64 patches`.
  package var message: Message { "hid \(doneCount) of \(soFar.grid.patchCount.counted("patch", "patches"))" }
}
