import Files
import Foundation
import Messages
import MetaGraph
import ProtobufWire
import Testing

@Suite("A SavedModel")
struct SavedModelFileTests {
  /// Two graphs, one of them with the objects of TensorFlow 2.
  static let sample = Message(
    .number(1, 1),
    .message(2, .message(1, .text(4, "serve"), .text(5, "1.15.5")), .message(2, .node("a", "NoOp"))),
    .message(
      2, .message(1, .text(4, "train")),
      .message(
        7,
        .message(1, .message(4, .text(1, "_generic_user_object"))),
        .message(
          1,
          .message(7, .number(1, 1), .bytes(2, Message.shape(3, 4).bytes), .number(3, 1), .text(6, "dense/kernel"))))))

  @Test("has its graphs, by tags, and its objects' variables")
  func graphs() throws {
    try withDirectory(["saved_model.pb": Self.sample.bytes]) { directory in
      for path in [directory, directory + "/saved_model.pb"] {
        let file = try SavedModelFile(path: path)
        #expect(file.schemaVersion == 1)
        #expect(file.byteCount == Self.sample.bytes.count)
        #expect(file.metaGraphs.map(\.tags) == [["serve"], ["train"]])
        #expect(file.metaGraphs.map(\.tensorFlowVersion) == ["1.15.5", ""])
        #expect(file.metaGraphs[0].nodes.map(\.name) == ["a"])
        #expect(file.metaGraphs[1].objectCount == 2)
        #expect(file.metaGraphs[1].objectVariables.map(\.name) == ["dense/kernel"])
        #expect(file.metaGraphs[1].objectVariables.first?.shape?.description == "[3, 4]")
        #expect(file.metaGraphs[1].objectVariables.first?.isTrainable == true)
        #expect(file.variablesPrefix == directory + "/variables/variables")
      }
    }
  }

  @Test("in a form that is not read is refused by name")
  func forms() throws {
    func reason(_ files: [String: [UInt8]], _ member: String = "") throws -> MetaGraphDefect? {
      try withDirectory(files) { directory in
        #expect(throws: MetaGraphError.self) { try SavedModelFile(path: directory + member) }?.reason
      }
    }
    let text = Array("saved_model_schema_version: 1\n".utf8)
    #expect(try reason(["saved_model.pbtxt": text]) == .textFormat)
    #expect(try reason(["saved_model.pbtxt": text], "/saved_model.pbtxt") == .textFormat)
    #expect(try reason(["saved_model.pb": text]) == .notSavedModel(.text))
    #expect(try reason(["saved_model.cpb": [1]]) == .chunked)
    #expect(try reason(["saved_model.cpb": [1]], "/saved_model.cpb") == .chunked)
    #expect(try reason(["variables": []]) == .noSavedModel)
    #expect(try reason(["saved_model.pb": []]) == .notSavedModel(.empty))
    #expect(try reason(["saved_model.pb": MetaGraphFileTests.sample.bytes]) == .notSavedModel(.unknown))
    #expect(try reason(["saved_model.pb": Array(Self.sample.bytes.dropLast())]).map(isWire) == true)
  }

  private func isWire(_ reason: MetaGraphDefect) -> Bool {
    if case .wire = reason { true } else { false }
  }

  private func withDirectory<Result>(_ files: [String: [UInt8]], _ body: (String) throws -> Result) throws -> Result {
    let directory = FileManager.default.temporaryDirectory.appending(path: "decant-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    for (name, bytes) in files { try Data(bytes).write(to: directory.appending(path: name)) }
    return try body(directory.path(percentEncoded: false).trimmingSuffix("/"))
  }
}

extension String {
  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}
