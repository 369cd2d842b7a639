import Foundation
import Messages
import Tensors
import TestSupport
import Testing

@testable import WeightFiles

@Suite("Damaged TensorFlow Lite models")
struct TFLiteDefectTests {
  private static func path(_ name: String) -> String { Fixture.path("tflite/bad/\(name).tflite") }

  @Test("A damaged structure is refused", arguments: ["identifier", "identifier-none", "cut-0", "cut-4"])
  func identifier(name: String) throws {
    let error = #expect(throws: WeightFileError.self) { try TFLiteFile.open(Self.path(name)) }
    #expect(error?.reason == .tfLite(.noIdentifier))
  }

  @Test("Tables that lead to each other without end are refused")
  func repeated() throws {
    let error = #expect(throws: WeightFileError.self) { try TFLiteFile.open(Self.path("many")) }
    #expect(error?.reason == .tfLite(.repeated))
  }

  /// What damage there is, as a tensor's problem or an error.
  private func reasons(_ name: String, dequantizes: Bool = false) throws -> [WeightFileDefect] {
    do {
      let source = try TFLiteFile.open(Self.path(name), options: ReadOptions(dequantizes: dequantizes))
      var reasons = source.problems.compactMap { ($0.error as? WeightFileError)?.reason }
      for descriptor in source.descriptors {
        do {
          if descriptor.dtype == .string {
            _ = try source.readStrings(descriptor)
          } else {
            #expect(try source.readAll(descriptor).count == descriptor.byteCount)
          }
        } catch let error as WeightFileError {
          #expect(error.tensor == descriptor.name)
          reasons.append(error.reason)
        }
      }
      return reasons
    } catch let error as WeightFileError {
      #expect(error.file == Self.path(name))
      return [error.reason]
    }
  }

  @Test(
    "An offset, a table or a vector outside of the file is found",
    arguments: [
      "root-outside", "root-end", "root-max", "root-zero", "root-odd", "vtable-outside", "vtable-before", "vtable-min",
      "vtable-itself", "vtable-odd", "vtable-size", "vtable-size-odd", "vtable-size-0", "vtable-field",
      "vtable-table-size", "vtable-field-beyond-table", "vector-subgraphs", "vector-subgraphs-2-30",
      "vector-subgraphs-outside", "vector-subgraphs-max", "vector-buffers", "vector-buffers-2-30",
      "vector-buffers-outside", "vector-buffers-max", "vector-tensors", "vector-tensors-2-30", "vector-tensors-outside",
      "vector-tensors-max", "vector-shape", "vector-shape-2-30", "vector-shape-outside", "vector-shape-max",
      "vector-name", "vector-name-2-30", "vector-name-outside", "vector-name-max", "vector-data", "vector-data-2-30",
      "vector-data-outside", "vector-data-max", "vector-name-zero", "vector-shape-odd", "vector-data-odd",
      "table-graph",
      "table-tensor", "table-tensor-zero", "cycle-graph", "cycle-tensor", "cycle-buffers", "cut-8", "cut-12", "cut-74",
      "cut-90", "cut-154", "cut-274",
    ])
  func places(name: String) throws {
    let reasons = try reasons(name)
    #expect(!reasons.isEmpty)
    for reason in reasons {
      switch reason {
      case .tfLite(.badOffset), .tfLite(.noBuffer), .tfLite(.badTable), .tfLite(.vectorPastEnd), .tfLite(.missing):
        break
      default: Issue.record("\(reason)")
      }
    }
  }

  fileprivate static let damagedTensors: [(String, WeightFileDefect)] = [
    ("buffer-index", .tfLite(.noBuffer(3, count: 3))), ("buffer-index-max", .tfLite(.noBuffer(.max, count: 3))),
    ("buffer-short", .sizeMismatch(found: 20, expected: 24)), ("buffer-long", .sizeMismatch(found: 24, expected: 12)),
    ("shape-negative", .badShape(.negativeDimension(-2))), ("shape-minus-1", .badShape(.negativeDimension(-1))),
    ("shape-huge", .sizeMismatch(found: 24, expected: 25_769_803_764)),
    ("shape-zero", .sizeMismatch(found: 24, expected: 0)),
    ("shape-overflow", .badShape(.tooManyElements([1 << 30, 1 << 30, 16]))),
    ("shape-many", .badShape(.rankTooLarge(5001))), ("type-100", .tfLite(.unknownType(100))),
    ("type-negative", .tfLite(.unknownType(-1))), ("type-resource", .tfLite(.opaqueType("resource"))),
    ("type-variant", .tfLite(.opaqueType("variant"))), ("int4-short", .sizeMismatch(found: 2, expected: 3)),
    ("offset-outside", .tfLite(.bufferOutside(offset: 1_000_000, size: 24, byteCount: 358))),
    ("offset-max", .tfLite(.bufferOutside(offset: .max - 7, size: 24, byteCount: 358))),
    ("offset-partly", .tfLite(.bufferOutside(offset: 320, size: 1 << 20, byteCount: 358))),
    ("offset-size-max", .tfLite(.bufferOutside(offset: 320, size: .max, byteCount: 358))),
    ("offset-short", .sizeMismatch(found: 20, expected: 24)), ("external-buffer", .tfLite(.externalBuffer)),
    (
      "quantization-axis",
      .tfLite(.quantization("its 3 scales are for axis 7 of the shape [4]"))
    ),
  ]

  @Test("A damaged tensor is a problem with its reason", arguments: damagedTensors)
  func flaws(name: String, reason: WeightFileDefect) throws {
    #expect(try reasons(name) == [reason])
    #expect(try reasons(name, dequantizes: true) == [reason])
  }

  @Test(
    "Strings that do not fit their buffer are found",
    arguments: ["count", "count-negative", "offset", "offset-negative", "backwards", "fewer", "short"])
  func strings(name: String) throws {
    let reasons = try reasons("strings-\(name)")
    #expect(reasons.count == 1)
    if case .tfLite(.strings) = reasons.first {} else { Issue.record("\(reasons)") }
  }

  @Test(
    "What is odd but unambiguous is read",
    arguments: [
      ("name-utf8", ["\\xff", "b"]), ("name-sideways", ["../../a\u{1b}[31m"]), ("offset-inside", ["a", "b"]),
      ("offset-one", ["b"]), ("offset-no-size", ["b"]),
    ])
  func odd(name: String, names: [String]) throws {
    #expect(try TFLiteFile.open(Self.path(name)).descriptors.map(\.name) == names)
    #expect(try reasons(name).isEmpty)
  }

  @Test("The other tensors of a damaged model are read")
  func others() throws {
    for name in ["buffer-index", "shape-huge", "vector-name", "table-tensor"] {
      #expect(try TFLiteFile.open(Self.path(name)).descriptors.map(\.name) == ["b"], "\(name)")
    }
  }

  @Test("Every file of bad/ is read or refused within a second")
  func everyFile() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Fixture.path("tflite/bad")).filter {
      $0.hasSuffix(".tflite")
    }
    #expect(names.count == 95)
    for name in names {
      let time = try ContinuousClock().measure {
        for dequantizes in [false, true] { _ = try reasons(String(name.dropLast(7)), dequantizes: dequantizes) }
      }
      #expect(time < .seconds(60), "\(name)")
    }
  }

  @Test("A model cut at any byte, or with a bit flipped anywhere, throws or is read and never traps")
  func damaged() throws {
    let directory = try TemporaryDirectory()
    func look(_ bytes: [UInt8]) throws {
      let path = try directory.write(bytes, to: "a.tflite")
      for dequantizes in [false, true] {
        do {
          try TFLiteFile.open(path, options: ReadOptions(dequantizes: dequantizes)).readEverything(upTo: 1 << 20)
        } catch is any DecantError {}
      }
    }
    for (name, step) in [("shared", 1), ("dtypes", 7), ("int8", 7)] {
      let bytes = try Fixture.bytes("tflite/\(name).tflite")
      for end in stride(from: 0, to: bytes.count, by: step) { try look(Array(bytes[..<end])) }
      for position in stride(from: 0, to: bytes.count, by: step) {
        for bit in [0, 4, 7] as [UInt8] {
          var changed = bytes
          changed[position] ^= 1 << bit
          try look(changed)
        }
      }
    }
  }
}
