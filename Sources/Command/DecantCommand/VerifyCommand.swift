import ArgumentParser
import Files
import Essentials
import Messages
import Verification

/// `decant verify`: checks that two files hold the same model, or that one file is sound.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check that two files hold the same model, or that one file is sound.",
    discussion: """
      With A and B, compares every tensor bit for bit (whatever era its name is from), the vocabulary and, with \
      --images, the captions word by word. With A alone, checks every checksum, including those that 'decant convert' \
      wrote into the file, and checks the variables and shapes that im2txt needs. Compares the graph beside a model, or \
      the one that --graph names, with what the engine computes, node by node. With --expect, compares the captions with \
      a file that 'decant caption --json' or a TensorFlow script wrote. Exits with 1 if something differs.

      With conversion options (--names, --rename, --dtype, --inference-only, --ema, --weights-only, --fold-batch-norm, \
      --drop), compares A as 'decant convert A' would write it with the same options, and B as it is. This proves a \
      conversion correct, with its new names and casts.

      Example: decant verify model.ckpt-3000000 im2txt.safetensors --images photos/
      Example: decant verify model.ckpt model.safetensors --rename rules.json
      """)

  @Argument(help: "A checkpoint or weight file.", completion: .file())
  var a: String

  @Argument(help: "The file to compare with A.", completion: .file())
  var b: String?

  @Option(help: ArgumentHelp("Images to caption.", valueName: "directory"), completion: .directory)
  var images: String?

  @Option(help: ArgumentHelp("The expected captions.", valueName: "file"), completion: .file())
  var expect: String?

  @Option(
    help: ArgumentHelp("The word_counts.txt for a model without words in its file.", valueName: "file"),
    completion: .file())
  var vocab: String?

  @Option(
    help: ArgumentHelp(
      "The .meta or SavedModel whose graph is compared with what the engine computes (default: the one beside the model).",
      valueName: "file"), completion: .file())
  var graph: String?

  @OptionGroup var converted: ConvertedOptions
  @OptionGroup var captioning: CaptioningOptions
  @OptionGroup var reading: ReadingOptions

  func validate() throws {
    if b == nil, images != nil, expect == nil {
      throw ValidationError("--images requires a second model to compare with, or --expect.")
    }
    if b == nil, converted.isGiven {
      throw ValidationError(
        "--names, --rename, --dtype, --drop and the other conversion options require a second model to compare with.")
    }
  }

  func run() throws {
    // A damaged file is a finding; the name of a missing file was misspelled.
    if let graph, FileState(path: graph) == nil { throw FileError(.cannotOpen(ENOENT), file: graph) }
    if let images, RemoteAddress(images) != nil, FileState(path: images) == nil {
      throw FileError(.cannotOpen(ENOENT), file: images)
    }
    var options = VerificationOptions()
    options.vocabularyPath = vocab
    options.graphPath = graph
    options.imageDirectory = images
    options.expectationPath = expect
    options.conversion = try converted.conversion()
    options.acceptsLikelyLeftovers = converted.dropLikely
    options.captions = try captioning.search
    options.engine = captioning.engine
    options.reading = reading.value
    let verification = try ProgressLine.during { line in
      if let b {
        try ModelVerification(comparing: a, with: b, options: options) { line.update($0) }
      } else {
        try ModelVerification(of: a, options: options) { line.update($0) }
      }
    }
    Console.print(VerificationText.report(verification))
    if images == nil, expect != nil, !verification.passes {
      Console.say("looked for the pictures beside the expected captions; use --images to name another directory")
    }
    guard verification.passes else { throw ExitCode(ErrorCategory.mismatch.rawValue) }
  }
}
