import ArgumentParser
import Captioning
import Images
import Messages
import ModelMapping
import TensorFiles
import Tensors
import Vocabulary
import WordTraces

/// `decant run_inference`: the original im2txt program's flags and output.
struct RunInferenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run_inference",
    abstract: "Caption images with the flags and the output of im2txt's run_inference.",
    discussion: """
      Like the original, it takes JPEG images only, skips patterns that match nothing, and stops at the first image that \
      cannot be decoded. It also writes the original's INFO lines to standard error. It uses <S> and </S> as the vocabulary \
      has them; if the model's weights show that they are swapped, it says so on standard error.

      Example: decant run_inference --checkpoint_path=model.ckpt-3000000 --vocab_file=word_counts.txt --input_files=a.jpg,b*.jpg
      """)

  @Option(
    name: .customLong("checkpoint_path"),
    help: ArgumentHelp("Checkpoint file, prefix or directory.", valueName: "path"), completion: .file()
  )
  var checkpointPath: String

  @Option(
    name: .customLong("vocab_file"), help: ArgumentHelp("The word_counts.txt.", valueName: "path"), completion: .file())
  var vocabularyPath: String

  @Option(
    name: .customLong("input_files"),
    help: ArgumentHelp("Patterns of image files, separated by commas.", valueName: "patterns"))
  var inputFiles: String

  @Flag(help: "Leave out the original's INFO lines.")
  var quiet = false

  func run() throws {
    log(OriginalLog.building)
    log(OriginalLog.initializing(vocabulary: vocabularyPath))
    let vocabulary = try VocabularyFile(path: vocabularyPath).vocabulary()
    log(OriginalLog.created(vocabulary))
    let paths = try ImageList.expandPatterns(inputFiles)
    log(OriginalLog.running(on: paths.count, matching: inputFiles))
    let file = try TensorFile.open(checkpointPath)
    log(OriginalLog.loading(checkpointPath, file))
    let (source, cousin) = try CanonicalSource.captioningModel(file)
    let (captioner, use) = try Captioner(source: source, vocabulary: vocabulary, vocabularyPath: vocabularyPath)
      .choosingMarkers(.asGiven, words: .file(vocabularyPath), model: checkpointPath)
    log(OriginalLog.loaded(checkpointPath, file))
    if let cousin { Console.say("\(cousin.notice(path: checkpointPath))") }
    for text in use.lines { Console.say(text) }
    var remarks = MarkerRemarks(isNeeded: use.lines.isEmpty)
    var limits = ImageLimits()
    limits.formats = [.jpeg]
    try captioner.captions(ofImagesAt: paths, limits: limits) { image in
      let captions = try image.result.get()
      if let remark = remarks.next(of: image, captioner) { Console.say(remark) }
      Console.print(OriginalOutput.lines(image: image.name, captions: captions, vocabulary: vocabulary))
    }
  }
  private func log(_ line: Message) {
    if !quiet { Console.log(line) }
  }
}
