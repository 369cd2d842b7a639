import Bytes
import Foundation
import Messages
import Tensors
import TestSupport
import Testing

@testable import WeightFiles

/// The two formats, each with how it is written and read.
struct Format: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let fileName: String
  let sink: @Sendable (String) throws -> any TensorSink
  let source: @Sendable (String) throws -> any TensorSource

  static let all: [Format] = [
    Format(testDescription: "safetensors", fileName: "a.safetensors") {
      try SafetensorsWriter(path: $0)
    } source: {
      try SafetensorsFile(path: $0)
    },
    Format(testDescription: "HDF5", fileName: "a.h5") {
      try HDF5Writer(path: $0)
    } source: {
      try HDF5File(path: $0)
    },
    Format(testDescription: "HDF5 compressed", fileName: "a.h5") {
      try HDF5Writer(path: $0, compression: 6)
    } source: {
      try HDF5File(path: $0)
    },
  ]
}

extension Format {
  /// With those that refuse some dtypes and names.
  static let everyOne: [Format] =
    all + [
      Format(testDescription: "npz", fileName: "a.npz") {
        try NpzWriter(path: $0)
      } source: {
        try NpzFile(path: $0)
      },
      Format(testDescription: "PyTorch", fileName: "a.pth") {
        try PyTorchWriter(path: $0)
      } source: {
        try PyTorchFile.open($0)
      },
      Format(testDescription: "PyTorch, as if above 4 GiB", fileName: "b.pth") {
        try PyTorchWriter(path: $0, replacesExisting: false, largeByteCount: 64)
      } source: {
        try PyTorchFile.open($0)
      },
    ]
}

@Suite("What is written is read back")
struct RoundTripTests {
  @Test("every dtype that a format takes comes back with its bits, its dtype and its shape", arguments: Format.everyOne)
  func everyDType(format: Format) throws {
    let directory = try TemporaryDirectory()
    let sink = try format.sink(directory.file(format.fileName))
    var tensors: [InMemoryTensorSource.Tensor] = []
    for (index, dtype) in DType.allCases.enumerated() where dtype.byteCount != nil {
      for (shape, dimensions) in ["scalar": [], "vector": [7], "empty": [3, 0, 5], "cube": [3, 5, 37]] {
        let tensor = try InMemoryTensorSource.Tensor("\(dtype)/\(shape)", dtype, dimensions, seed: UInt64(index))
        let descriptor = TensorDescriptor(
          name: tensor.name, dtype: dtype, shape: tensor.shape, byteCount: tensor.bytes.count)
        if sink.refusal(of: descriptor) == nil { tensors.append(tensor) }
      }
    }
    #expect(tensors.count == 4 * (format.fileName == "a.npz" ? 14 : 30))
    try check(InMemoryTensorSource(tensors, metadata: ["decant.version": "1", "a": "é\n\"\\\u{1}"]), format)
  }

  @Test("pieces of any size give the same file", arguments: Format.everyOne, [16, 100, 4096, 1 << 22])
  func pieces(format: Format, pieceByteCount: Int) throws {
    let source = InMemoryTensorSource([
      try .init("a", .float32, [301, 401], seed: 1), try .init("b", .complex64, [5], seed: 2),
      try .init("c", .float64, [2, 3, 1, 7000], seed: 3), try .init("d", .int8, [], seed: 4),
    ])
    try check(source, format, pieceByteCount: pieceByteCount)
  }

  @Test("the same tensors give the same bytes, at any time", arguments: Format.all)
  func deterministic(format: Format) throws {
    let source = InMemoryTensorSource(
      [
        try .init("x/y/a", .float32, [300, 40], seed: 1), try .init("x/b", .qint8, [5], seed: 2),
        try .init("x/c", .bool, [5], bytes: [0, 1, 1, 0, 1]),
      ], metadata: Dictionary(uniqueKeysWithValues: (0..<20).map { ("key \($0)", "value") }))
    let directory = try TemporaryDirectory()
    let files = try ["1", "2"].map { (name: String) in
      let path = directory.file(name)
      let sink = try format.sink(path)
      try source.write(to: sink).commit()
      // HDF5 records times in whole seconds, if it records any.
      Thread.sleep(forTimeInterval: 1.1)
      return try Data(contentsOf: URL(filePath: path))
    }
    #expect(files[0] == files[1])
  }

  @Test(
    "names that HDF5 cannot hold as paths come back",
    arguments: [
      ["a", "a/b", "a/b/c"], ["/a", "a", "a/", "//", "/"], ["a/./b", "a/../b", ".", "..", "..."],
      ["%", "%25", "a%", "a%/b", "a"],
      ["a\u{0}b", "a", "a\u{0}", "a%00", "\u{0}", "a\u{0}/b", "a\u{0} "],
      ["é", "e\u{301}", "日本/語", "\u{1f600}"], [""],
    ])
  func names(names: [String]) throws {
    let tensors = try names.enumerated().map { try InMemoryTensorSource.Tensor($1, .int32, [3], seed: UInt64($0)) }
    for format in Format.all { try check(InMemoryTensorSource(tensors), format) }
  }

  @Test("strings of any bytes come back")
  func strings() throws {
    let source = InMemoryTensorSource([
      try .init("text", [2, 2], strings: ["a", "", "zwei", "drei\n"].map { Array($0.utf8) }),
      try .init("bytes", [3], strings: [[0xff, 0xfe], [], [0x80]]),
      try .init("zeros", [3], strings: [[0], [], [1, 0, 2, 0]]),
      try .init("one", [], strings: [Array(repeating: 65, count: 100_000)]),
      try .init("none", [0], strings: []),
      try .init("number", .float32, [2], seed: 1),
    ])
    for format in Format.all { try check(source, format) }
  }

  @Test("no tensors at all make a file", arguments: Format.everyOne)
  func nothing(format: Format) throws {
    try check(InMemoryTensorSource([]), format)
  }

  @Test("metadata beyond 64 KiB comes back", arguments: Format.everyOne)
  func longMetadata(format: Format) throws {
    let words = JSONText.array((0..<12_000).map { "word\($0)" })
    try check(InMemoryTensorSource([], metadata: ["decant.vocabulary": words]), format)
  }

  private func check(_ source: InMemoryTensorSource, _ format: Format, pieceByteCount: Int = 1000) throws {
    let directory = try TemporaryDirectory()
    let path = directory.file(format.fileName)
    let sink = try format.sink(path)
    let finished = try source.write(to: sink, pieceByteCount: pieceByteCount)
    #expect(!FileManager.default.fileExists(atPath: path))
    #expect(FileManager.default.fileExists(atPath: finished.temporaryPath))
    try finished.commit()
    #expect(try directory.entries() == [format.fileName])
    let back = try format.source(path)
    #expect(back.metadata == source.metadata)
    #expect(back.descriptors.count == source.descriptors.count)
    for (found, expected) in zip(back.descriptors, source.descriptors) {
      #expect(found.name.equalsInBytes(expected.name))
      #expect((found.dtype, found.shape) == (expected.dtype, expected.shape), "\(expected.name)")
      if expected.dtype == .string {
        #expect(try back.readStrings(found) == source.readStrings(expected), "\(expected.name)")
      } else {
        #expect(found.byteCount == expected.byteCount)
        #expect(try back.readAll(found) == source.readAll(expected), "\(expected.name)")
        var pieces: [UInt8] = []
        try back.read(found, maximumByteCount: 100) { piece in
          #expect(piece.byteCount <= 100)
          pieces += [UInt8](piece)
        }
        #expect(try pieces == source.readAll(expected), "\(expected.name)")
      }
    }
  }
}
