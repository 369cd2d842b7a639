import Bytes
import Files
import Foundation
import Messages
import Tensors
import TestSupport
import Testing

@testable import WeightFiles

@Suite("Damaged TensorFlow.js models")
struct TFJSDefectTests {
  private static func value(_ defect: TFJSDefect) -> WeightFileDefect { .tensorFlowJS(defect) }
  private static let bin = "group1-shard1of1.bin"

  /// What is wrong with the file, or with its first tensor: `a` if the list is sound.
  fileprivate static let defects: [(folder: String, reason: WeightFileDefect)] = [
    ("shard-missing", value(.missing(bin))), ("second-shard-missing", value(.missing("group1-shard2of2.bin"))),
    ("shard-short", value(.pastEnd(needed: 36, found: 35))), ("shard-empty", value(.pastEnd(needed: 24, found: 0))),
    ("paths-empty", value(.pastEnd(needed: 24, found: 0))), ("paths-missing", value(.missingMember("paths"))),
    ("weights-missing", value(.missingMember("weights"))), ("manifest-missing", value(.noManifest)),
    ("manifest-object", value(.badJSON("expected an array"))), ("path-parent", value(.outside("../outside.bin"))),
    ("path-absolute", value(.outside("/etc/passwd"))),
    ("path-url", value(.address("https://example.invalid/\(bin)"))),
    ("path-file-url", value(.address("file:///etc/passwd"))), ("path-backslash", value(.missing("..\\outside.bin"))),
    ("path-empty", value(.outside(""))), ("path-dot", value(.outside("."))), ("path-nul", value(.outside("\(bin)\0"))),
    ("path-number", value(.badJSON("expected a string"))),
    ("shape-negative", value(.badJSON("expected a whole number"))),
    ("shape-huge", value(.pastEnd(needed: 4 << 40, found: 36))),
    ("shape-overflow", .badShape(.tooManyElements([1 << 32, 1 << 32]))),
    ("shape-fraction", value(.badJSON("expected a whole number"))),
    ("shape-string", value(.badJSON("expected a whole number"))),
    ("shape-null", value(.badJSON("expected a whole number"))),
    ("shape-object", value(.badJSON("expected an array"))),
    ("shape-big", value(.badJSON("a number does not fit in 63 bits"))),
    ("shape-missing", value(.missingMember("shape"))),
    ("shape-many", .badShape(.rankTooLarge(255))), ("name-missing", value(.missingMember("name"))),
    ("name-number", value(.badJSON("expected a string"))),
    ("name-surrogate", value(.badJSON("a string contains an unknown escape sequence"))),
    ("dtype-unknown", .unknownDType("quaternion")), ("dtype-float64", .unknownDType("float64")),
    ("dtype-int64", .unknownDType("int64")), ("dtype-missing", value(.missingMember("dtype"))),
    ("dtype-number", value(.badJSON("expected a string"))),
    ("quantization-dtype", value(.quantization("int8", of: "float32"))),
    ("quantization-scale-missing", value(.quantizationNumber("scale"))),
    ("quantization-scale-string", value(.badJSON("expected a value"))),
    ("quantization-scale-nan", value(.badJSON("expected a value"))),
    ("quantization-scale-huge", value(.quantizationNumber("scale"))),
    ("quantization-string", value(.badJSON("expected an object"))),
    ("quantization-float16-int32", value(.quantization("float16", of: "int32"))),
    ("quantization-bool", value(.quantization("uint8", of: "bool"))), ("string-long", value(.badStrings)),
    ("string-short", value(.badStrings)), ("string-missing", value(.badStrings)), ("string-many", value(.badStrings)),
    ("json-empty", value(.badJSON("the JSON text ends in the middle of a value"))),
    ("json-cut", value(.badJSON("the JSON text ends in the middle of a value"))),
    ("json-tail", value(.badJSON("expected the end of the text"))),
    ("json-comma", value(.badJSON("expected a string"))),
    ("json-array", value(.missingMember("paths"))), ("json-number", value(.badJSON("expected an object"))),
    ("json-key-twice", value(.badJSON("the key 'weightsManifest' occurs twice"))),
    ("json-bom", value(.badJSON("expected an object"))),
  ]

  @Test("Each defect is named, and quickly", arguments: defects.indices)
  func reasons(index: Int) throws {
    let (folder, reason) = Self.defects[index]
    let start = ContinuousClock.now
    var found: [WeightFileDefect?] = []
    do {
      found = try TFJSFile.open(Fixture.path("tfjs/bad/\(folder)/model.json")).problems.map {
        ($0.error as? WeightFileError)?.reason
      }
    } catch let error as WeightFileError {
      found = [error.reason]
    }
    #expect(found == [reason], "\(folder)")
    #expect(ContinuousClock.now - start < .seconds(60))
  }

  @Test("If all shards are missing, one error names them")
  func noShards() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(Fixture.bytes("tfjs/shards/model.json"), to: "model.json")
    let error = try #require(throws: WeightFileError.self) { try TFJSFile.open(path) }
    guard case .tensorFlowJS(.noShards(let names)) = error.reason else { Issue.record("\(error)"); return }
    #expect(names.count > 1 && names[0].hasPrefix("group1-shard1of"))
    #expect("\(error)".contains(names[0]))
  }

  /// Models that tensorflowjs reads.
  fileprivate static let read: [(folder: String, names: [String])] = [
    ("shard-long", ["a", "b"]), ("shard-twice", ["a", "b"]), ("manifest-empty", []),
    ("path-parent-inside", ["a", "b"]),
    ("path-itself", ["a", "b"]), ("paths-many", ["a", "b"]), ("name-twice", ["a"]), ("name-twice-groups", ["a"]),
    ("name-empty", [""]), ("name-sideways", ["../../a\u{1b}[31m"]), ("bool-2", ["a"]), ("json-deep", ["a", "b"]),
    ("shard-short", ["a"]), ("second-shard-missing", []),
  ]

  @Test("What can be read is read", arguments: read.indices)
  func oddities(index: Int) throws {
    let (folder, names) = Self.read[index]
    guard let source = try? TFJSFile.open(Fixture.path("tfjs/bad/\(folder)/model.json")) else {
      #expect(names.isEmpty)
      return
    }
    #expect(source.descriptors.map(\.name) == names)
    #expect(try source.readEverything().isEmpty)
    if folder.hasPrefix("name-twice") {
      // Of two groups, each has only a part of the shard.
      let reasons = source.problems.compactMap { ($0.error as? WeightFileError)?.reason }
      #expect(reasons.filter { if case .tensorFlowJS(.longGroup) = $0 { false } else { true } } == [.duplicateName])
    }
  }

  @Test("Shards with more bytes than the tensors are a problem: nothing shows where they were added")
  func longShards() throws {
    let directory = try TemporaryDirectory()
    let text =
      #"[{"paths":["w-1.bin","w-2.bin"],"weights":[{"name":"a","dtype":"float32","shape":[3]},{"name":"b","dtype":"float32","shape":[1]}]}]"#
    try directory.write(Array(#"{"weightsManifest":\#(text)}"#.utf8), to: "model.json")
    try directory.write([UInt8](repeating: 1, count: 8), to: "w-1.bin")
    try directory.write([UInt8](repeating: 2, count: 8), to: "w-2.bin")
    #expect(try TFJSFile.open(directory.file("model.json")).problems.isEmpty)
    try directory.write([UInt8](repeating: 1, count: 9), to: "w-1.bin")
    let problems = try TFJSFile.open(directory.file("model.json")).problems
    let expected = WeightFileDefect.tensorFlowJS(.longGroup(paths: ["w-1.bin", "w-2.bin"], needed: 16, found: 17))
    #expect(problems.map { ($0.error as? WeightFileError)?.reason } == [expected])
    #expect(problems.map(\.severity) == [.incomplete])
  }

  @Test("Cut anywhere, or with changed bytes, a list is refused or what it lists can be read")
  func mangled() throws {
    let directory = try TemporaryDirectory(inMemory: true)
    let folder = "tfjs/quantized-mixed"
    for name in try FileManager.default.contentsOfDirectory(atPath: Fixture.path(folder)) where name.hasSuffix("bin") {
      try directory.write(Fixture.bytes("\(folder)/\(name)"), to: name)
    }
    let bytes = try Fixture.bytes("\(folder)/model.json")
    for count in stride(from: 0, to: bytes.count, by: 3) {
      let path = try directory.write(bytes.prefix(count), to: "model.json")
      #expect(throws: WeightFileError.self) { try TFJSFile.open(path) }
    }
    var random = SeededRandom(seed: 9)
    for _ in 0..<500 {
      var damaged = bytes
      for _ in 0..<2 { damaged[Int(random.next() % UInt64(bytes.count))] = UInt8(0x20 + random.next() % 95) }
      let path = try directory.write(damaged, to: "model.json")
      do { try TFJSFile.open(path).readEverything() } catch is WeightFileError {}
    }
  }
}
