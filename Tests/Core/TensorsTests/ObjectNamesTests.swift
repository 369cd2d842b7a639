import Foundation
import TestSupport
import Testing

@testable import Tensors

@Suite("Names of object-based checkpoints")
struct ObjectNamesTests {
  struct Choice: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let candidates: [[String]]
    let names: [String]
    var shared: [String] = []
  }

  private static let choices: [Choice] = [
    Choice(testDescription: "nothing", candidates: [], names: []),
    Choice(testDescription: "all different", candidates: [["a", "p"], ["b", "q"]], names: ["a", "b"]),
    Choice(
      testDescription: "two want one", candidates: [["a", "p"], ["a", "q"], ["b", "r"]], names: ["p", "q", "b"],
      shared: ["a"]),
    Choice(
      testDescription: "who falls back meets one who has that name",
      candidates: [["a", "p"], ["a", "q"], ["p", "r"]],
      names: ["p", "q", "r"], shared: ["a"]),
    Choice(
      testDescription: "names of three steps", candidates: [["a", "b", "k1"], ["a", "c", "k2"], ["b", "k3"], ["c"]],
      names: ["k1", "k2", "k3", "c"], shared: ["a"]),
    Choice(
      testDescription: "a key that is another's name", candidates: [["k2", "p", "k1"], ["q", "k2"], ["q", "k3"]],
      names: ["p", "k2", "k3"], shared: ["q"]),
    Choice(
      testDescription: "names that look alike are different", candidates: [["é", "p"], ["e\u{301}", "q"]],
      names: ["é", "e\u{301}"]),
  ]

  @Test("a name that several tensors want goes to none, and each takes its next", arguments: choices)
  func choose(choice: Choice) {
    let found = ObjectNames(choice.candidates)
    #expect(found.names.map { Array($0.utf8) } == choice.names.map { Array($0.utf8) })
    #expect(found.shared.map(\.name) == choice.shared)
  }

  @Test(
    "a hundred thousand tensors of one name, each with a path that is another's name, take linear time",
    .timeLimit(.minutes(2)))
  func many() {
    let count = 100_000
    let candidates = (0..<count).map { ["\($0 / 2)", "\(($0 + 1) / 2)", "key \($0)"] }
    #expect(Set(ObjectNames(candidates).names).count == count)
  }

  // MARK: - Variables that were saved twice

  private func members(_ rows: [(path: String, content: String)]) throws -> [Int?] {
    let descriptors = try rows.enumerated().map {
      TensorDescriptor(name: "\($0.offset)", dtype: .float32, shape: try Shape([2]), byteCount: 8)
    }
    let group = rows.enumerated().map {
      SharedVariables.Member(place: $0.offset, path: $0.element.path, descriptor: descriptors[$0.offset])
    }
    return SharedVariables(count: rows.count, members: [group]) { descriptor in
      Int(descriptor.name).flatMap { rows[$0].content.isEmpty ? nil : rows[$0].content }
    }.originals
  }

  @Test("a member of a list repeats what stands outside that list and is equal; nothing else repeats anything")
  func repeats() throws {
    #expect(try members([("_all_variables/0", "x"), ("variables/1", "x")]) == [1, nil])
    #expect(try members([("_all_variables/0", "x"), ("variables/1", "y")]) == [nil, nil])
    #expect(try members([("_all_variables/0", ""), ("variables/1", "")]) == [nil, nil], "what cannot be read")
    // Two members of one list are two variables, and each may be repeated once by another list.
    #expect(try members([("variables/0", "x"), ("variables/1", "x")]) == [nil, nil])
    #expect(
      try members([("_all_variables/4", "x"), ("_all_variables/5", "x"), ("variables/0", "x"), ("variables/1", "x")])
        == [2, 3, nil, nil])
    #expect(
      try members([("_all_variables/4", "x"), ("_all_variables/5", "x"), ("variables/0", "x")]) == [2, nil, nil])
    // Layers' variables that are alike, such as biases of zeros.
    #expect(try members([("one/bias", "x"), ("two/bias", "x")]) == [nil, nil])
    // A layer's own name comes before a list's number.
    #expect(try members([("v/0", "x"), ("model/layer/bias", "x"), ("w/0", "x")]) == [1, nil, 1])
    #expect(try members([("v/", "x"), ("/0", "x"), ("0", "x"), ("v/x1", "x")]) == [nil, 2, nil, nil])
  }

  @Test("fifty thousand variables of one name and content in two lists take linear time", .timeLimit(.minutes(2)))
  func manyRepeats() throws {
    let rows = (0..<50_000).flatMap { [(path: "a/\($0)", content: "x"), (path: "b/\($0)", content: "x")] }
    #expect(try members(rows).count { $0 != nil } == 50_000)
  }
}
