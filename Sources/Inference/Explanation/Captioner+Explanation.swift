package import Captioning
internal import Engine
package import Images
internal import Messages
internal import Vocabulary

extension Captioner {
  /// Finds out what each word of a picture's best caption depends on, by hiding the picture patch by patch.
  ///
  /// The caption is searched once, with the whole picture. Then each patch in turn is made gray, the model is made to say the same
  /// caption, and each word's log-probability is compared with the original one. Patches go through the network several
  /// at a time.
  ///
  /// - Parameters:
  ///   - input: the picture as the network sees it, `[299, 299, 3]`, row-major, in [-1, 1].
  ///   - orientation: how the stored picture must be turned to be upright; the maps are for the upright picture.
  ///   - search: how the caption is searched for.
  ///   - grid: the patches.
  ///   - report: called when the caption is known, and after every few patches; an error that it throws ends the work.
  /// - Returns: the caption's words with their maps; the same for the same input.
  /// - Throws: `ExplanationDefect.noWords` if the picture has no caption; `CaptionError` if the model's probabilities are not numbers;
  ///   what `report` throws.
  /// - Source: Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", arXiv:1311.2901, section 4.2.
  package func explanation(
    of input: [Float], orientation: PictureOrientation = .upright, search: CaptionOptions = .standard, grid: PatchGrid,
    report: (ExplanationProgress) throws -> Void = { _ in }
  ) throws -> CaptionExplanation {
    let whole = try model.encode(input, count: 1)
    guard let encoding = whole.first, let caption = try captions(of: encoding, options: search).first else {
      throw ExplanationError(.noWords)
    }
    let trace = try trace(of: caption.ids, after: encoding, alternativeCount: 0)
    var measured = Measured(
      caption: caption, steps: trace.steps, vocabulary: vocabulary,
      grid: grid.turned(from: orientation))
    if measured.wordCount == 0 { throw ExplanationError(.noWords) }
    try report(ExplanationProgress(soFar: measured.explanation, doneCount: 0))
    let occlusion = Occlusion(of: input, grid: grid)
    for start in stride(from: 0, to: grid.patchCount, by: ShowAndTell.maximumBatchCount) {
      let patches = start..<min(start + ShowAndTell.maximumBatchCount, grid.patchCount)
      let encodings = try model.encode(occlusion.hiding(patches), count: patches.count)
      measured.logprobs += try logprobs(of: caption.ids, after: encodings)
      try report(ExplanationProgress(soFar: measured.explanation, doneCount: measured.logprobs.count))
    }
    return measured.explanation
  }
}

/// What is known about a caption while patches are being hidden.
private struct Measured {
  let caption: Caption
  let steps: [CaptionTrace.Step]
  let vocabulary: Vocabulary
  let grid: PatchGrid
  /// `[patches, words]` for the stored picture, so far.
  var logprobs: [[Double]] = []

  /// The number of words without the final `</S>`, which is not said.
  var wordCount: Int { steps.last?.said.id == vocabulary.endID ? steps.count - 1 : steps.count }

  var explanation: CaptionExplanation {
    CaptionExplanation(
      caption: PrintedCaption(caption, vocabulary: vocabulary),
      words: steps.prefix(wordCount).enumerated().map { index, step in
        let stored = (0..<grid.patchCount).map { patch in
          patch < logprobs.count ? step.logprob - logprobs[patch][index] : 0
        }
        return CaptionExplanation.Word(
          id: step.said.id, text: vocabulary.word(step.said.id), probability: step.said.probability,
          map: OcclusionMap(
            grid: grid, drops: grid.orientation.upright(stored, width: grid.side, height: grid.side)))
      }, grid: grid)
  }
}
