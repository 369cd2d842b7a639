import Bytes
import Files
import Foundation
import Messages
import ProtobufWire
import Tensors
import Testing
import TestSupport

@testable import WeightFiles

@Suite("Damaged ONNX models")
struct ONNXDefectTests {
  private static func value(_ defect: ONNXDefect) -> WeightFileDefect { .onnx(defect) }

  /// Why the only tensor cannot be listed, which is why the file is refused.
  fileprivate static let refused: [(file: String, reason: WeightFileDefect)] = [
    ("external-parent", value(.outside("../weights.bin"))),
    ("external-parent-deep", value(.outside("../../../../../../etc/passwd"))),
    ("external-absolute", value(.outside("/etc/passwd"))),
    ("external-backslash", value(.missing("..\\weights.bin"))),
    ("external-url", value(.missing("file:///etc/passwd"))),
    ("external-empty", value(.noLocation)), ("external-dot", value(.outside("."))),
    ("external-nul", value(.outside("weights.bin\0x"))), ("external-missing", value(.missing("nothing.bin"))),
    ("external-no-location", value(.noLocation)),
    ("external-offset-past", value(.pastEnd("weights.bin", offset: 4096, byteCount: 24, fileByteCount: 64))),
    ("external-offset-part", value(.pastEnd("weights.bin", offset: 48, byteCount: 24, fileByteCount: 64))),
    ("external-offset-negative", value(.badNumber(key: "offset", value: "-8"))),
    ("external-length-negative", value(.badNumber(key: "length", value: "-24"))),
    ("external-length-short", value(.byteCount(found: 20, expected: 24))),
    ("external-length-long", value(.byteCount(found: 28, expected: 24))),
    ("external-offset-word", value(.badNumber(key: "offset", value: "0x10"))),
    ("external-offset-2-64", value(.badNumber(key: "offset", value: "18446744073709551616"))),
    (
      "external-sum-overflow",
      value(.pastEnd("weights.bin", offset: 9_223_372_036_854_775_800, byteCount: 24, fileByteCount: 64))
    ),
    ("external-location-twice", value(.outside("../weights.bin"))), ("external-string", value(.strayStrings)),
    ("location-2", value(.unknownPlace(2))), ("dims-overflow", .badShape(.tooManyElements([1 << 32, 1 << 32]))),
    ("dims-overflow-bytes", .badShape(.tooManyElements([1 << 62]))),
    ("dims-negative", .badShape(.negativeDimension(-2))),
    ("dims-minus-one", .badShape(.negativeDimension(-1))),
    ("dims-huge", value(.byteCount(found: 24, expected: 1 << 42))),
    ("dims-zero-huge", .badShape(.tooManyElements([0, 1 << 62, 1 << 62]))),
    ("dims-many", .badShape(.rankTooLarge(5000))),
    ("dims-missing", value(.byteCount(found: 24, expected: 4))),
    ("raw-short", value(.byteCount(found: 23, expected: 24))),
    ("raw-long", value(.byteCount(found: 28, expected: 24))), ("raw-empty", value(.byteCount(found: 0, expected: 24))),
    ("raw-string", value(.strayStrings)), ("raw-int4-short", value(.byteCount(found: 2, expected: 3))),
    ("floats-short", value(.valueCount(field: "float_data", found: 5, expected: 6))),
    ("floats-long", value(.valueCount(field: "float_data", found: 6, expected: 2))),
    ("floats-ragged", value(.valueCount(field: "float_data", found: nil, expected: 6))),
    ("floats-wrong-field", value(.noData(field: "float_data"))),
    ("strings-short", value(.valueCount(field: "string_data", found: 2, expected: 3))),
    ("complex-odd", value(.valueCount(field: "float_data", found: 1, expected: 2))),
    ("empty-data", value(.noData(field: "float_data"))), ("type-0", value(.unknownType(0))),
    ("type-99", value(.unknownType(99))), ("type-missing", value(.unknownType(0))), ("segment", value(.segment)),
    ("name-missing", value(.unnamed(count: 1))), ("name-empty", value(.unnamed(count: 1))),
    ("no-graph", value(.noGraph)), ("cut-0", value(.noGraph)),
    ("cut-4", .wire(.bytes(.endOfBytes(needed: 62, left: 0)))),
    ("wire-type", value(.noData(field: "float_data"))), ("wire-7", .wire(.badWireType(7, field: 9))),
    ("field-0", .wire(.fieldZero)), ("group-open", .wire(.bytes(.endOfBytes(needed: 1, left: 0)))),
    ("varint-11", .wire(.bytes(.varintTooLong))),
    ("length-outside", .wire(.bytes(.endOfBytes(needed: 1 << 40, left: 16)))),
    ("length-2-64", .wire(.bytes(.tooLarge(.max)))),
    ("length-inside", .wire(.bytes(.endOfBytes(needed: 200, left: 35)))),
    ("nested-2000", value(.tooDeep(limit: 32))), ("groups-2000", .wire(.tooDeep(limit: 100))),
    ("cut-1", .wire(.bytes(.endOfBytes(needed: 1, left: 0)))),
    ("cut-3", .wire(.bytes(.endOfBytes(needed: 1, left: 0)))),
    ("cut-6", .wire(.bytes(.endOfBytes(needed: 62, left: 2)))),
    ("cut-20", .wire(.bytes(.endOfBytes(needed: 62, left: 16)))),
    ("cut-50", .wire(.bytes(.endOfBytes(needed: 62, left: 46)))),
    ("cut-64", .wire(.bytes(.endOfBytes(needed: 62, left: 60)))),
    ("cut-69", .wire(.bytes(.endOfBytes(needed: 2, left: 1)))),
  ]

  @Test("Each defect is refused with its reason, and quickly", arguments: refused.indices)
  func refusals(index: Int) throws {
    let (file, reason) = Self.refused[index]
    let start = ContinuousClock.now
    do {
      _ = try ONNXFile.open(Fixture.path("onnx/bad/\(file).onnx"))
      Issue.record("\(file) was opened")
    } catch let error as WeightFileError {
      #expect(error.reason == reason, "\(file)")
      #expect(!error.message.text.contains("bug"))
    }
    #expect(ContinuousClock.now - start < .seconds(60))
  }

  /// Files that onnx reads, and what it reads.
  fileprivate static let read: [(file: String, name: String, first: [UInt8])] = [
    ("external-and-raw", "a", [0, 1, 2, 3]), ("external-no-length", "a", [0, 1, 2, 3]),
    ("external-parent-inside", "a", [0, 1, 2, 3]), ("external-symlink-inside", "a", [0, 1, 2, 3]),
    ("external-itself", "a", [8, 10, 0x3a]), ("raw-and-floats", "a", [0, 0, 0, 0, 0, 0, 0x80, 0x3f]),
    ("bool-2", "a", [2, 1]), ("name-utf8", "a\\xff", [0, 0, 0, 0]),
    ("name-sideways", "../../a\u{1b}[31m", [0, 0, 0, 0]),
    ("name-twice", "a", [0, 0, 0, 0]),
  ]

  @Test("What onnx reads in spite of oddities is read as onnx reads it", arguments: read.indices)
  func oddities(index: Int) throws {
    let (file, name, first) = Self.read[index]
    let source = try ONNXFile.open(Fixture.path("onnx/bad/\(file).onnx"))
    #expect(source.descriptors.map(\.name) == [name])
    #expect(try source.readAll(source.descriptors[0]).starts(with: first), "\(file)")
    let reasons = source.problems.map { ($0.error as? WeightFileError)?.reason }
    #expect(reasons == (file == "name-twice" ? [.duplicateName] : []))
  }

  @Test("A value that does not fit its type is an error when it is read")
  func largeValue() throws {
    let source = try ONNXFile.open(Fixture.path("onnx/bad/uint8-300.onnx"))
    do {
      _ = try source.readAll(source.descriptors[0])
      Issue.record("the value was read")
    } catch let error as WeightFileError {
      #expect(error.reason == .onnx(.valueTooLarge(300, type: "UINT8")))
      #expect(error.tensor == "a")
    }
  }

  @Test("Packed numbers are counted when they are read")
  func packedCount() throws {
    let directory = try TemporaryDirectory()
    // 4 bytes may be 1 to 4 numbers; here they are 2.
    let list = WireMessage.bytes(7, WireMessage.varint(300) + WireMessage.varint(400))
    let tensor = WireMessage.tensor("a", [3], 7, list)
    let model = WireMessage.number(1, 10) + WireMessage.bytes(7, WireMessage.bytes(5, tensor))
    let source = try ONNXFile.open(directory.write(model, to: "model.onnx"))
    do {
      _ = try source.readAll(source.descriptors[0])
      Issue.record("the values were read")
    } catch let error as WeightFileError {
      #expect(error.reason == .onnx(.valueCount(field: "int64_data", found: 2, expected: 3)))
    }
  }

  @Test("Every damaged model gives an error or is read, and never more bytes than it announces")
  func everything() throws {
    for file in try FileManager.default.contentsOfDirectory(atPath: Fixture.path("onnx/bad"))
    where file.hasSuffix("onnx") {
      guard let source = try? ONNXFile.open(Fixture.path("onnx/bad/\(file)")) else { continue }
      try source.readEverything()
    }
  }

  @Test("Cut anywhere, a model is refused or every tensor of the list is read or gives an error")
  func cuts() throws {
    let directory = try TemporaryDirectory(inMemory: true)
    let bytes = try Fixture.bytes("onnx/subgraphs.onnx")
    for count in 0..<bytes.count {
      let path = try directory.write(bytes.prefix(count), to: "model.onnx")
      do { try ONNXFile.open(path).readEverything() } catch is WeightFileError {}
    }
  }

  @Test("Flipped bytes never do worse")
  func flips() throws {
    let directory = try TemporaryDirectory(inMemory: true)
    for name in ["typed", "nodes", "subgraphs"] {
      let bytes = try Fixture.bytes("onnx/\(name).onnx")
      var random = SeededRandom(seed: 7)
      for _ in 0..<300 {
        var damaged = bytes
        for _ in 0..<3 { damaged[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next()) }
        let path = try directory.write(damaged, to: "model.onnx")
        do { try ONNXFile.open(path).readEverything() } catch is WeightFileError {}
      }
    }
  }
}
