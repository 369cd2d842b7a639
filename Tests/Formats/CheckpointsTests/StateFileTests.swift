import Checkpoints
import TestSupport
import Testing

@Suite("The checkpoint file of a directory")
struct StateFileTests {
  struct Case: CustomTestStringConvertible {
    let text: String
    let path: String
    var all: [String] = []
    var testDescription: String { text }
  }

  static let cases: [Case] = [
    Case(text: "model_checkpoint_path: \"model.ckpt-7\"", path: "model.ckpt-7"),
    Case(
      text: "model_checkpoint_path: \"b\"\nall_model_checkpoint_paths: \"a\"\nall_model_checkpoint_paths: \"b\"\n",
      path: "b",
      all: ["a", "b"]),
    Case(text: "model_checkpoint_path:'a'", path: "a"),
    Case(text: "  model_checkpoint_path\t:\r\n 'a' ;", path: "a"),
    Case(text: "# a comment: \"x\"\nmodel_checkpoint_path: \"a\" # another", path: "a"),
    Case(text: "model_checkpoint_path: \"a\" 'b'\n\"c\"", path: "abc"),
    Case(text: #"model_checkpoint_path: "C:\\models\\a""#, path: #"C:\models\a"#),
    Case(text: #"model_checkpoint_path: "\143\x6bpt\t\'\"\\""#, path: "ckpt\t'\"\\"),
    Case(text: #"model_checkpoint_path: "\303\251""#, path: "é"),
    Case(text: "model_checkpoint_path: \"été\"", path: "été"),
    Case(text: "model_checkpoint_path: \"a\", all_model_checkpoint_paths: \"b\"", path: "a", all: ["b"]),
    Case(text: "all_model_checkpoint_timestamps: 1.5e9\nmodel_checkpoint_path: \"a\"\nx: -3\ny: true", path: "a"),
    Case(text: "model_checkpoint_path: \"a\"\nmodel_checkpoint_path: \"b\"", path: "b"),
    Case(text: "\u{feff}model_checkpoint_path: \"a\"", path: "a"),
    Case(text: "model_checkpoint_path: \"a#b\"", path: "a#b"),
  ]

  @Test("Every legal way of writing it is read", arguments: cases)
  func reads(row: Case) throws {
    let state = try StateFile(parsing: Array(row.text.utf8))
    #expect(state.checkpointPath == row.path)
    #expect(state.allCheckpointPaths == row.all)
  }

  struct Defect: CustomTestStringConvertible {
    let text: String
    let defect: StateFile.Defect
    let line: Int
    var testDescription: String { text }
  }

  static let defects: [Defect] = [
    Defect(text: "", defect: .noCheckpointPath, line: 1),
    Defect(text: "# nothing\n\n", defect: .noCheckpointPath, line: 3),
    Defect(text: "all_model_checkpoint_paths: \"a\"\n", defect: .noCheckpointPath, line: 2),
    Defect(text: "model_checkpoint_path: \"\"", defect: .noCheckpointPath, line: 1),
    Defect(text: "model_checkpoint_path", defect: .value(field: "model_checkpoint_path"), line: 1),
    Defect(text: "model_checkpoint_path:\n", defect: .value(field: "model_checkpoint_path"), line: 2),
    Defect(text: "model_checkpoint_path \"a\"", defect: .value(field: "model_checkpoint_path"), line: 1),
    Defect(text: "\nmodel_checkpoint_path: \"a", defect: .openQuotation, line: 2),
    Defect(text: "model_checkpoint_path: \"a\nb\"", defect: .openQuotation, line: 1),
    Defect(text: "model_checkpoint_path: \"a\\", defect: .openQuotation, line: 1),
    Defect(text: #"model_checkpoint_path: "\q""#, defect: .escape, line: 1),
    Defect(text: #"model_checkpoint_path: "\x""#, defect: .escape, line: 1),
    Defect(text: #"model_checkpoint_path: "\777""#, defect: .escape, line: 1),
    Defect(text: "{", defect: .fieldName, line: 1),
    Defect(text: "a: 1\n\u{1}", defect: .notText(byte: 1), line: 2),
  ]

  @Test("Anything else is refused with its line", arguments: defects)
  func refuses(row: Defect) {
    let error = #expect(throws: StateFile.ParsingError.self) { _ = try StateFile(parsing: Array(row.text.utf8)) }
    #expect(error?.defect == row.defect)
    #expect(error?.line == row.line)
  }

  @Test("A file cut at any byte is read as far as it goes or refused, and never traps")
  func truncated() throws {
    let bytes = try Fixture.bytes("checkpoints/v2-state-spelling/checkpoint")
    let whole = try StateFile(parsing: bytes)
    for end in 0..<bytes.count {
      guard let state = try? StateFile(parsing: Array(bytes[..<end])) else { continue }
      #expect(whole.checkpointPath.hasPrefix(state.checkpointPath), "cut at \(end)")
      #expect(whole.allCheckpointPaths.starts(with: state.allCheckpointPaths), "cut at \(end)")
    }
  }
}
