import ArgumentParser
import Captioning
import Conversion
import Essentials
import Messages
import ModelMapping
import TensorFiles
import Tensors
import Threads
import Workers

/// The options of `decant caption --worker`.
struct CaptionWorkerOptions: ParsableArguments {
  @Option(
    defaultAsFlag: CaptionWorker.Form.lines, parsing: .next,
    help: ArgumentHelp(
      "Answer requests from standard input until it ends. With =tar, the requests are the pictures of a tar stream.",
      valueName: "form"))
  var worker: CaptionWorker.Form?

  @Option(
    help: ArgumentHelp(
      "With --worker: how long a batch waits for more pictures (default: 5ms).", valueName: "time"))
  var linger: String?

  @Option(help: .hidden)
  var beams: Int?

  /// Checks that the other options of the command make sense for a worker, or without one.
  func validate(with command: CaptionCommand) throws {
    // The parser of arguments takes a form that it does not know for none at all.
    let start = "--worker="
    if let typed = CommandLine.arguments.first(where: { $0.hasPrefix(start) }),
      CaptionWorker.Form(rawValue: String(typed.dropFirst(start.count))) == nil
    {
      throw ValidationError("'\(typed)': requests are lines or tar; give --worker, --worker=lines or --worker=tar.")
    }
    guard worker != nil else {
      if linger != nil { throw ValidationError("--linger requires --worker; add it.") }
      if command.images.isEmpty { throw ValidationError("Missing expected argument '<images> ...'") }
      return
    }
    if let linger { _ = try time(linger) }
    guard command.images.isEmpty else {
      throw ValidationError("--worker takes pictures from standard input; remove '\(command.images[0])' or --worker.")
    }
    let written = command.written
    guard written.html == nil, written.sidecar == nil, !command.show, !command.json else {
      throw ValidationError(
        "--worker prints JSON and writes nothing else; remove --html, --sidecar, --show and --json.")
    }
  }

  /// How long a batch waits.
  var time: Linger { get throws { try time(linger ?? "5ms") } }

  private func time(_ text: String) throws -> Linger {
    do { return try Linger(text) } catch { throw ValidationError("--linger: \(error)") }
  }
}

extension CaptionCommand {
  /// Answers requests until standard input ends.
  func serve(_ form: CaptionWorker.Form) throws {
    var search = captioning
    search.beamSize = serving.beams ?? search.beamSize
    let options = try search.search
    let (source, cousin) = try CanonicalSource.captioningModel(TensorFile.open(model, options: reading.value))
    if let cousin { Console.say("\(cousin.notice(path: model))") }
    let words = try ModelVocabulary.find(for: source, given: wordOptions.vocab)
    // The files are hashed while the model is loaded.
    let files = source.files
    let digest = BackgroundTask { _ in try SourceDigest(of: files) }
    let (captioner, use) = try Captioner(
      source: source, vocabulary: words.vocabulary, vocabularyPath: words.path, options: captioning.engine
    ).choosingMarkers(wordOptions.markers, words: words.wordSource, model: model)
    for text in use.lines { Console.say(text) }
    let worker = CaptionWorker(captioner, options: options, model: try digest.wait(), linger: try serving.time)
    try WorkerRun.on(WorkerInput()) { input, output in
      try worker.run(on: input, form: form, output: output)
    }
  }
}

/// What every worker of the command does around its work.
enum WorkerRun {
  /// Runs a worker that finishes what it has read on SIGTERM.
  ///
  /// - Parameters:
  ///   - input: what the driver sends.
  ///   - work: reads from the input, and hands its answers to a function that prints them.
  /// - Throws: what `work` throws.
  static func on(_ input: WorkerInput, _ work: (WorkerInput, (Message) -> Void) throws -> Void) throws {
    let stop = WorkerStop(input)
    EndingSignals.finishOnce {
      stop.finish {
        Console.say("received SIGTERM, but nobody reads the answers; the worker ends without writing the rest.")
        exit(ErrorCategory.inputOutput.rawValue)
      }
    }
    try work(input) { line in stop.write(line, to: Console.print) }
  }
}
