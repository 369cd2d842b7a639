import Bytes
import Files
import Messages
import Tensors
import Testing
import TestSupport

@testable import WeightFiles

@Suite("Archives of numpy arrays")
struct NpzTests {
  @Test(
    "Every array reads as numpy reads it, in pieces of any length",
    arguments: [("stored.npz", "stored"), ("deflated.npz", "stored"), ("single.npy", "single")])
  func values(file: String, expected: String) throws {
    let source = try NpzFile(path: Fixture.path("npz/\(file)"))
    #expect(source.problems.isEmpty)
    try source.expectEqual(to: GoldenValues("npz/\(expected).json"))
  }

  @Test("Headers of versions 2 and 3 are read", arguments: ["version-2", "version-3"])
  func versions(name: String) throws {
    let source = try NpzFile(path: Fixture.path("npz/\(name).npy"))
    #expect(source.descriptors.map(\.name) == [name])
    #expect(try source.readAll(source.descriptors[0])[8] == 1)
  }

  @Test("A dictionary of arrays that was saved as one array of objects is read, and its cuts are refused")
  func objects() throws {
    let source = try NpzFile.open(Fixture.path("npz/objects.npy"))
    try source.expectEqual(to: GoldenValues("npz/objects.json"))
    #expect(source.format == "npy with Python objects" && source.metadata["scale"] == "2.0")
    let directory = try TemporaryDirectory()
    let bytes = try Fixture.bytes("npz/objects.npy")
    for count in [9, 11, 60, 127, 128, 200, bytes.count - 1] {
      let path = try directory.write(bytes.prefix(count), to: "cut.npy")
      #expect(throws: WeightFileError.self) { try NpzFile.open(path) }
    }
  }

  @Test("An array that is not a tensor is a separate problem that says what it is")
  func refused() throws {
    let source = try NpzFile(path: Fixture.path("npz/refused.npz"))
    #expect(source.descriptors.map(\.name) == ["good"])
    let found = source.problems.map { ($0.tensor, ($0.error as? WeightFileError)?.reason) }
    let expected: [(String, WeightFileDefect)] = [
      ("objects", .array(.objects)), ("structured", .array(.structured)),
      ("dates", .array(.unsupported("<M8[D]"))), ("brain", .array(.rawBytes("<V2"))),
      ("long", .array(.unsupported("<f16"))), ("notes.txt", .archive(.notAnArray)),
    ]
    #expect(found.map(\.0) == expected.map(\.0))
    #expect(found.map(\.1) == expected.map(\.1))
  }

  // MARK: - Headers

  private func header(_ text: String) throws -> NpyHeader {
    let count = UInt16(text.utf8.count)
    let bytes = NpyHeader.magic + [1, 0, UInt8(count & 0xff), UInt8(count >> 8)] + Array(text.utf8)
    var offset = 0
    return try NpyHeader { count in
      defer { offset += count }
      return Array(bytes.dropFirst(offset).prefix(count))
    }
  }

  @Test("A header is a dictionary in any spelling of Python's, and what it writes it reads")
  func headers() throws {
    let spellings = [
      "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }",
      "{'shape':(3L,4L),\"descr\":\"<f4\",'fortran_order':False}\n",
      "  { 'fortran_order' : False , 'descr' : '<f4' , 'shape' : ( 3 , 4 , ) , }  ",
    ]
    for text in spellings {
      let header = try header(text)
      #expect(header.shape.dimensions == [3, 4] && header.storage.dtype == .float32 && !header.isFortranOrder)
    }
    for dimensions in [[], [5], [2, 0, 3], Array(repeating: 1, count: 40)] {
      let bytes = try #require(NpyHeader.serialized("|b1", Shape(dimensions)))
      #expect(bytes.count.isMultiple(of: 64))
      #expect(try self.header(String(decoding: bytes.dropFirst(10), as: UTF8.self)).shape.dimensions == dimensions)
    }
  }

  @Test("A header that lies or makes no sense is refused")
  func badHeaders() throws {
    let cases: [(String, ArrayDefect)] = [
      ("{'descr': '<f4', 'fortran_order': False, 'shape': (-3,), }", .badShape(.negativeDimension(-3))),
      (
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }",
        .badShape(.tooManyElements([4_611_686_018_427_387_904, 4]))
      ),
      (
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }",
        .badHeader("an extent does not fit in 63 bits")
      ),
      ("{'descr': '|O', 'fortran_order': False, 'shape': (), }", .objects),
      ("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (), }", .structured),
      ("{'descr': '<f3', 'fortran_order': False, 'shape': (), }", .unsupported("<f3")),
      ("{'descr': '', 'fortran_order': False, 'shape': (), }", .unsupported("")),
      (
        "{'descr': '<U9999999999999999999', 'fortran_order': False, 'shape': (), }",
        .unsupported("<U9999999999999999999")
      ),
      ("{'descr': '<f4', 'shape': (), }", .badHeader("'descr', 'fortran_order' or 'shape' is missing")),
      ("{'descr': '<f4', 'descr': '<f4', }", .badHeader("'descr' occurs twice")),
      ("{'descr': '<f4', 'fortran_order': 0, 'shape': (), }", .badHeader("'fortran_order' is neither True nor False")),
      ("{'run': 'x', }", .badHeader("'run' is not a field of NumPy's header")),
      (
        "{'descr': '<f4', 'fortran_order': False, 'shape': (), } + exit()",
        .badHeader("something follows the dictionary")
      ),
    ]
    for (text, defect) in cases { #expect(throws: defect, "\(text)") { try header(text) } }
  }

  // MARK: - Archives

  @Test("The same tensors make the same archive, with the larger fields too", arguments: [Int(UInt32.max), 64])
  func writing(largeByteCount: Int) throws {
    let directory = try TemporaryDirectory()
    let source = try InMemoryTensorSource(
      [.init("a/b", .float32, [3, 5], seed: 1), .init("c", .bool, [], bytes: [1]), .init("é", .int64, [0], seed: 1)],
      metadata: ["decant.version": "1", "q": "\"é\n"])
    var files: [[UInt8]] = []
    for name in ["1.npz", "2.npz"] {
      let sink = try NpzWriter(path: directory.file(name), replacesExisting: false, largeByteCount: largeByteCount)
      try source.write(to: sink).commit()
      files.append(try Fixture.bytes(at: directory.file(name)))
    }
    #expect(files[0] == files[1])
    let read = try NpzFile(path: directory.file("1.npz"))
    #expect(read.metadata == source.metadata)
    #expect(read.descriptors.map(\.name) == source.descriptors.map(\.name))
    for descriptor in read.descriptors {
      #expect(try read.readAll(descriptor) == source.readAll(source.requireDescriptor(named: descriptor.name)))
    }
  }

  @Test("An array whose name is another in the directory is a problem, and not a member of another kind")
  func nameInTheDirectory() throws {
    let directory = try TemporaryDirectory()
    var bytes = try Fixture.bytes("npz/stored.npz")
    let name = try #require(bytes.indices.last { bytes[$0...].starts(with: Array("big/int16.npy".utf8)) })
    bytes[name + 12] ^= 4
    let source = try NpzFile(path: directory.write(bytes, to: "a.npz"))
    #expect(source.problems.map(\.tensor) == ["big/int16.np}"])
    #expect(source.problems.allSatisfy { $0.severity == .incomplete })
    #expect((source.problems.first?.error as? WeightFileError)?.reason == .archive(.noLocalHeader))
  }

  @Test("Metadata of Decant that changed are a problem, even where the checksum is right", arguments: 0..<3)
  func changedMetadata(row: Int) throws {
    let directory = try TemporaryDirectory()
    let sink = try NpzWriter(path: directory.file("a.npz"))
    let source = InMemoryTensorSource([try .init("a", .int8, [], bytes: [1])], metadata: ["a": "b"])
    try source.write(to: sink).commit()
    var bytes = try Fixture.bytes(at: directory.file("a.npz"))
    let (found, changed) = [(#"{"a":"b"}"#, #"{"a""b"}"#), (#"{"a":"b"}"#, #"z"a":"b"}"#), ("|u1", "|i1")][row]
    let range = try #require(bytes.firstRange(of: Array(found.utf8)))
    bytes.replaceSubrange(range, with: Array(changed.utf8) + Array(repeating: 0x7d, count: found.count - changed.count))
    ChecksumRepair.repairArchive(&bytes)
    let read = try NpzFile(path: directory.write(bytes, to: "b.npz"))
    #expect(read.metadata.isEmpty)
    #expect(read.descriptors.map(\.name) == ["a"])
    #expect(read.problems.map(\.tensor) == ["__metadata__"])
    #expect(read.problems.allSatisfy { $0.severity == .incomplete })
  }

  @Test(
    "A tensor that numpy cannot hold, or whose name would lead out of a folder, is refused",
    arguments: [
      ("a", DType.bfloat16), ("a", .string), ("a", .qint8), ("a", .int4), ("__metadata__", .uint8), ("", .uint8),
      ("/etc/a", .uint8), ("a/../b", .uint8), ("a\0b", .uint8), ("a\\b", .uint8), ("a\u{1b}", .uint8),
    ])
  func refusals(name: String, dtype: DType) throws {
    let directory = try TemporaryDirectory()
    defer { withExtendedLifetime(directory) {} }
    let sink = try NpzWriter(path: directory.file("a.npz"))
    #expect(sink.refusal(of: TensorDescriptor(name: name, dtype: dtype, shape: .scalar, byteCount: 1)) != nil)
    #expect(sink.refusal(of: TensorDescriptor(name: "a/b..c", dtype: .uint8, shape: .scalar, byteCount: 1)) == nil)
  }

  private func look(_ bytes: [UInt8], _ directory: TemporaryDirectory) throws {
    let path = try directory.write(bytes, to: "a.npz")
    do { try NpzFile(path: path).readEverything(upTo: 1 << 20) } catch is any DecantError {}
  }

  /// Small enough to be damaged at every byte.
  private func smallArchive(_ directory: TemporaryDirectory) throws -> [UInt8] {
    let sink = try NpzWriter(path: directory.file("small.npz"))
    let source = InMemoryTensorSource([try .init("a", .float32, [2], seed: 1), try .init("b", .int8, [3], seed: 2)])
    try source.write(to: sink).commit()
    return try Fixture.bytes(at: directory.file("small.npz"))
  }

  @Test("An archive cut at any byte, or with a bit flipped anywhere, throws or is read and never traps")
  func damaged() throws {
    let directory = try TemporaryDirectory()
    let bytes = try smallArchive(directory)
    for end in bytes.indices { try look(Array(bytes[..<end]), directory) }
    for position in bytes.indices {
      for bit in [0, 4, 7] as [UInt8] {
        var changed = bytes
        changed[position] ^= 1 << bit
        try look(changed, directory)
      }
    }
    let deflated = try Fixture.bytes(at: Fixture.path("npz/deflated.npz"))
    for position in stride(from: 0, to: deflated.count, by: 23) {
      var changed = deflated
      changed[position] ^= 0x55
      try look(changed, directory)
    }
  }

  @Test("A changed element shows in the CRC-32, unless checksums are off")
  func checksum() throws {
    let directory = try TemporaryDirectory()
    var bytes = try smallArchive(directory)
    let source = try NpzFile(path: directory.file("small.npz"))
    let place = try #require(source.descriptors[0].location?.offset)
    bytes[place] ^= 1
    let path = try directory.write(bytes, to: "changed.npz")
    let error = #expect(throws: WeightFileError.self) {
      let changed = try NpzFile(path: path)
      _ = try changed.readAll(changed.descriptors[0])
    }
    guard case .archive(.checksum) = error?.reason else { throw try #require(error) }
    let unchecked = try NpzFile(path: path, options: ReadOptions(verifiesChecksums: false))
    #expect(try unchecked.readAll(unchecked.descriptors[0]).count == 8)
  }

  @Test(
    "An end record that leads past its directory is refused, and one whose zeros would make an archive of nothing",
    arguments: [
      // Both counts of members and half of the directory's length.
      (10, [0, 0, 0, 0], nil), (16, [0xff, 0xff, 0xff, 0x7f], .directoryPastEnd),
      (10, [9, 0], .memberCount(declared: 9, found: 2)),
    ] as [(Int, [UInt8], ArchiveDefect?)])
  func endRecords(place: Int, values: [UInt8], defect: ArchiveDefect?) throws {
    let directory = try TemporaryDirectory()
    var bytes = try smallArchive(directory)
    let start = bytes.count - 22
    let directoryByteCount = Int(bytes.littleEndian32(at: start + 12))
    bytes.replaceSubrange(start + place..<start + place + values.count, with: values)
    let path = try directory.write(bytes, to: "changed.npz")
    let error = #expect(throws: WeightFileError.self) { try NpzFile(path: path) }
    #expect(error?.reason == .archive(defect ?? .directoryGap(byteCount: directoryByteCount)))
  }

  @Test("A member that declares what it cannot hold is refused before memory is taken")
  func bombs() throws {
    let directory = try TemporaryDirectory()
    let bytes = try smallArchive(directory)
    // The sizes in the central directory, which is what readers go by.
    let start = try #require((0..<bytes.count - 4).first { bytes.littleEndian32(at: $0) == ZipArchive.memberSignature })
    var changed = bytes
    for index in 24..<28 { changed[start + index] = 0x7f }
    let path = try directory.write(changed, to: "bomb.npz")
    let error = #expect(throws: WeightFileError.self) { try NpzFile(path: path) }
    #expect(
      error?.reason == .archive(.impossibleSize("a.npy", declared: 0x7f7f_7f7f, stored: Int(bytes[start + 20]))))
    #expect(throws: WeightFileError.self) {
      // Two members of the same bytes.
      var changed = bytes
      let second = try #require(
        (start + 4..<bytes.count - 4).first { bytes.littleEndian32(at: $0) == ZipArchive.memberSignature })
      for index in 42..<46 { changed[second + index] = changed[start + index] }
      _ = try NpzFile(path: directory.write(changed, to: "overlap.npz"))
    }
  }
}
