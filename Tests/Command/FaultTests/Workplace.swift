import Foundation
import TestSupport

/// A directory with a source in `in`, and `out` for one output.
struct Workplace {
  /// What is at the output's place.
  enum State: Equatable, CustomStringConvertible {
    case none
    case old
    case new
    /// What must never be.
    case mixed(String)

    var description: String {
      switch self {
      case .none: "none"
      case .old: "old"
      case .new: "new"
      case .mixed(let words): "mixed: \(words)"
      }
    }
  }

  let directory: TemporaryDirectory
  let row: OutputCase
  /// The content of `out` after an undisturbed run.
  private(set) var new: [String: [UInt8]] = [:]

  /// Copies the source and runs once to see what the output should be.
  init(_ row: OutputCase, large: Bool = false) throws {
    directory = try TemporaryDirectory()
    self.row = row
    try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
    for file in row.source(large: large) {
      try directory.write(Fixture.bytes(file.fixture), to: "in/" + file.name)
    }
    let outcome = try DecantCommand.run(arguments(force: false))
    guard outcome.status == 0 else { throw Failure(words: outcome.errors) }
    new = try content()
    try reset(old: false)
  }

  struct Failure: Error { let words: String }

  var out: String { directory.file("out") }
  var input: String { directory.file("in") }

  func arguments(force: Bool, variant: [String] = []) -> [String] {
    row.arguments(input: input, output: "\(out)/\(row.output)") + variant + (force ? ["--force"] : [])
  }

  /// Empties `out`, or puts an old output there that no run would write.
  func reset(old: Bool) throws {
    for name in try names() { try FileManager.default.removeItem(atPath: "\(out)/\(name)") }
    if old { for (name, bytes) in self.old { try directory.write(bytes, to: "out/" + name) } }
  }

  /// The old output.
  var old: [String: [UInt8]] {
    Dictionary(uniqueKeysWithValues: row.oldFiles.map { ($0, Array("the old \($0)".utf8)) })
  }

  func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: out).sorted() }

  /// Names that only a run under way may have.
  func temporaries() throws -> [String] { try names().filter { $0.contains(".decant-") && !$0.hasSuffix(".old") } }

  /// All files of `out` but those with temporary names.
  func content() throws -> [String: [UInt8]] {
    var content: [String: [UInt8]] = [:]
    for name in try names() where !name.contains(".decant-") {
      content[name] = try Fixture.bytes(at: "\(out)/\(name)")
    }
    return content
  }

  /// What a reader finds, who looks for the file that makes the others count.
  func state() throws -> State {
    let content = try content()
    guard content[row.decidingFile] != nil else { return .none }
    func holds(_ files: [String: [UInt8]]) -> Bool { files.allSatisfy { content[$0.key] == $0.value } }
    if holds(new) { return .new }
    return holds(old) ? .old : .mixed("\(content.mapValues(\.count)) for \(new.mapValues(\.count))")
  }

  /// Whether `out` holds exactly one of the outputs, or nothing, and no other file.
  func isExactly(_ state: State) throws -> Bool {
    let files: [String: [UInt8]] =
      switch state {
      case .none: [:]
      case .old: old
      case .new: new
      case .mixed: ["": []]
      }
    return try names() == files.keys.sorted() && content() == files
  }
}
