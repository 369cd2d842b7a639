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

    /// A script for bash that runs its arguments within the limits; nil where there are none.
    fileprivate var script: String? {
      // The unit of -f is 512 bytes in POSIX's shell, and 1024 in bash.
      let commands = [
        fileKibibytes.map { "ulimit -f \($0)" }, addressSpaceMebibytes.map { "ulimit -v \($0 * 1024)" },
      ].compactMap(\.self)
      guard !commands.isEmpty || seconds != nil else { return nil }
      // Killed, since threads that start processes may have blocked the signals that can be.
      let run = "exec " + (seconds.map { "timeout -s KILL \($0) " } ?? "") + "\"$0\" \"$@\""
      return (commands + [run]).joined(separator: " && ")
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
    let scratch = try TemporaryDirectory()
    // Files and not pipes: a pipe that nobody reads while we wait would stop a talkative run.
    let output = try handle(scratch.write([], to: "output"))
    let errors = try handle(scratch.write([], to: "errors"))
    let process = Process()
    if let script = limits.script {
      process.executableURL = URL(filePath: "/bin/bash")
      process.arguments = ["-c", script, path] + arguments
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
    process.waitUntilExit()
    return Outcome(
      output: try String(contentsOfFile: scratch.file("output"), encoding: .utf8),
      errors: try String(contentsOfFile: scratch.file("errors"), encoding: .utf8),
      status: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus)
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
