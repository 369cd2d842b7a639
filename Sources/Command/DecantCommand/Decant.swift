import ArgumentParser
import Bytes
import Essentials
import Messages
import TransferDamage

/// The root command. `decant help` lists what it can do.
struct Decant: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decant",
    abstract: "Inspect, convert and check old model weights, such as TensorFlow checkpoints.",
    discussion: """
      Results go to standard output, everything else to standard error. Exit status: 0 done; 1 the command ran, but \
      found a difference or a problem; 64 usage error; 65 the data is bad; 66 the input does not exist; 73 the output \
      cannot be created; 74 input/output error.
      """,
    version: DecantVersion.current,
    groupedSubcommands: HelpGroup.all.map(\.commandGroup)
      + [CommandGroup(name: "For other programs", subcommands: [HDF5ReaderCommand.self])])

  @Flag(help: "Show the versions and licenses of everything that this program is made of.")
  var licenses = false

  func run() throws {
    guard licenses else { throw CleanExit.helpRequest(self) }
    try LicensesCommand.parse(["--all"]).run()
  }
}

/// Runs the command and turns every failure into one message and one exit status.
@main
enum Main {
  static func main() {
    // A closed pipe and a file-size limit then come back as write errors, which leave no half-written file.
    _ = signal(SIGPIPE, SIG_IGN)
    _ = signal(SIGXFSZ, SIG_IGN)
    keepStandardDescriptors()
    MemoryRoom.saveAddresses()
    EndingSignals.wait()
    if let advice = UsageAdvice.aboutCommand(Array(CommandLine.arguments.dropFirst())) {
      Console.log(advice)
      exit(ErrorCategory.usage.rawValue)
    }
    do {
      var command = try Decant.parseAsRoot()
      try command.run()
    } catch let error as any DecantError {
      Console.say("\(error)")
      if error.category == .badData {
        for line in TransferNotes.lines(forFilesIn: Array(CommandLine.arguments.dropFirst(2))) {
          Console.say(line)
        }
      }
      exit(error.category.rawValue)
    } catch {
      end(with: error)
    }
  }

  /// Occupies standard descriptors that the parent process closed. Otherwise the next file that is opened, such as a
  /// model, would become standard input or output.
  private static func keepStandardDescriptors() {
    for descriptor in Int32(0)...2 where fcntl(descriptor, F_GETFD) < 0 {
      // Opened the wrong way around: reading and writing fail as on a closed descriptor. The lowest number is taken.
      _ = unsafe open("/dev/null", descriptor == 0 ? O_WRONLY : O_RDONLY)
    }
  }

  /// Ends with the message of the argument parser, or reports an unexpected error.
  private static func end(with error: any Error) -> Never {
    switch Decant.exitCode(for: error) {
    case .validationFailure:
      Console.log(message(for: error))
      exit(ErrorCategory.usage.rawValue)
    case .failure where !(error is ExitCode):
      Console.say("\(error)")
      exit(ErrorCategory.inputOutput.rawValue)
    case let code:
      // Help, the version or a completion script, which the user requested; empty for a comparison that failed.
      let text = Message(escapingLinesOf: HelpGroup.arrange(Decant.fullMessage(for: error)))
      if !text.isEmpty { Console.print(text) }
      exit(code.rawValue)
    }
  }

  /// The message for a usage error. It repeats what was typed, including line breaks, which must not look like lines of ours.
  private static func message(for error: any Error) -> Message {
    let typed = CommandLine.arguments.dropFirst()
      .flatMap { [$0] + $0.split(separator: "=", maxSplits: 1).map(String.init) }
      .filter { $0.contains { $0.isNewline } }
    let full = UsageAdvice.complete(
      Decant.fullMessage(for: error), arguments: Array(CommandLine.arguments.dropFirst()))
    let text = typed.sorted { $0.utf8.count > $1.utf8.count }.reduce(full) { text, word in
      text.replacing(word, with: ("\(word)" as Message).text)
    }
    return Message(escapingLinesOf: text)
  }
}
