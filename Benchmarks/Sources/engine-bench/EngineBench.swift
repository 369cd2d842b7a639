import ArgumentParser
import Engine
import TensorFiles

/// The network without the command around it.
@main
struct EngineBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "engine-bench", abstract: "Times the engine on a model.",
    subcommands: [Layers.self, Networks.self, Inputs.self, Serve.self])
}

/// What all subcommands need to run a model.
struct ModelArguments: ParsableArguments {
  @Argument(help: "A checkpoint or a converted file.")
  var model: String

  @Option(help: "Threads; all cores unless given.")
  var threads: Int?

  func load() throws -> ShowAndTell {
    try ShowAndTell(source: TensorFile.open(model), options: EngineOptions(threadCount: threads))
  }
}
