import ArgumentParser
import Bytes
import Essentials
import Messages
import TransferDamage

/// The root command. `decant help` lists what it can do.
struct Decant: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decant",
    abstract: "Pour an old TensorFlow checkpoint into weights you can keep.",
    discussion: """
      Results go to standard output, everything else to standard error. Exit status: 0 done; 1 the command ran, but \
      found a difference or a problem; 64 usage error; 65 the data is bad; 66 the input does not exist; 73 the output \
      cannot be created; 74 input/output error.
      """,
    version: DecantVersion.current,
    subcommands: [
      InspectCommand.self, ReportCommand.self, ConvertCommand.self, RenameCommand.self, DiffCommand.self,
      VocabCommand.self,
      CaptionCommand.self, ExplainCommand.self, VerifyCommand.self, DoctorCommand.self, RecoverCommand.self,
      ServeCommand.self,
      RunInferenceCommand.self, HDF5ReaderCommand.self,
    ])
}

/// Runs the command and turns every failure into one message and one exit status.
@main
enum Main {
  static func main() {
    // A closed pipe and a file-size limit then come back as write errors, which leave no half-written file.
    _ = signal(SIGPIPE, SIG_IGN)
    _ = signal(SIGXFSZ, SIG_IGN)
    MemoryRoom.saveAddresses()
    EndingSignals.wait()
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
      let text = Message(escapingLinesOf: Decant.fullMessage(for: error))
      if !text.isEmpty { Console.print(text) }
      exit(code.rawValue)
    }
  }

  /// The message for a usage error. It repeats what was typed, including line breaks, which must not look like lines of ours.
  private static func message(for error: any Error) -> Message {
    let typed = CommandLine.arguments.dropFirst()
      .flatMap { [$0] + $0.split(separator: "=", maxSplits: 1).map(String.init) }
      .filter { $0.contains { $0.isNewline } }
    let text = typed.sorted { $0.utf8.count > $1.utf8.count }.reduce(Decant.fullMessage(for: error)) { text, word in
      text.replacing(word, with: ("\(word)" as Message).text)
    }
    return Message(escapingLinesOf: text)
  }
}
