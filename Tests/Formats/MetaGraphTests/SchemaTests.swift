import Foundation
import TestSupport
import Testing

/// The committed C of the schemas. Needs the generator that made it; elsewhere the test is skipped.
@Suite("Generated protobuf-c code")
struct SchemaTests {
  @Test(
    "is what the schemas generate",
    .enabled(if: protocVersion == committedVersion, "needs the protoc-c of the committed files"))
  func generatedCodeIsCurrent() throws {
    let root = Fixture.packageRoot
    let committed = root.appending(path: "Sources/C/CTensorFlowProtos")
    let made = FileManager.default.temporaryDirectory.appending(path: "decant-schemas-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: made) }
    let script = root.appending(path: "Schemas/generate.sh").path(percentEncoded: false)
    let (status, output) = try run(["sh", script, made.path(percentEncoded: false)])
    try #require(status == 0, "\(output)")

    let names = try files(under: made)
    #expect(try files(under: committed) == names)
    #expect(names.count > 2)
    for name in names {
      let expected = try Data(contentsOf: made.appending(path: name))
      let found = try Data(contentsOf: committed.appending(path: name))
      #expect(found == expected, "\(name) is stale: run make schemas")
    }
  }

  private func files(under directory: URL) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: directory.path(percentEncoded: false))
      .filter { $0.hasSuffix(".c") || $0.hasSuffix(".h") }
      .sorted()
  }
}

private let committedVersion: String? = {
  let header = (try? Fixture.packageRoot.appending(path: "Sources/C/CTensorFlowProtos/versions.pb-c.c").lines) ?? []
  return header.first.flatMap { line in
    line.split(separator: " ").drop { $0 != "protoc-c" }.dropFirst().first.map { String($0.dropLast()) }
  }
}()

private let protocVersion: String? = {
  guard let (status, output) = try? run(["protoc-c", "--version"]), status == 0 else { return nil }
  return output.split(whereSeparator: \.isWhitespace).dropFirst().first.map(String.init)
}()

extension URL {
  fileprivate var lines: [Substring] {
    get throws { try String(decoding: Data(contentsOf: self), as: UTF8.self).split(separator: "\n") }
  }
}

private func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = arguments
  let pipe = Pipe()
  process.standardOutput = pipe
  process.standardError = pipe
  try process.run()
  let output = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
  process.waitUntilExit()
  return (process.terminationStatus, output)
}
