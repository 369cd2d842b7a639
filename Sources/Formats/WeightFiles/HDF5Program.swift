internal import CDecantHDF5
internal import Essentials
internal import Threads

/// A `decant` command that reads HDF5 files for this process: `decant hdf5-reader`.
///
/// Without one, a reader forks this process. A library in a foreign program must not do that, because a fork copies only
/// one of its threads.
package enum HDF5Program {
  /// The subcommand, which people do not see.
  package static let subcommand = "hdf5-reader"

  private enum Choice {
    case program(String)
    case fork
  }

  private static let choice = Guarded<Choice?>(nil)

  /// Has the program at a path, or of a name on `PATH`, read HDF5 files from now on.
  package static func use(_ path: String) { choice.withLock { $0 = .program(path) } }

  /// The same, unless one was chosen before.
  package static func useUnlessChosen(_ path: String) { choice.withLock { $0 = $0 ?? .program(path) } }

  /// Has this process forked from now on.
  package static func useFork() { choice.withLock { $0 = .fork } }

  /// The program; nil if this process is forked.
  static var path: String? { if case .program(let path) = choice.withLock({ $0 }) { path } else { nil } }

  /// What the program is told.
  static func arguments(_ task: HDF5ReadingTask) -> [String] {
    // Names may begin like options.
    [subcommand, "--", task.path, "\(task.fileByteCount)", "\(task.milliseconds)", "\(task.patience)"]
  }

  /// What the program does, as `arguments` asked: answers requests on standard input until there are no more.
  ///
  /// - Returns: false if the arguments do not have that form.
  package static func serve(_ arguments: [String]) -> Bool {
    guard arguments.count == 4, let fileByteCount = Int(arguments[1]), let milliseconds = UInt32(arguments[2]),
      let patience = UInt32(arguments[3])
    else { return false }
    let pipes = decant_hdf5_pipes(input: 0, output: 1)
    decant_hdf5_be_child(pipes)
    // Loaded now: no other file can be opened after the confinement.
    HDF5Library.locked {}
    HDF5ReadingTask(
      path: arguments[0], fileByteCount: fileByteCount, milliseconds: milliseconds, patience: patience
    ).run(pipes, datasets: [])
    return true
  }
}

/// What a child process is for.
struct HDF5ReadingTask: Sendable {
  let path: String
  let fileByteCount: Int
  /// Processor time for each request.
  let milliseconds: UInt32
  /// A request may wait for this many times its processor time.
  let patience: UInt32

  /// In a child: reads the file for whoever is at the other end of the pipes, confined.
  func run(_ pipes: decant_hdf5_pipes, datasets: [HDF5Dataset], onStart: () -> Void = {}) {
    decant_hdf5_limit_time(milliseconds, patience)
    onStart()
    _ = unsafe decant_hdf5_confine(path)
    var server = HDF5Server(path: path, fileByteCount: fileByteCount, datasets: datasets)
    server.serve(pipes) { isWorking in decant_hdf5_limit_time(isWorking ? milliseconds : 0, patience) }
  }
}
