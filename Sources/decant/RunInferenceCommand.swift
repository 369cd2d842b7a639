import ArgumentParser
import Bytes
import Captioning
import Images
import ModelMapping
import TensorFiles
import Tensors
import Vocabulary

/// `decant run_inference`: the original im2txt program's flags and output.
struct RunInferenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run_inference",
    abstract: "Caption images with the flags and the output of im2txt's run_inference.",
    discussion: """
      Like the original, it takes JPEG images only, skips patterns that match nothing, and stops at the first image that \
      cannot be decoded.

      Example: decant run_inference --checkpoint_path=model.ckpt-3000000 --vocab_file=word_counts.txt --input_files=a.jpg,b*.jpg
      """)

  @Option(
    name: .customLong("checkpoint_path"), help: ArgumentHelp("Checkpoint file, prefix or directory.", valueName: "path")
  )
  var checkpointPath: String

  @Option(name: .customLong("vocab_file"), help: ArgumentHelp("The word_counts.txt.", valueName: "path"))
  var vocabularyPath: String

  @Option(
    name: .customLong("input_files"),
    help: ArgumentHelp("Patterns of image files, separated by commas.", valueName: "patterns"))
  var inputFiles: String

  func run() throws {
    let vocabulary = try VocabularyFile(path: vocabularyPath).vocabulary()
    let paths = try ImageList.expandPatterns(inputFiles)
    let source = try CanonicalSource.make(TensorFile.open(checkpointPath))
    let captioner = try Captioner(source: source, vocabulary: vocabulary, vocabularyPath: vocabularyPath)
    var limits = ImageLimits()
    limits.formats = [.jpeg]
    try captioner.captions(ofImagesAt: paths, limits: limits) { image in
      let captions = try image.result.get()
      Console.write(OriginalOutput.lines(image: image.name, captions: captions, vocabulary: vocabulary))
    }
  }
}
