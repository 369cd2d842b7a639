import Checkpoints
import TestSupport
import Testing
import Vocabulary

@testable import Captioning
@testable import Engine

/// Captions on tiles of bf16 numbers, which are emulated where the processor has none, against those of TensorFlow 0.12.1.
@Suite("Captions on split bf16")
struct SplitCaptionTests {
  @Test(
    "every precision says TensorFlow's words in TensorFlow's order, with log-probabilities within its bound",
    arguments: [(AlgorithmMix.exactSplit, 2e-4), (.fastSplit, 1e-3)])
  func captions(mix: AlgorithmMix, bound: Double) throws {
    let runs = try ScenesTests.goldenRuns()
    let captioner = try Captioner(
      source: Checkpoint.open(ScenesTests.Stored.v1.path).source,
      vocabulary: VocabularyFile(path: ScenesTests.vocabularyPath).vocabulary(),
      options: EngineOptions(algorithms: mix))
    let comparison = captioner.comparison(with: runs, imagesIn: ScenesTests.images)
    #expect(comparison.differences == [])
    #expect(comparison.captionCount > comparison.imageCount && comparison.imageCount > 0)
    #expect(comparison.largestLogprobDifference < bound)
  }
}
