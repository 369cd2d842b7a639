import Foundation
import TestSupport
import Testing

@Suite("Files made to harm end in a documented status, within 256 MiB of address space and ten seconds")
struct HostileInputTests {
  /// Everything that `decant --help` lists.
  private static let statuses: Set<Int32> = [0, 1, 64, 65, 66, 73, 74]

  /// Code without optimization takes several times as long, and is not what people run.
  private static let seconds: Int = {
    #if DEBUG
      60
    #else
      10
    #endif
  }()

  @Test("what is bad on purpose under Fixtures/", arguments: HostileInput.fixtures)
  func fixtures(input: HostileInput) throws {
    try run(input)
  }

  @Test("weight files", arguments: HostileInput.weightFiles)
  func weightFiles(input: HostileInput) throws {
    try run(input)
  }

  @Test("tables and graphs", arguments: HostileInput.messages)
  func messages(input: HostileInput) throws {
    try run(input)
  }

  @Test("pictures", arguments: HostileInput.images)
  func images(input: HostileInput) throws {
    try run(input)
  }

  @Test("vocabularies, rules and expectations", arguments: HostileInput.texts)
  func texts(input: HostileInput) throws {
    try run(input)
  }

  @Test("sound pictures, several at a time, within the same space")
  func manyImages() throws {
    for _ in 0..<3 {
      let outcome = try DecantCommand.run(
        ["caption", Scenes.checkpoint, Fixture.path("scenes/images")], limits: .init(addressSpaceMebibytes: 256))
      #expect(outcome.status == 0, "\(outcome.errors.suffix(2000))")
    }
  }

  @Test("the lists are those of the folders")
  func found() {
    #expect(HostileInput.fixtures.count > 240)
  }

  private func run(_ input: HostileInput) throws {
    let scratch = try TemporaryDirectory()
    let path = try input.make(scratch)
    for (number, arguments) in input.runs.enumerated() {
      let typed = arguments.map { argument in
        argument == "INPUT" ? path : argument.replacing("OUT", with: scratch.file("out\(number)"))
      }
      let outcome = try DecantCommand.run(
        typed, limits: .init(addressSpaceMebibytes: 256, seconds: Self.seconds))
      #expect(
        Self.statuses.contains(outcome.status),
        "\(outcome.status) from \(typed.joined(separator: " "))\n\(outcome.errors.suffix(2000))")
      // What failed left nothing behind.
      let left = try scratch.entries().filter { $0.hasPrefix("out\(number)") }
      #expect(left.isEmpty || outcome.status == 0, "\(left)")
    }
  }
}
