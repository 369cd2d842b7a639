package import Messages

/// The progress of hiding patches.
package struct ExplanationProgress: MessageConvertible, Sendable, Equatable {
  /// What is known so far; the drops of patches that have not been hidden yet are 0.
  package let soFar: CaptionExplanation
  /// How many patches have been hidden.
  package let doneCount: Int

  /// Such as `hid 24 of 64 patches`.
  package var message: Message { "hid \(doneCount) of \(soFar.grid.patchCount.counted("patch", "patches"))" }
}
