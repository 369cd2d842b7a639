import Foundation

/// Runs the built `decant` as a user would.
public struct DecantCommand: Sendable {
  /// What one run printed and how it ended.
  public struct Outcome: Sendable {
    /// Standard output.
    public let output: String
    /// Standard error.
    public let errors: String
    /// Exit status; a signal's number plus 128 where one ended the run.
    public let status: Int32
  }

  /// What a run may use before it is stopped; nothing is limited where nil.
  public struct Limits: Sendable {
    /// How large a file it may write.
    public var fileKibibytes: Int?
    /// How much address space it may take, memory that is never touched included.
    public var addressSpaceMebibytes: Int?
    /// How long it may run; it then ends with `Limits.timedOut`.
    public var seconds: Int?

    /// The status of a run that took too long.
    public static let timedOut: Int32 = 137

    /// Limits for a run.
    public init(fileKibibytes: Int? = nil, addressSpaceMebibytes: Int? = nil, seconds: Int? = nil) {
      self.fileKibibytes = fileKibibytes
      self.addressSpaceMebibytes = addressSpaceMebibytes
      self.seconds = seconds
    }

    /// Commands of bash that set them; nil where there are none.
    fileprivate var script: String? {
      // The unit of -f is 512 bytes in POSIX's shell, and 1024 in bash.
      let commands = [
        fileKibibytes.map { "ulimit -f \($0)" }, addressSpaceMebibytes.map { "ulimit -v \($0 * 1024)" },
      ].compactMap(\.self)
      return commands.isEmpty ? nil : commands.joined(separator: " && ")
    }

    /// What ends the run in time, by the one signal that threads that start processes cannot have blocked.
    fileprivate var launcher: [String] { seconds.map { ["timeout", "-s", "KILL", "\($0)"] } ?? [] }
  }

  /// A run that has been started.
  public struct Running {
    fileprivate let process: Process
    fileprivate let scratch: TemporaryDirectory

    /// Sends a signal; nothing happens where the run has ended.
    public func send(_ signal: Int32) {
      kill(process.processIdentifier, signal)
    }

    /// What it has printed so far.
    public func output() throws -> String { try String(contentsOfFile: scratch.file("output"), encoding: .utf8) }

    /// Whether it still runs.
    public var isRunning: Bool { process.isRunning }

    /// The number of its process.
    public var processIdentifier: Int32 { process.processIdentifier }

    /// Waits for the end.
    public func wait() throws -> Outcome {
      process.waitUntilExit()
      return Outcome(
        output: try String(contentsOfFile: scratch.file("output"), encoding: .utf8),
        errors: try String(contentsOfFile: scratch.file("errors"), encoding: .utf8),
        status: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus)
    }
  }

  /// Runs `decant` with `arguments` and waits for it.
  ///
  /// - Parameters:
  ///   - arguments: as they would be typed.
  ///   - directory: the working directory.
  ///   - environment: added to this process's own.
  ///   - limits: what the run may use.
  /// - Returns: what it printed and how it ended.
  /// - Throws: where the command cannot be started.
  public static func run(
    _ arguments: [String], in directory: String? = nil, environment: [String: String] = [:],
    limits: Limits = Limits()
  ) throws -> Outcome {
    try start(
      arguments, in: directory, environment: environment, script: limits.script, launcher: limits.launcher
    ).wait()
  }

  /// Starts `decant` with `arguments`.
  ///
  /// - Parameters:
  ///   - arguments: as they would be typed.
  ///   - directory: the working directory.
  ///   - environment: added to this process's own.
  ///   - script: commands of bash that come before it in the same process.
  ///   - launcher: a program with its arguments that starts it, such as `setpriv`.
  /// - Returns: the run.
  /// - Throws: where the command cannot be started.
  public static func start(
    _ arguments: [String], in directory: String? = nil, environment: [String: String] = [:], script: String? = nil,
    launcher: [String] = []
  ) throws -> Running {
    let scratch = try TemporaryDirectory()
    // Files and not pipes: a pipe that is not read while we wait would block a run that prints much.
    let output = try handle(scratch.write([], to: "output"))
    let errors = try handle(scratch.write([], to: "errors"))
    let process = Process()
    if script != nil || !launcher.isEmpty {
      process.executableURL = URL(filePath: "/bin/bash")
      let words = launcher + [executable.path(percentEncoded: false)] + arguments
      process.arguments = ["-c", "\(script ?? ":"); exec \"$@\"", "bash"] + words
    } else {
      process.executableURL = executable
      process.arguments = arguments
    }
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    if let directory { process.currentDirectoryURL = URL(filePath: directory) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    return Running(process: process, scratch: scratch)
  }

  /// The path of the command that runs.
  public static var path: String { executable.path(percentEncoded: false) }

  /// The command stands beside the test runner in the build folder.
  private static var executable: URL {
    #if os(macOS)
      let runner = Bundle(for: TemporaryDirectory.self).bundleURL
    #else
      let runner = URL(filePath: CommandLine.arguments[0])
    #endif
    return runner.deletingLastPathComponent().appending(path: "decant")
  }

  private static func handle(_ path: String) throws -> FileHandle {
    try FileHandle(forWritingTo: URL(filePath: path))
  }
}
