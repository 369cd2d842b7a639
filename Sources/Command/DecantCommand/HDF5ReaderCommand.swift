import ArgumentParser
import WeightFiles

/// `decant hdf5-reader`: reads an HDF5 file for another program of ours, which talks to it through pipes. Not for people.
struct HDF5ReaderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: HDF5Program.subcommand,
    abstract: "Read an HDF5 file for libdecant.so.",
    shouldDisplay: false)

  @Argument(help: "What the library says.")
  var arguments: [String]

  func run() throws {
    guard HDF5Program.serve(arguments) else {
      throw ValidationError("Only libdecant.so calls hdf5-reader. To read an HDF5 file, use 'decant inspect FILE'.")
    }
  }
}
