import Files
import Foundation
import Messages
import Tensors
import Testing
import TestSupport

@testable import WeightFiles

@Suite("Damaged safetensors files")
struct SafetensorsDefectTests {
  struct Defect: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let header: [UInt8]
    /// What the file declares; nil for the header's own count.
    var declared: UInt64?
    var dataByteCount = 0
    let reason: WeightFileDefect
    var offset: Int?
    var tensor: String?

    init(
      _ title: String, _ header: String, declared: UInt64? = nil, data dataByteCount: Int = 0,
      _ reason: WeightFileDefect, at offset: Int? = nil, tensor: String? = nil
    ) {
      testDescription = title
      self.header = Array(header.utf8)
      self.declared = declared
      self.dataByteCount = dataByteCount
      self.reason = reason
      self.offset = offset
      self.tensor = tensor
    }

    var bytes: [UInt8] {
      let count = declared ?? UInt64(header.count)
      let prefix = packed([count])
      return prefix + header + [UInt8](repeating: 0, count: dataByteCount)
    }
  }

  private static func entry(_ dtype: String, _ shape: String, _ start: Int, _ end: Int) -> String {
    #"{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":[\#(start),\#(end)]}"#
  }

  fileprivate static let defects: [Defect] = [
    Defect("header beyond the limit", "{}", declared: 100_000_001, .headerTooLong(100_000_001), at: 0),
    Defect("header of absurd length", "{}", declared: .max, .headerTooLong(.max), at: 0),
    Defect("header longer than the file", "{}", declared: 3, .headerPastEnd(declared: 3, left: 2), at: 0),
    Defect("header of no bytes", "", .notAnObject(0), at: 8),
    Defect("space before the header", " {}", .notAnObject(0x20), at: 8),
    Defect("array as header", "[]", .notAnObject(0x5b), at: 8),
    Defect("header cut", "{", .badHeader("the JSON text ends in the middle of a value"), at: 9),
    Defect(
      "the same tensor twice", #"{"a":\#(entry("U8", "[1]", 0, 1)),"a":\#(entry("U8", "[1]", 1, 2))}"#, data: 2,
      .badHeader("the key 'a' occurs twice"), at: 61),
    Defect(
      "metadata that is no string", #"{"__metadata__":{"a":1}}"#, .badHeader("expected a string"), at: 8 + 21),
    Defect(
      "the same field twice", #"{"a":{"dtype":"U8","dtype":"U8","shape":[],"data_offsets":[0,1]}}"#, data: 1,
      .badHeader("the key 'dtype' occurs twice"), at: 8 + 19),
    Defect(
      "no dtype", #"{"a":{"shape":[],"data_offsets":[0,1]}}"#, data: 1, .missingField("dtype"), at: 13, tensor: "a"),
    Defect(
      "no shape", #"{"a":{"dtype":"U8","data_offsets":[0,1]}}"#, data: 1, .missingField("shape"), at: 13, tensor: "a"),
    Defect("no offsets", #"{"a":{"dtype":"U8","shape":[]}}"#, .missingField("data_offsets"), at: 13, tensor: "a"),
    Defect(
      "three offsets", #"{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1,2]}}"#, data: 1,
      .badHeader("'data_offsets' has more than 2 numbers"), at: 13, tensor: "a"),
    Defect(
      "packed dtype F4", #"{"a":\#(entry("F4", "[2]", 0, 1))}"#, data: 1, .unknownDType("F4"), at: 13, tensor: "a"),
    Defect(
      "unknown dtype", #"{"a":\#(entry("f32", "[1]", 0, 4))}"#, data: 4, .unknownDType("f32"), at: 13, tensor: "a"),
    Defect(
      "negative extent", #"{"a":\#(entry("U8", "[-1]", 0, 1))}"#, data: 1, .badHeader("expected a whole number"),
      at: 36),
    Defect(
      "product of extents that overflows", #"{"a":\#(entry("U8", "[4294967296,4294967296]", 0, 0))}"#,
      .badShape(.tooManyElements([1 << 32, 1 << 32])), at: 13, tensor: "a"),
    Defect(
      "product that overflows behind a zero", #"{"a":\#(entry("U8", "[0,4294967296,4294967296]", 0, 0))}"#,
      .badShape(.tooManyElements([0, 1 << 32, 1 << 32])), at: 13, tensor: "a"),
    Defect(
      "bytes that overflow", #"{"a":\#(entry("F64", "[2305843009213693952]", 0, 0))}"#,
      .badShape(.tooManyElements([1 << 61])), at: 80, tensor: "a"),
    Defect(
      "too many axes", #"{"a":\#(entry("U8", "[\(Array(repeating: "1", count: 300).joined(separator: ","))]", 0, 1))}"#,
      data: 1, .badShape(.rankTooLarge(255)), at: 13, tensor: "a"),
    Defect(
      "offsets reversed", #"{"a":\#(entry("U8", "[1]", 1, 0))}"#, data: 1, .offsetsReversed(start: 1, end: 0),
      tensor: "a"),
    Defect(
      "hole at the start", #"{"a":\#(entry("U8", "[1]", 1, 2))}"#, data: 2,
      .offsetsNotContiguous(start: 1, expected: 0),
      tensor: "a"),
    Defect(
      "hole between", #"{"a":\#(entry("U8", "[1]", 0, 1)),"b":\#(entry("U8", "[1]", 2, 3))}"#, data: 3,
      .offsetsNotContiguous(start: 2, expected: 1), tensor: "b"),
    Defect(
      "overlap", #"{"a":\#(entry("U8", "[2]", 0, 2)),"b":\#(entry("U8", "[2]", 1, 3))}"#, data: 3,
      .offsetsNotContiguous(start: 1, expected: 2), tensor: "b"),
    Defect(
      "the same bytes twice", #"{"a":\#(entry("U8", "[2]", 0, 2)),"b":\#(entry("U8", "[2]", 0, 2))}"#, data: 2,
      .offsetsNotContiguous(start: 0, expected: 2), tensor: "b"),
    Defect(
      "size that does not fit", #"{"a":\#(entry("F32", "[2]", 0, 7))}"#, data: 7, .sizeMismatch(found: 7, expected: 8),
      tensor: "a"),
    Defect(
      "offset of 63 bits", #"{"a":\#(entry("U8", "[9223372036854775807]", 0, Int.max))}"#, data: 3,
      .dataCountMismatch(tensorBytes: .max, fileBytes: 3)),
    Defect(
      "data cut", #"{"a":\#(entry("F32", "[2]", 0, 8))}"#, data: 7, .dataCountMismatch(tensorBytes: 8, fileBytes: 7)),
    Defect("data too long", "{}", data: 1, .dataCountMismatch(tensorBytes: 0, fileBytes: 1)),
    Defect(
      "note that is no JSON", #"{"__metadata__":{"decant.dtypes":"x"},"a":\#(entry("I8", "[1]", 0, 1))}"#, data: 1,
      .badDTypeNote("expected an object")),
    Defect(
      "note of another width",
      #"{"__metadata__":{"decant.dtypes":"{\"a\":\"qint32\"}"},"a":\#(entry("I8", "[1]", 0, 1))}"#,
      data: 1, .badDTypeNote("tensor 'a' cannot be 'qint32'")),
    Defect(
      "note of a dtype that is none",
      #"{"__metadata__":{"decant.dtypes":"{\"a\":\"q\"}"},"a":\#(entry("I8", "[1]", 0, 1))}"#,
      data: 1, .badDTypeNote("tensor 'a' cannot be 'q'")),
    Defect(
      "note of a tensor that is not there", #"{"__metadata__":{"decant.dtypes":"{\"b\":\"qint8\"}"}}"#,
      .badDTypeNote("it names tensors that are not in the file")),
    Defect(
      "note of pairs that are none",
      #"{"__metadata__":{"decant.dtypes":"{\"a\":\"complex128\"}"},"a":\#(entry("F64", "[3]", 0, 24))}"#,
      data: 24, .badDTypeNote("tensor 'a' cannot be 'complex128'")),
    Defect(
      "strings that are no JSON", #"{"__metadata__":{"decant.strings":"x"}}"#, .badStrings("expected an object")),
    Defect(
      "strings that are no base64",
      #"{"__metadata__":{"decant.strings":"{\"s\":{\"shape\":[],\"strings\":[\"?\"]}}"}}"#,
      .badStrings("an element is not base64"), tensor: "s"),
    Defect(
      "fewer strings than the shape says",
      #"{"__metadata__":{"decant.strings":"{\"s\":{\"shape\":[9223372036854775807],\"strings\":[\"\"]}}"}}"#,
      .badStrings("there is 1 string for the shape [9223372036854775807]"), tensor: "s"),
    Defect(
      "strings without a shape", #"{"__metadata__":{"decant.strings":"{\"s\":{\"strings\":[\"\"]}}"}}"#,
      .badStrings("'shape' or 'strings' is missing"), tensor: "s"),
    Defect(
      "strings under the name of a tensor",
      #"{"__metadata__":{"decant.strings":"{\"a\":{\"shape\":[0],\"strings\":[]}}"},"a":\#(entry("U8", "[1]", 0, 1))}"#,
      data: 1, .duplicateName, tensor: "a"),
  ]

  @Test("each is refused by name, with its place", arguments: defects)
  func refused(defect: Defect) throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(defect.bytes, to: "a.safetensors")
    let error = #expect(throws: WeightFileError.self) { try SafetensorsFile(path: path) }
    #expect(error?.reason == defect.reason)
    #expect(error?.tensor == defect.tensor)
    #expect(error?.file == path)
    if let offset = defect.offset { #expect(error?.offset == offset) }
    #expect(error?.category == .badData)
    #expect(error?.description.hasPrefix(path) == true)
  }

  @Test("files of fewer than 8 bytes have no header")
  func tiny() throws {
    let directory = try TemporaryDirectory()
    for count in 0..<8 {
      let path = try directory.write([UInt8](repeating: 0, count: count), to: "a.safetensors")
      #expect(throws: WeightFileError(.noHeader(byteCount: count), file: path)) { try SafetensorsFile(path: path) }
    }
  }

  @Test("a file cut at any byte throws and never traps")
  func truncated() throws {
    let directory = try TemporaryDirectory()
    let source = InMemoryTensorSource([try .init("a", .float32, [3], seed: 1), try .init("b", .qint8, [2], seed: 2)])
    let sink = try SafetensorsWriter(path: directory.file("whole"))
    let bytes = try Data(contentsOf: URL(filePath: try source.write(to: sink).temporaryPath))
    for end in 0..<bytes.count {
      let path = try directory.write(bytes.prefix(end), to: "cut")
      #expect(throws: WeightFileError.self, "cut at \(end)") { try SafetensorsFile(path: path) }
    }
  }

  @Test("a file that shrinks after it was opened is an error")
  func shrinks() throws {
    let directory = try TemporaryDirectory()
    let sink = try SafetensorsWriter(path: directory.file("a"))
    try InMemoryTensorSource([try .init("a", .float32, [300], seed: 1)]).write(to: sink).commit()
    let file = try SafetensorsFile(path: directory.file("a"))
    try FileHandle(forUpdating: URL(filePath: directory.file("a"))).truncate(atOffset: 500)
    #expect(throws: FileError.self) { try file.readAll(file.descriptors[0]) }
  }

  @Test("spaces behind the header, unknown fields and tensors in any order are healthy")
  func healthy() throws {
    let header =
      #"{"b":{"x":[{}],"shape":[],"dtype":"U8","data_offsets":[0,1]},"a":\#(Self.entry("I16", "[0,3]", 1, 1))}   "#
    let directory = try TemporaryDirectory()
    let path = try directory.write(Defect("", header, data: 1, .duplicateName).bytes, to: "a.safetensors")
    let file = try SafetensorsFile(path: path)
    #expect(file.descriptors.map(\.name) == ["a", "b"])
    #expect(try file.readAll(file.descriptors[1]) == [0])
    #expect(try file.readAll(file.descriptors[0]).isEmpty)
  }

  @Test("what safetensors has no dtype for is refused before anything is written")
  func refusedDTypes() throws {
    let directory = try TemporaryDirectory()
    let sink = try SafetensorsWriter(path: directory.file("a.safetensors"))
    for dtype in [DType.resource, .variant] {
      let descriptor = TensorDescriptor(name: "a", dtype: dtype, shape: .scalar, byteCount: dtype.byteCount ?? 0)
      #expect(sink.refusal(of: descriptor)?.text.contains("\(dtype)") == true)
    }
    let long = TensorDescriptor(name: "a", dtype: .string, shape: .scalar, byteCount: 20 << 20)
    #expect(sink.refusal(of: long)?.text.contains("16 MiB") == true)
    let pair = TensorDescriptor(
      name: "a", dtype: .complex128, shape: try Shape([Int](repeating: 1, count: 254)), byteCount: 16)
    #expect(sink.refusal(of: pair)?.text.contains("complex128") == true)
    // The header asks for the strings, and here gets none.
    let string = TensorDescriptor(name: "a", dtype: .string, shape: .scalar, byteCount: 0)
    #expect(sink.refusal(of: string) == nil)
    let error = #expect(throws: WeightFileError.self) { try sink.begin(SinkContents([string])) }
    #expect(error?.tensor == "a")
    #expect(error?.category == .cannotCreate)
  }
}
