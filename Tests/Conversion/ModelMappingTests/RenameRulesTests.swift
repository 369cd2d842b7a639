import Foundation
import Messages
import Tensors
import TestSupport
import Testing

@testable import ModelMapping

@Suite("Rename rules")
struct RenameRulesTests {
  private func outcome(_ json: String, _ names: [String], shape: [Int] = [2, 3]) throws -> RenameRules.Outcome {
    let source = InMemoryTensorSource(try names.map { try .init($0, .float32, shape, seed: 1) })
    return try RenameRules(json: Array(json.utf8)).apply(to: source)
  }

  struct Row: Sendable, CustomTestStringConvertible {
    let rules: [(match: String, replace: String)]
    let from: String
    let to: String
    var testDescription: String { "\(from) \(rules)" }
  }

  @Test(
    "rules apply in their order, each to what those before left, and replace every match",
    arguments: [
      Row(rules: [("^model/", "")], from: "model/model/w", to: "model/w"),
      Row(rules: [("/", ".")], from: "a/b/c", to: "a.b.c"),
      Row(rules: [("^a/", "b/"), ("^b/", "c/")], from: "a/w", to: "c/w"),
      Row(rules: [("a", "b"), ("b", "a")], from: "ab", to: "aa"),
      Row(rules: [("^", "net.")], from: "w", to: "net.w"), Row(rules: [("$", "!")], from: "w", to: "w!"),
      Row(rules: [("", "-")], from: "ab", to: "-a-b-"),
      Row(rules: [(#"^conv(\d+)/(\w+)$"#, "block$1.$2.$0")], from: "conv12/w", to: "block12.w.conv12/w"),
      Row(rules: [("(x)|(y)", "[$1$2]")], from: "xyz", to: "[x][y]z"), Row(rules: [("w", "$$1")], from: "w", to: "$1"),
      Row(rules: [("é", "e")], from: "é/w", to: "e/w"), Row(rules: [("nothing", "x")], from: "w", to: "w"),
    ])
  func names(row: Row) throws {
    let rules = RenameRules(try row.rules.map { try .init(match: $0.match, replace: $0.replace) })
    let outcome = try rules.apply(to: InMemoryTensorSource([try .init(row.from, .int8, [1], seed: 1)]))
    #expect(outcome.tensors.map(\.name) == [row.to])
  }

  @Test("transpositions add up, the last cast holds, and idle rules and untouched tensors are named")
  func rest() throws {
    let json = #"""
      {"rules": [
        {"match": "^a", "transpose": [1, 0]},
        {"match": "a$", "replace": "b", "transpose": [1, 0], "dtype": "f16"},
        {"match": "never", "replace": "x"},
        {"match": "b$", "dtype": "bf16"}
      ]}
      """#
    let outcome = try outcome(json, ["a", "a/x", "c"])
    #expect(outcome.tensors.map(\.name) == ["b", "a/x", "c"])
    #expect(outcome.tensors[0].expression == .permuted(.permuted(.stored("a"), axes: [1, 0]), axes: [1, 0]))
    #expect(outcome.tensors[1].expression == .permuted(.stored("a/x"), axes: [1, 0]))
    #expect(outcome.dtypes == [Array("b".utf8): .bfloat16])
    #expect(outcome.unusedRules == [3])
    #expect(outcome.untouched == ["c"])
  }

  struct BadFile: Sendable, CustomTestStringConvertible {
    let json: String
    let line: Int
    let column: Int
    let words: String
    var testDescription: String { json }

    init(_ json: String, _ line: Int, _ column: Int, _ words: String) {
      (self.json, self.line, self.column, self.words) = (json, line, column, words)
    }
  }

  @Test(
    "a file that does not fit the schema is refused at its line and column",
    arguments: [
      BadFile("", 1, 1, "ends"), BadFile("[]", 1, 1, "expected an object"),
      BadFile("{}", 1, 1, "'rules' is missing"),
      BadFile("{\"rules\": []}x", 1, 14, "the end"), BadFile("{\n  \"rule\": []}", 2, 10, "'rule' is unknown"),
      BadFile("{\"rules\": [\n {\"match\": \"a\", \"to\": \"b\"}]}", 2, 22, "'to' is unknown in rule 1"),
      BadFile("{\"rules\": [\n{\"replace\": \"b\"}]}", 2, 1, "rule 1 has no 'match'"),
      BadFile("{\"rules\": [{\"match\": \"a\"}]}", 1, 12, "rule 1 changes nothing"),
      BadFile("{\"rules\": [{\"match\": \"a\", \"match\": \"b\"}]}", 1, 26, "occurs twice"),
      BadFile("{\"rules\": [{\"match\": \"a\", \"dtype\": \"f8\"}]}", 1, 41, "'f8' in rule 1"),
      BadFile("{\"rules\": [{\"match\": \"a\", \"transpose\": [-1]}]}", 1, 41, "a whole number"),
      BadFile("{\"rules\": [{\"match\": 3}]}", 1, 22, "expected a string"),
      BadFile(
        "{\"rules\": [{\"match\": \"(\", \"replace\": \"\"}]}", 1, 12, "rule 1: '(' is not a valid regular expression"),
      BadFile(
        "{\"rules\": [{\"match\": \"a\", \"replace\": \"\"},\n{\"match\": \"(a)\", \"replace\": \"$2\"}]}", 1, 42,
        "rule 2: '$2' in the template is not a group"),
      BadFile("{\"rules\": [{\"match\": \"a\", \"replace\": \"$\"}]}", 1, 12, "is not a group"),
      BadFile("{\"rules\": [{\"match\": \"a\", \"transpose\": [0, 2]}]}", 1, 12, "[0, 2] is not an order of axes"),
      BadFile(#"{"rules": [{"match": "a", "reshape": [-1, -1]}]}"#, 1, 12, "only one -1"),
      BadFile(#"{"rules": [{"match": "a", "reshape": [-2]}]}"#, 1, 39, "-1 for whatever the others leave"),
      BadFile(#"{"rules": [{"match": "a", "reshape": ["0"]}]}"#, 1, 39, "extent of axis 0"),
      BadFile(#"{"rules": [{"match": "a", "reshape": 3}]}"#, 1, 38, "expected an array"),
      BadFile(#"{"rules": [{"match": "a", "squeeze": false}]}"#, 1, 38, "expected a whole number"),
      BadFile(#"{"rules": [{"match": "a", "squeeze": -}]}"#, 1, 38, "expected a whole number"),
      BadFile(#"{"rules": [{"match": "a", "split": {"axis": 0}}]}"#, 1, 35, "requires 'axis', and the names"),
      BadFile(#"{"rules": [{"match": "a", "split": {"into": ["b"]}}]}"#, 1, 35, "requires 'axis'"),
      BadFile(#"{"rules": [{"match": "a", "split": {"axis": 0, "parts": 2}}]}"#, 1, 56, "'parts' is unknown"),
      BadFile(
        #"{"rules": [{"match": "a", "split": {"axis": 0, "sizes": [1], "into": ["b", "c"]}}]}"#, 1, 12, "one size"),
      BadFile(
        #"{"rules": [{"match": "a", "split": {"axis": 0, "sizes": [-1, -1], "into": ["b", "c"]}}]}"#, 1, 12, "one -1"),
      BadFile(#"{"rules": [{"match": "a", "split": {"axis": 0, "into": ["$1"]}}]}"#, 1, 12, "'$1' in the template"),
      BadFile(#"{"rules": [{"match": "a", "replace": "b", "split": {"axis": 0, "into": ["b"]}}]}"#, 1, 12, "'into'"),
      BadFile(#"{"rules": [{"match": "a", "concatenate": {"axis": 0}}]}"#, 1, 41, "requires 'axis', and in 'group'"),
      BadFile(#"{"rules": [{"match": "a", "concatenate": {"axis": 0, "group": 1}}]}"#, 1, 12, "'1' in the template"),
      BadFile(#"{"rules": [{"match": "(a)", "concatenate": {"axis": 0, "group": 0}}]}"#, 1, 12, "is not a group"),
      BadFile(
        #"{"rules": [{"match": "(a)", "concatenate": {"axis": 0, "group": 1, "order": ["a", "a"]}}]}"#, 1, 12, "once"),
      BadFile(
        #"{"rules": [{"match": "(a)", "concatenate": {"axis": 0, "group": 1}, "split": {"axis": 0, "into": ["b"]}}]}"#,
        1,
        12, "write one rule for each"),
      BadFile(#"{"rules": [{"match": "a", "drop": false}]}"#, 1, 35, "must be true"),
      BadFile(
        #"{"rules": [{"match": "a", "drop": true, "replace": "b"}]}"#, 1, 12, "drops the tensor and also changes it"),
    ])
  func badFiles(row: BadFile) {
    let error = #expect(throws: RenameError.self) { try RenameRules(json: Array(row.json.utf8)) }
    #expect(error?.position == .init(line: row.line, column: row.column))
    #expect(error?.description.contains(row.words) == true, "\(error?.description ?? "")")
    #expect(error?.category == .badData)
  }

  @Test("what does not fit a tensor is refused with the rule and the tensor")
  func badTensors() throws {
    func error(_ rule: String, _ name: String = "a") throws -> RenameError? {
      #expect(throws: RenameError.self) {
        try outcome("{\"rules\": [{\"match\": \"zz\", \"replace\": \"\"}, \(rule)]}", [name])
      }
    }
    let transposed = try error(#"{"match": "a", "transpose": [0, 2, 1]}"#)
    #expect(transposed?.rule == 2 && transposed?.tensor == "a")
    #expect(transposed?.reason == .badTransposition([0, 2, 1], .float32, try Shape([2, 3])))
    #expect(try error(#"{"match": "^a$", "replace": ""}"#)?.reason == .emptyName)
    let long = String(repeating: "x", count: 5000)
    #expect(try error(#"{"match": "x", "replace": "y"}"#, long)?.reason == .nameTooLong)
    #expect(try error(#"{"match": "a", "replace": "\#(long)"}"#)?.reason == .nameTooLong)
  }

  @Test("the file's path leads its errors, and a file that is not there is an error of its own")
  func files() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(Array("{\"rules\": 1}".utf8), to: "rules.json")
    let error = #expect(throws: RenameError.self) { try RenameRules(path: path) }
    #expect(error?.file == path)
    #expect(error?.description.hasPrefix("\(path):1:11: expected an array") == true)
    #expect(throws: (any Error).self) { try RenameRules(path: directory.file("absent.json")) }
  }
}
