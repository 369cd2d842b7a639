import Foundation
import Messages
import Tensors
import TestSupport
import Testing

@testable import WeightFiles

@Suite("Damaged GGUF models")
struct GGUFDefectTests {
  private func path(_ name: String) -> String { Fixture.path("gguf/bad/\(name).gguf") }

  /// What a file of `bad/` is refused with.
  fileprivate static let refusals: [(String, GGUFDefect)] = [
    ("magic", .noMagic), ("version-99", .version(99)), ("version-0", .version(0)), ("version-1", .version(1)),
    ("tensor-count", .pastEnd(what: "the list of tensors", needed: .max, left: 118)),
    ("value-type", .valueType(key: "k", 13)), ("array-type", .valueType(key: "k", 99)),
    ("key-twice", .repeatedKey("general.architecture")), ("nested-1000", .tooDeep(key: "k", limit: 8)),
    ("alignment-0", .alignment("0")), ("alignment-24", .alignment("24")),
    ("alignment-string", .alignment("'32', a string")),
    ("alignment-uint64", .alignment("'32', a uint64")), ("cut-0", .noMagic), ("cut-3", .noMagic),
  ]

  @Test("A damaged structure is refused with its reason", arguments: refusals)
  func refused(name: String, defect: GGUFDefect) throws {
    let error = #expect(throws: WeightFileError.self) { try GGUFFile.open(path(name)) }
    guard case .pastEnd = defect else {
      #expect(error?.reason == .gguf(defect))
      return
    }
    guard case .gguf(.pastEnd) = error?.reason else { throw try #require(error) }
  }

  @Test(
    "A count or a length beyond the file, and a file that is cut, is refused at its place",
    arguments: [
      "tensor-count", "tensor-count-max", "value-count", "value-count-max", "key-length", "string-length",
      "string-length-max", "name-length", "array-length", "array-length-max", "array-of-strings-length",
      "array-of-arrays-length", "dimensions-2-32", "cut-4", "cut-6", "cut-8", "cut-20", "cut-24", "cut-28", "cut-40",
      "cut-54", "cut-60", "cut-66", "cut-120",
    ])
  func pastEnd(name: String) throws {
    let error = #expect(throws: WeightFileError.self) { try GGUFFile.open(path(name)) }
    guard case .gguf(.pastEnd) = error?.reason else { throw try #require(error) }
    #expect(error?.offset != nil)
    #expect(error?.category == .badData)
  }

  /// The tensor with a problem in a file of `bad/`, and those that are still read.
  fileprivate static let flaws: [(String, String, WeightFileDefect, [String])] = [
    ("dimension-2-60", "a", .strided(.pastEnd(needed: 1 << 60, stored: 8)), []),
    ("dimension-2-63", "a", .gguf(.extent(1 << 63)), []),
    ("dimensions-overflow", "a", .badShape(.tooManyElements([1, 1 << 32, 1 << 32])), []),
    ("dimensions-overflow-bytes", "a", .strided(.tooManyElements), []),
    (
      "row-partial", "a", .gguf(.partialBlock(type: "Q8_0", rowElementCount: 33, blockElementCount: 32)), []
    ),
    ("row-overflow", "a", .badShape(.tooManyElements([Int.max - 31])), []),
    ("type-99", "a", .gguf(.tensorType(99)), []), ("type-4", "a", .gguf(.tensorType(4)), []),
    ("type-max", "a", .gguf(.tensorType(.max)), []),
    ("offset-outside", "b", .gguf(.dataOffset(1024, fileByteCount: 224)), ["a"]),
    ("offset-end", "b", .strided(.pastEnd(needed: 8, stored: 0)), ["a"]),
    ("offset-max", "b", .gguf(.dataOffset(.max - 31, fileByteCount: 224)), ["a"]),
    ("offset-overlap", "b", .gguf(.overlap("a")), ["a", "b"]), ("offset-same", "b", .gguf(.overlap("a")), ["a", "b"]),
    ("name-twice", "a", .duplicateName, ["a"]), ("cut-223", "b", .strided(.pastEnd(needed: 8, stored: 7)), ["a"]),
    ("no-padding", "a", .gguf(.dataOffset(0, fileByteCount: 103)), []),
    ("cut-160", "a", .strided(.pastEnd(needed: 8, stored: 0)), []),
    ("alignment-2-31", "a", .gguf(.dataOffset(0, fileByteCount: 128)), []),
  ]

  @Test("A damaged tensor is a problem with its reason, and the others are read", arguments: flaws)
  func problems(name: String, tensor: String, reason: WeightFileDefect, others: [String]) throws {
    do {
      let source = try GGUFFile.open(path(name))
      #expect(source.descriptors.map(\.name) == others)
      let found = source.problems.map { ($0.tensor, ($0.error as? WeightFileError)?.reason) }
      #expect(found.map(\.0) == [tensor])
      #expect(found.map(\.1) == [reason])
      for descriptor in source.descriptors { #expect(try source.readAll(descriptor).count == descriptor.byteCount) }
    } catch let error as WeightFileError {
      #expect(others.isEmpty)
      #expect(error.reason == reason)
      #expect(error.tensor == tensor)
    }
  }

  @Test(
    "What is odd but unambiguous is read",
    arguments: [
      ("bool", ["a"]), ("key-utf8", ["a"]), ("key-empty", ["a"]), ("value-utf8", ["a"]), ("dimensions-5", ["a"]),
      ("dimension-zero", ["a"]), ("offset-unaligned", ["a", "b"]), ("name-empty", [""]), ("name-utf8", ["a\\xff"]),
      ("name-nul", ["a\0b"]), ("name-sideways", ["../../a\u{1b}[31m"]),
      ("name-100", [String(repeating: "a", count: 100)]),
    ])
  func odd(name: String, names: [String]) throws {
    let source = try GGUFFile.open(path(name))
    #expect(source.descriptors.map(\.name) == names)
    for descriptor in source.descriptors { #expect(try source.readAll(descriptor).count == descriptor.byteCount) }
  }

  @Test("Every file of bad/ is read or refused within a second")
  func everyFile() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: Fixture.path("gguf/bad")).filter {
      $0.hasSuffix(".gguf")
    }
    #expect(names.count == 71)
    for name in names {
      let time = ContinuousClock().measure {
        for dequantizes in [false, true] {
          do {
            let options = ReadOptions(dequantizes: dequantizes)
            try GGUFFile.open(Fixture.path("gguf/bad/\(name)"), options: options).readEverything(upTo: 1 << 20)
          } catch is any DecantError {
          } catch {
            Issue.record("\(name): \(error)")
          }
        }
      }
      #expect(time < .seconds(60), "\(name)")
    }
  }

  @Test("A model cut at any byte, or with a bit flipped anywhere, throws or is read and never traps")
  func damaged() throws {
    let directory = try TemporaryDirectory()
    func look(_ bytes: [UInt8]) throws {
      let path = try directory.write(bytes, to: "a.gguf")
      do {
        try GGUFFile.open(path, options: ReadOptions(dequantizes: true)).readEverything(upTo: 1 << 20)
      } catch is any DecantError {}
    }
    let bytes = try Fixture.bytes("gguf/quantized.gguf")
    for end in bytes.indices { try look(Array(bytes[..<end])) }
    for position in bytes.indices.prefix(560) {
      for bit in [0, 4, 7] as [UInt8] {
        var changed = bytes
        changed[position] ^= 1 << bit
        try look(changed)
      }
    }
  }

  @Test("A list of 10,000 tensors opens at once")
  func many() throws {
    let directory = try TemporaryDirectory()
    let sink = try GGUFWriter(path: directory.file("a.gguf"))
    try InMemoryTensorSource(
      (0..<10_000).map { try .init("layer.\($0).weight", .float32, [2, 2], seed: UInt64($0)) }
    ).write(to: sink).commit()
    var count = 0
    let time = try ContinuousClock().measure { count = try GGUFFile.open(directory.file("a.gguf")).descriptors.count }
    #expect(count == 10_000)
    #expect(time < .seconds(60))
  }

  @Test("Bytes that a text program replaced show in a length, in either byte order")
  func replacedBytes() throws {
    let directory = try TemporaryDirectory()
    // The length of the name has a byte that is not UTF-8.
    let source = InMemoryTensorSource([try .init(String(repeating: "n", count: 200), .int8, [4], seed: 1)])
    try source.write(to: GGUFWriter(path: directory.file("a.gguf"))).commit()
    let text = String(decoding: try Fixture.bytes(at: directory.file("a.gguf")), as: UTF8.self)
    let path = try directory.write(Array(text.utf8), to: "b.gguf")
    let error = try #require(throws: WeightFileError.self) { try GGUFFile.open(path) }
    #expect(error.reason == .gguf(.replacedBytes(what: "a tensor's name")))
    // A length that is wrong in another way.
    var cut = try Fixture.bytes(at: directory.file("a.gguf"))
    let place = try #require(cut.indices.first { cut[$0] == 200 })
    cut[place + 1] = 0xff
    let other = try #require(throws: WeightFileError.self) {
      try GGUFFile.open(directory.write(cut, to: "c.gguf"))
    }
    guard case .gguf(.pastEnd) = other.reason else { Issue.record("\(other)"); return }
  }
}
