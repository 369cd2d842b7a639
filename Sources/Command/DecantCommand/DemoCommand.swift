import ArgumentParser
import Essentials
import Files
import Messages

/// `decant demo`: inspects, converts, captions and verifies a small model that comes with Decant.
struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Inspect, convert, caption and verify a small model that comes with Decant.",
    discussion: """
      Works on copies in a new temporary directory, takes less than two seconds, and shows every command before it runs.

      Example: decant demo
      """)

  /// A heading, and the command below it.
  private struct Step {
    let question: Message
    let words: [String]
    let command: any ParsableCommand.Type
  }

  private static let steps = [
    Step(
      question: "What is in the checkpoint?",
      words: ["inspect", "model.ckpt-4222", "--match", "^(lstm|logits|.*_embedding|global)"],
      command: InspectCommand.self),
    Step(
      question: "Convert it to weights that need no TensorFlow",
      words: ["convert", "model.ckpt-4222", "--vocab", "word_counts.txt", "-o", "scenes.safetensors"],
      command: ConvertCommand.self),
    Step(
      question: "Caption the sample pictures from the converted file alone",
      words: ["caption", "scenes.safetensors", "images"], command: CaptionCommand.self),
    Step(
      question: "Is that what TensorFlow said?",
      words: [
        "verify", "model.ckpt-4222", "scenes.safetensors", "--images", "images", "--expect", "captions.json",
      ], command: VerifyCommand.self),
  ]

  func run() throws {
    guard let files = DemoFiles.find() else {
      Console.say("Decant cannot find the demo's model and pictures. It looked for them in:")
      for directory in DemoFiles.candidates() { Console.say("  \(directory)") }
      Console.say(
        "Put the archive's directory 'share' beside the program or beside its directory, or install the Debian package or the wheel."
      )
      throw ExitCode(ErrorCategory.noInput.rawValue)
    }
    let directory = String.temporaryDirectory.joined("decant-demo-\(TemporaryName(for: "demo").run)")
    guard unsafe mkdir(directory, 0o755) == 0 else { throw FileError(.cannotCreate(errno), file: directory) }
    try files.copy(to: directory)
    // The commands are then as short as a person would type them.
    guard unsafe chdir(directory) == 0 else { throw FileError(.cannotOpen(errno), file: directory) }
    Console.print("The demo works in a directory of its own:\n$ cd \(directory)")
    for step in Self.steps {
      let typed = step.words.map { $0.contains(where: { "^|*()".contains($0) }) ? "'\($0)'" : $0 }
      Console.print("\n== \(step.question)\n$ decant \(typed.joined(separator: " "))")
      var command = try step.command.parse(Array(step.words.dropFirst()))
      try command.run()
    }
    Console.print(
      """

      == Now your own files
        decant inspect PATH                         what is in a checkpoint, SavedModel, safetensors or HDF5 file?
        decant convert PATH -o weights.safetensors  keep its weights (or .h5, .npz)
        decant report PATH -o report.html           look at it in a browser
        decant doctor DIRECTORY                     what is wrong with these files?
        decant --help                               everything else

      The demo's files stay in \(directory). Remove that directory when you no longer need it.
      """)
  }
}
