import Messages
import Tensors
import TestSupport
import Testing

@testable import ModelMapping

@Suite("Rules that do not fit")
struct RenameStepErrorTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let rule: String
    let words: [String]
    var testDescription: String { rule }

    init(_ rule: String, _ words: String...) {
      self.rule = rule
      self.words = words
    }
  }

  private func source() throws -> InMemoryTensorSource {
    InMemoryTensorSource([
      try .init("a/q", .float32, [2, 3], seed: 1), try .init("a/k", .float32, [2, 3], seed: 2),
      try .init("b/q", .float32, [4], seed: 3), try .init("b/k", .float16, [4], seed: 3),
      try .init("c/q", .float32, [4, 3], seed: 3), try .init("c/k", .float32, [4, 5], seed: 3),
      try .init("e", .float32, [0, 3], seed: 4), try .init("s", [2], strings: [[1], [2]]),
    ])
  }

  @Test(
    "the error names the rule, the tensor, its shape and what to do, and nothing is left to guess",
    arguments: [
      Row(#"{"match": "a/q", "squeeze": 0}"#, "'a/q'", "float32 [2, 3]", "extent 1"),
      Row(#"{"match": "a/q", "squeeze": 2}"#, "the axes [2]", "axes 0 to 1"),
      Row(#"{"match": "a/q", "squeeze": [0, -2]}"#, "named only once"),
      Row(#"{"match": "a/q", "unsqueeze": 4}"#, "'unsqueeze'", "[4]"),
      Row(#"{"match": "a/q", "reshape": [7]}"#, "[7] does not have the 6 elements of float32 [2, 3]"),
      Row(#"{"match": "a/q", "reshape": [4, -1]}"#, "[4, -1]", "6 elements"),
      Row(#"{"match": "a/q", "reshape": ["@2", -1]}"#, "[\"@2\", -1]"),
      Row(#"{"match": "e", "reshape": [0, -1]}"#, "[0, -1]", "0 elements"),
      Row(#"{"match": "a/q", "reshape": [9223372036854775807, 9223372036854775807]}"#, "6 elements"),
      Row(#"{"match": "a/q", "transpose": [0, 1, 2]}"#, "[0, 1, 2] does not fit float32 [2, 3]"),
      Row(#"{"match": "a/q", "split": {"axis": 1, "into": ["x", "y"]}}"#, "axis 1 of float32 [2, 3]", "2 equal parts"),
      Row(#"{"match": "a/q", "split": {"axis": 1, "sizes": [1, 1], "into": ["x", "y"]}}"#, "parts of 1, 1"),
      Row(#"{"match": "a/q", "split": {"axis": 1, "sizes": [4, -1], "into": ["x", "y"]}}"#, "parts of 4, -1"),
      Row(
        #"{"match": "a/q", "split": {"axis": 1, "sizes": [9223372036854775807, 9223372036854775807], "into": ["x", "y"]}}"#,
        "must add up"),
      Row(#"{"match": "a/q", "split": {"axis": 2, "into": ["x", "y"]}}"#, "'split' names the axes [2]"),
      Row(#"{"match": "^a/q$", "split": {"axis": 1, "into": ["x", "", "z"]}}"#, "the new name is empty"),
      Row(#"{"match": "^s$", "split": {"axis": 0, "into": ["x", "y"]}}"#, "string [2]", "no fixed width", "'reshape'"),
      Row(
        #"{"match": "^b/([qk])$", "replace": "b", "concatenate": {"axis": 0, "group": 1, "order": ["q", "k"]}}"#,
        "'b/k'", "float16 [4] cannot be joined with 'b/q', which is float32", "--dtype"),
      Row(
        #"{"match": "^c/([qk])$", "replace": "c", "concatenate": {"axis": 0, "group": 1, "order": ["q", "k"]}}"#,
        "float32 [4, 5] cannot be joined along axis 0 with 'c/q' of shape [4, 3]"),
      Row(
        #"{"match": "^(a)/([qk])$", "replace": "$1", "concatenate": {"axis": 0, "group": 2, "order": ["q", "k", "v"]}}"#,
        "'a' would be joined without 'v'", "'a/k' and 'a/q'", "shape [2, 3]"),
      Row(
        #"{"match": "^a/([qk])$", "replace": "a", "concatenate": {"axis": 0, "group": 1, "order": ["q"]}}"#,
        "the group matches 'k', which 'order' does not name ('q')"),
      Row(
        #"{"match": "^a/([qk])$", "replace": "a", "concatenate": {"axis": 0, "group": 1}}"#,
        "'k', which is not a number"),
      Row(
        #"{"match": "^(.)/([qk])$", "replace": "x", "concatenate": {"axis": 0, "group": 2, "order": ["q", "k"]}}"#,
        "both be 'k' of 'x'", "into 'replace', or match fewer names"),
      Row(
        #"{"match": "(a|q)", "replace": "x", "concatenate": {"axis": 0, "group": 1, "order": ["a", "q"]}}"#,
        "matches the name more than once"),
    ])
  func errors(row: Row) throws {
    let rules = try RenameStepsTests.rules("{\"match\": \"never\", \"replace\": \"\"}, \(row.rule)")
    let error = #expect(throws: RenameError.self) { try rules.apply(to: source()) }
    #expect(error?.rule == 2 && error?.tensor != nil)
    for words in row.words { #expect(error?.description.contains(words) == true, "\(error?.description ?? "")") }
    #expect(error?.description.hasSuffix("Nothing was written.") == true)
  }

  @Test("two rules that claim one name are both named, with the tensors")
  func collision() throws {
    let rules = try RenameStepsTests.rules(
      #"{"match": "^a/q$", "split": {"axis": 0, "into": ["x", "y"]}}, {"match": "^c/q$", "replace": "y"}"#)
    let error = #expect(throws: NameCollision.self) { try rules.apply(to: source()) }
    #expect(error?.rules == [1, 2])
    #expect(
      error?.description.hasPrefix("tensors 'a/q' (rule 1) and 'c/q' (rule 2) would both be named 'y'") == true)
    let parts = try RenameStepsTests.rules(#"{"match": "^a/q$", "split": {"axis": 0, "into": ["x", "x"]}}"#)
    #expect(throws: NameCollision.self) { try parts.apply(to: source()) }
  }

  @Test("many tensors may each be split in four")
  func many() throws {
    let source = InMemoryTensorSource(
      try (0..<2000).map { try .init("a/rather/long/scope/of/a/layer_\($0)/gates", .int8, [4], bytes: [1, 2, 3, 4]) })
    let rules = try RenameStepsTests.rules(
      #"{"match": "gates$", "split": {"axis": 0, "into": ["gate_i", "gate_j", "gate_f", "gate_o"]}}"#)
    let twice = RenameRules(rules.rules + [try .init(match: "/", replace: ".")])
    #expect(try twice.apply(to: source).tensors.count == 8000)
    #expect(RenameRules.nodeCountOfOneTensor >= 4 * 2 + 4 * 2, "100,000 of them are within the limit too")
  }

  @Test("rules that double a tensor again and again end in an error and not in all of memory", .timeLimit(.minutes(1)))
  func doubling() throws {
    let pair = #"""
      {"match": "^w$", "split": {"axis": 0, "into": ["w0", "w1"]}},
      {"match": "^w(\\d)$", "replace": "w", "concatenate": {"axis": 0, "group": 1}}
      """#
    let source = InMemoryTensorSource([try .init("w", .int8, [2], seed: 1)])
    for count in [31, 100] {
      let rules = try RenameStepsTests.rules(Array(repeating: pair, count: count).joined(separator: ","))
      let error = #expect(throws: RenameError.self) { try rules.apply(to: source) }
      #expect(error?.reason == .tooManySteps)
    }
    let turns = try RenameStepsTests.rules(
      Array(repeating: #"{"match": "w", "transpose": [0]}"#, count: 2000).joined(separator: ","))
    #expect(throws: RenameError.self) { try turns.apply(to: source) }
    let names = (0..<4000).map { "\"\($0)\"" }.joined(separator: ",")
    let many = InMemoryTensorSource(try (0..<2000).map { try .init("w\($0)", .int8, [4000], seed: 1) })
    let parts = try RenameStepsTests.rules("{\"match\": \"$\", \"split\": {\"axis\": 0, \"into\": [\(names)]}}")
    #expect(throws: RenameError.self) { try parts.apply(to: many) }
  }
}
