import ArgumentParser
import Messages
import PageServer

/// `decant serve`: a local page to look into weights with a browser.
struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Show checkpoints, weight files and folders on a local page in your browser.",
    discussion: """
      PATH is a file, the prefix of a checkpoint, a SavedModel or a folder; without one, Decant only examines the files \
      that you drop on the page. The page shows what is in each source, its tensors and their values, compares two \
      sources, says what 'decant doctor' says, and captions pictures that you drop or paste onto a model.

      Decant listens on the loopback addresses only (127.0.0.1 and ::1), and prints the address to open, with a token \
      that changes with every start. The page shows nothing but what you named and, for folders, what is in them. Stop \
      the command with Ctrl-C.

      Example: decant serve model.ckpt-3000000 downloads/
      """)

  @Argument(help: "The files and folders to show.", completion: .file())
  var paths: [String] = []

  @Option(help: ArgumentHelp("The port to listen on (default: a free one).", valueName: "n"))
  var port: Int?

  @OptionGroup var precision: PrecisionOptions

  @Flag(help: "Print the address only; do not open the browser.")
  var noBrowser = false

  func validate() throws {
    if let port, !(1...65535 ~= port) { throw ValidationError("--port must be 1 to 65535.") }
  }

  func run() throws {
    let server = try PageServer(paths: paths, port: port, precision: precision.precision)
    Console.print(server.address)
    if !noBrowser { server.openBrowser() }
    try server.serve()
  }
}
