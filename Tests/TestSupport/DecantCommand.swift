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

  /// A run that has been started.
  public struct Running {
    fileprivate let process: Process
    fileprivate let scratch: TemporaryDirectory

    /// Sends a signal; nothing happens where the run has ended.
    public func send(_ signal: Int32) {
      kill(process.processIdentifier, signal)
    }

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
  ///   - fileSizeLimitInKibibytes: how large a file the run may write; none where nil.
  /// - Returns: what it printed and how it ended.
  /// - Throws: where the command cannot be started.
  public static func run(
    _ arguments: [String], in directory: String? = nil, environment: [String: String] = [:],
    fileSizeLimitInKibibytes: Int? = nil
  ) throws -> Outcome {
    // The shell's unit is 512 bytes in POSIX, and 1024 in bash.
    let script = fileSizeLimitInKibibytes.map { "ulimit -f \($0)" }
    return try start(arguments, in: directory, environment: environment, script: script).wait()
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
    // Files and not pipes: a pipe that nobody reads while we wait would stop a talkative run.
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
