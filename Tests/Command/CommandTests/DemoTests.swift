import Foundation
import TestSupport
import Testing

@Suite("decant demo")
struct DemoTests {
  /// The steps of the demo, as its output has them.
  private static func commands(in output: String) -> [String] {
    output.matches(of: /(?m)^\$ (.*)$/).map { String($0.1) }
  }

  @Test("does its four steps in a temporary directory that it names, and ends with what to do next")
  func checkout() throws {
    let scratch = try TemporaryDirectory()
    let outcome = try DecantCommand.run(["demo"], environment: ["TMPDIR": scratch.path])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let commands = Self.commands(in: outcome.output)
    #expect(
      commands.dropFirst() == [
        "decant inspect model.ckpt-4222 --match '^(lstm|logits|.*_embedding|global)'",
        "decant convert model.ckpt-4222 --vocab word_counts.txt -o scenes.safetensors",
        "decant caption scenes.safetensors images",
        "decant verify model.ckpt-4222 scenes.safetensors --images images --expect captions.json",
      ])
    #expect(outcome.output.contains("a small yellow triangle left of two large purple circles . (p=0.946130)"))
    let directory = try #require(commands.first?.split(separator: " ").last.map(String.init))
    #expect(directory.hasPrefix(scratch.path))
    #expect(FileManager.default.fileExists(atPath: "\(directory)/scenes.safetensors"))
    #expect(outcome.output.contains("== Now your own files\n"))
    #expect(outcome.output.contains("The demo's files stay in \(directory). Remove that directory"))
    // What it shows can be typed.
    let typed = try DecantCommand.run(["verify", "model.ckpt-4222", "scenes.safetensors"], in: directory)
    #expect(typed.status == 0, "\(typed.errors)")
  }

  @Test("takes what packages install, and says where it looked if there is nothing", arguments: ["..", "."])
  func installed(place: String) throws {
    // A copy of the program in a folder of its own: there is no checkout above it.
    let scratch = try TemporaryDirectory()
    let bin = "\(scratch.path)/prefix/bin"
    try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
    try FileManager.default.copyItem(atPath: DecantCommand.path, toPath: "\(bin)/decant")
    let without = try Self.run("\(bin)/decant", scratch)
    if !FileManager.default.fileExists(atPath: "/usr/share/decant/demo") {
      #expect(without.status == 66)
      #expect(without.text.contains("Decant cannot find the demo's model and pictures. It looked for them in:"))
      #expect(without.text.contains("\(bin)/../share/decant/demo\n"))
      #expect(without.text.contains("/usr/share/decant/demo\n"))
    }
    let root = Fixture.packageRoot.path(percentEncoded: false)
    let share = Process()
    share.executableURL = Fixture.packageRoot.appending(path: "packaging/share.sh")
    share.arguments = ["\(bin)/\(place)/share"]
    try share.run()
    share.waitUntilExit()
    #expect(share.terminationStatus == 0)
    #expect(try Self.schemas(in: "\(bin)/\(place)/share/decant/schemas") == Self.schemas(in: "\(root)/Schemas"))
    let with = try Self.run("\(bin)/decant", scratch)
    #expect(with.status == 0, "\(with.text)")
    #expect(with.text.contains("== Now your own files"))
  }

  @Test("the help names only schemas that packages install", arguments: HelpTests.subcommands)
  func namedSchemas(command: String) throws {
    let help = try DecantCommand.run([command, "--help"], environment: ["COLUMNS": "100"]).output
    let named = Set(help.matches(of: /\S+\.schema\.json/).map { String($0.output) })
    let installed = try Self.schemas(in: Fixture.packageRoot.appending(path: "Schemas").path(percentEncoded: false))
    #expect(named.subtracting(installed.map { "share/decant/schemas/\($0)" }) == [])
  }

  /// The names of the schemas in a directory, sorted.
  private static func schemas(in directory: String) throws -> [String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".schema.json") }
    #expect(!names.isEmpty)
    return names.sorted()
  }

  private static func run(_ program: String, _ scratch: TemporaryDirectory) throws -> (status: Int32, text: String) {
    let output = try scratch.write([], to: "demo-output")
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = ["demo"]
    process.environment = ProcessInfo.processInfo.environment.merging(["TMPDIR": scratch.path]) { $1 }
    let handle = try FileHandle(forWritingTo: URL(filePath: output))
    process.standardOutput = handle
    process.standardError = handle
    try process.run()
    process.waitUntilExit()
    return (process.terminationStatus, try String(contentsOfFile: output, encoding: .utf8))
  }
}
