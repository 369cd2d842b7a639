import Foundation
import TestSupport
import Testing

@Suite("Permissions of an output")
struct PermissionTests {
  struct Modes: Sendable, CustomTestStringConvertible {
    let sources: [mode_t]
    let mask: String
    let expected: mode_t
    var testDescription: String {
      "\(sources.map { String($0, radix: 8) }), mask \(mask): \(String(expected, radix: 8))"
    }
  }

  static let modes = [
    Modes(sources: [0o644, 0o644], mask: "022", expected: 0o644),
    Modes(sources: [0o666, 0o666], mask: "022", expected: 0o644),
    Modes(sources: [0o666, 0o666], mask: "000", expected: 0o666),
    Modes(sources: [0o666, 0o777], mask: "077", expected: 0o600),
    Modes(sources: [0o600, 0o600], mask: "022", expected: 0o600),
    Modes(sources: [0o600, 0o600], mask: "000", expected: 0o600),
    Modes(sources: [0o640, 0o666], mask: "000", expected: 0o640),
    Modes(sources: [0o666, 0o640], mask: "000", expected: 0o640),
    Modes(sources: [0o440, 0o444], mask: "022", expected: 0o440),
  ]

  @Test("are those of a new file, and no wider than those of its sources", arguments: OutputCase.all, modes)
  func permissions(row: OutputCase, modes: Modes) throws {
    let workplace = try Workplace(row)
    let names = try FileManager.default.contentsOfDirectory(atPath: workplace.input).sorted()
    // The first file of the source alone has the first mode.
    for (number, name) in names.enumerated() {
      unsafe chmod("\(workplace.input)/\(name)", modes.sources[min(number, 1)])
    }
    let expected = names.count == 1 ? single(modes) : modes.expected
    let run = try DecantCommand.start(workplace.arguments(force: false), script: "umask \(modes.mask)")
    #expect(try run.wait().status == 0)
    for name in try workplace.names() {
      // A further name of a source's file has the mode that this has.
      let expected = row.links && name.contains(".data-") ? modes.sources[0] : expected
      #expect(try mode(of: "\(workplace.out)/\(name)") == expected, "\(name)")
    }
    #expect(try workplace.isExactly(.new))
  }

  @Test("hold from the first moment", .enabled(if: FaultShim.shared != nil), arguments: OutputCase.all)
  func temporary(row: OutputCase) throws {
    let shim = try #require(FaultShim.shared)
    let workplace = try Workplace(row)
    for name in try FileManager.default.contentsOfDirectory(atPath: workplace.input) {
      unsafe chmod("\(workplace.input)/\(name)", 0o600)
    }
    let log = workplace.directory.file("log")
    for nth in 1... {
      try workplace.reset(old: false)
      try? FileManager.default.removeItem(atPath: log)
      let environment = shim.environment(
        "kill-9", nth: nth, calls: FaultShim.writes + ["link"], under: workplace.out, log: log)
      _ = try DecantCommand.start(workplace.arguments(force: false), environment: environment, script: "umask 0").wait()
      guard FileManager.default.fileExists(atPath: log) else { break }
      for name in try workplace.names() { #expect(try mode(of: "\(workplace.out)/\(name)") & 0o077 == 0, "\(name)") }
    }
  }

  @Test("of a fixed set of files are no wider than those of the files")
  func fixed() throws {
    let directory = try TemporaryDirectory()
    let data = ".data-00000-of-00001"
    for (name, fixture) in [(".index.txt", ".index"), (data, data)] {
      let bytes = try Fixture.bytes("checkpoints/v2-small/model.ckpt\(fixture)")
      let path = try directory.write(bytes, to: "in/model.ckpt\(name)")
      unsafe chmod(path, 0o600)
    }
    let fixed = directory.file("fixed")
    let outcome = try DecantCommand.run(["doctor", directory.file("in"), "--fix", "-o", fixed])
    let names = try FileManager.default.contentsOfDirectory(atPath: fixed).sorted()
    #expect(names.contains("model.ckpt.index"), "\(outcome.output)\(outcome.errors)")
    for name in names { #expect(try mode(of: "\(fixed)/\(name)") == 0o600, "\(name)") }
  }

  private func single(_ modes: Modes) -> mode_t {
    let mask = mode_t(modes.mask, radix: 8) ?? 0
    return modes.sources[0] & 0o666 & ~mask
  }

  private func mode(of path: String) throws -> mode_t {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { throw Workplace.Failure(words: path) }
    return status.st_mode & 0o7777
  }
}
