import CDecant
import CInterface
import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing
import WeightFiles

/// The functions of `decant.h`, called as C calls them.
@Suite("The C interface")
struct CInterfaceTests {
  /// The choice of `libdecant.so` would be that of all tests in this process.
  init() { HDF5Program.useFork() }

  private typealias Text = UnsafeMutablePointer<CChar>

  private struct Failure: Error {
    let status: Int32
    let message: String
  }

  /// Calls a function that may fail.
  private func call(_ body: (UnsafeMutablePointer<Text?>) -> decant_status) throws {
    var message: Text?
    let status = unsafe body(&message)
    defer { unsafe decant_free(message) }
    guard status != DECANT_OK else { return }
    throw Failure(status: status, message: unsafe String(cString: try #require(message)))
  }

  /// The failure of a call that must fail.
  private func failure(_ body: (UnsafeMutablePointer<Text?>) -> decant_status) throws -> Failure {
    try #require(throws: Failure.self) { try unsafe call(body) }
  }

  /// A text that a function allocates.
  private func text(_ body: (UnsafeMutablePointer<Text?>, UnsafeMutablePointer<Text?>) -> decant_status) throws
    -> String
  {
    var text: Text?
    try unsafe call { message in unsafe body(&text, message) }
    defer { unsafe decant_free(text) }
    return unsafe String(cString: try #require(text))
  }

  private struct Description: Decodable {
    struct Tensor: Decodable {
      let name: String
      let dtype: String
      let shape: [Int]
      let bytes: Int
    }
    let format: String
    let metadata: [String: String]
    let problems: [String]
    let tensors: [Tensor]
  }

  private func withSource<Result>(
    _ path: String, options: String? = nil, _ body: (OpaquePointer, Description) throws -> Result
  ) throws -> Result {
    var source: OpaquePointer?
    try unsafe call { message in unsafe decant_open(path, options, &source, message) }
    defer { unsafe decant_close(source) }
    let json = try unsafe text { json, message in unsafe decant_describe(source, json, message) }
    return try unsafe body(#require(source), JSONDecoder().decode(Description.self, from: Data(json.utf8)))
  }

  private func bytes(of index: Int, _ source: OpaquePointer, count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    try unsafe bytes.withUnsafeMutableBytes { room in
      try unsafe call { message in
        unsafe decant_read(source, UInt64(index), room.baseAddress, room.count, nil, nil, message)
      }
    }
    return bytes
  }

  private static let scenes = Scenes.checkpoint

  @Test("describes a checkpoint and reads every tensor")
  func reads() throws {
    let expected = try TensorFile.open(Self.scenes)
    try unsafe withSource(Self.scenes) { source, description in
      #expect(description.format == "TensorFlow V1 checkpoint")
      #expect(description.tensors.map(\.name) == expected.descriptors.map(\.name))
      for (index, tensor) in description.tensors.enumerated() {
        let descriptor = expected.descriptors[index]
        #expect(tensor.dtype == descriptor.dtype.name && tensor.shape == descriptor.shape.dimensions)
        let found = try unsafe bytes(of: index, source, count: tensor.bytes)
        let stored = try expected.readAll(descriptor)
        #expect(found == stored)
      }
    }
  }

  @Test("shows a source as a conversion would write it")
  func converts() throws {
    try unsafe withSource(Self.scenes, options: #"{"names": "pytorch", "match": "Conv2d_1a"}"#) { _, description in
      #expect(description.tensors.contains { $0.name == "Conv2d_1a_3x3.bn.bias" })
    }
  }

  @Test("reads quantized tensors as they are stored or as they count, and code only when asked")
  func readingOptions() throws {
    let quantized = Fixture.path("gguf/quantized.gguf")
    let stored = try unsafe withSource(quantized) { $1.tensors.map(\.dtype) }
    let dequantized = try unsafe withSource(quantized, options: #"{"dequantize": true}"#) { $1.tensors.map(\.dtype) }
    #expect(Set(stored) == ["uint8", "float32"] && Set(dequantized) == ["float32"])
    let pickle = Fixture.path("pytorch/trainer.ckpt")
    var source: OpaquePointer?
    let refused = try unsafe failure { unsafe decant_open(pickle, nil, &source, $0) }
    #expect(refused.status == DECANT_BAD_DATA)
    try unsafe withSource(pickle, options: #"{"ignore_code": true}"#) { _, description in
      #expect(description.tensors.contains { $0.name == "numpy array" && $0.shape == [2, 3] })
    }
  }

  @Test("writes arrays and strings that it reads again")
  func writes() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/out.ckpt"
    let (values, words): ([Float], [UInt8]) = ([1, -2, 0.5], Array("manred".utf8))
    let (shape, ends): ([Int64], [UInt64]) = ([3], [3, 3, 6])
    try unsafe values.withUnsafeBytes { values in
      try unsafe words.withUnsafeBytes { words in
        try unsafe shape.withUnsafeBufferPointer { shape in
          try unsafe ends.withUnsafeBufferPointer { ends in
            try unsafe "numbers".withCString { numbers in
              try unsafe "words".withCString { text in
                try unsafe "float32".withCString { float in
                  try unsafe "string".withCString { string in
                    let arrays = unsafe [
                      decant_array(
                        name: numbers, name_length: 7, dtype: float, shape: shape.baseAddress, rank: 1,
                        bytes: values.baseAddress, byte_count: 12, ends: nil),
                      decant_array(
                        name: text, name_length: 5, dtype: string, shape: shape.baseAddress, rank: 1,
                        bytes: words.baseAddress, byte_count: 6, ends: ends.baseAddress),
                    ]
                    try unsafe call { unsafe decant_write(path, arrays, 2, nil, nil, nil, $0) }
                    // A file that is there stays.
                    let again = try unsafe failure { unsafe decant_write(path, arrays, 2, nil, nil, nil, $0) }
                    #expect(again.status == DECANT_CANNOT_CREATE)
                  }
                }
              }
            }
          }
        }
      }
    }
    let written = try TensorFile.open(path)
    #expect(try written.readArray(of: Float.self, named: "numbers") == values)
    try unsafe withSource(path) { source, description in
      #expect(description.tensors.map(\.name) == ["numbers", "words"])
      var (text, ends, count): (Text?, UnsafeMutablePointer<UInt64>?, UInt64) = (nil, nil, 0)
      try unsafe call { unsafe decant_read_strings(source, 1, &text, &ends, &count, $0) }
      defer {
        unsafe decant_free(text)
        unsafe decant_free(ends)
      }
      let found = (0..<Int(count)).map { unsafe ends?[$0] }
      #expect(found == [3, 3, 6])
      let letters = (0..<6).map { UInt8(bitPattern: unsafe text?[$0] ?? 0) }
      #expect(letters == words)
    }
  }

  @Test("stops where the caller asks for it, and leaves nothing")
  func cancels() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/out.safetensors"
    let stopped = try unsafe failure { message in
      unsafe decant_convert(Self.scenes, path, nil, { _ in 1 }, nil, nil, message)
    }
    #expect(stopped.status == DECANT_CANCELLED)
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == [])
  }

  @Test("converts, with a report")
  func reports() throws {
    let directory = try TemporaryDirectory()
    let path = directory.path + "/out.safetensors"
    let json = try unsafe text { report, message in
      unsafe decant_convert(Self.scenes, path, #"{"names": "keep"}"#, nil, nil, report, message)
    }
    #expect(json.contains("\"tensors\""))
    #expect(try TensorFile.open(path).descriptors.count == TensorFile.open(Self.scenes).descriptors.count)
  }

  @Test("captions a picture")
  func captions() throws {
    var captioner: OpaquePointer?
    try unsafe call { unsafe decant_captioner_open(Self.scenes, #"{"threads": 1}"#, &captioner, $0) }
    defer { unsafe decant_captioner_close(captioner) }
    let picture = Fixture.path("scenes/images/scene-01.jpg")
    let json = try unsafe text { json, message in
      unsafe decant_caption(captioner, picture, nil, 0, #"{"beams": 2}"#, json, message)
    }
    struct Caption: Decodable { let text: String }
    #expect(try JSONDecoder().decode([Caption].self, from: Data(json.utf8)).count == 2)
    let bytes = try [UInt8](Data(contentsOf: URL(filePath: picture)))
    let same = try unsafe text { json, message in
      unsafe decant_caption(captioner, "a picture", bytes, bytes.count, #"{"beams": 2}"#, json, message)
    }
    #expect(same == json)
  }

  @Test("refuses calls that make no sense, with the reason")
  func refuses() throws {
    var source: OpaquePointer?
    let missing = try unsafe failure { unsafe decant_open(nil, nil, &source, $0) }
    #expect(missing.status == DECANT_USAGE && missing.message.contains("'path' is null"))
    let absent = try unsafe failure { unsafe decant_open("/nothing/here", nil, &source, $0) }
    #expect(absent.status == DECANT_NO_INPUT)
    for options in ["[]", "{", #"{"verfy": true}"#, #"{"verify": "yes"}"#, #"{"names": "french"}"#] {
      let refused = try unsafe failure { unsafe decant_open(Self.scenes, options, &source, $0) }
      #expect(refused.status == DECANT_USAGE, "\(options): \(refused.message)")
    }
    let nothing = unsafe source == nil
    #expect(nothing)
    try unsafe withSource(Self.scenes) { source, description in
      #expect(
        try unsafe failure { unsafe decant_read(source, 100_000, nil, 0, nil, nil, $0) }.message.contains("100000"))
      #expect(try unsafe failure { unsafe decant_read(source, 0, nil, 3, nil, nil, $0) }.status == DECANT_USAGE)
      var (text, ends, count): (Text?, UnsafeMutablePointer<UInt64>?, UInt64) = (nil, nil, 0)
      let notStrings = try unsafe failure { unsafe decant_read_strings(source, 0, &text, &ends, &count, $0) }
      #expect(notStrings.message.contains("decant_read"))
    }
    decant_close(nil)
    decant_captioner_close(nil)
    decant_free(nil)
    #expect(decant_interface_version() == DECANT_INTERFACE_VERSION)
    let version = try unsafe String(cString: #require(decant_version()))
    #expect(version.contains("."))
  }

  @Test("decant.h declares exactly these functions; removing or changing one needs a new interface version")
  func symbols() throws {
    let header = try String(
      contentsOfFile: Fixture.packageRoot.appending(path: "Sources/Library/CDecant/include/decant.h").path(),
      encoding: .utf8)
    let names = Set(header.matches(of: /\b(decant_\w+)\(/).map { String($0.1) })
    #expect(
      names.sorted() == [
        "decant_caption", "decant_captioner_close", "decant_captioner_open", "decant_close", "decant_convert",
        "decant_describe", "decant_free", "decant_interface_version", "decant_open", "decant_read",
        "decant_read_strings", "decant_set_program", "decant_version", "decant_write",
      ])
  }
}
