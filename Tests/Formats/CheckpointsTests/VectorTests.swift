import Checkpoints
import Messages
import SSTable
import Tensors
import TestSupport
import Testing

/// Tables of a few hundred bytes, remade entry by entry, for looking at every byte.
@Suite("Small checkpoints, byte by byte")
struct VectorTests {
  let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  private static func bytes(_ hexadecimal: String) -> [UInt8] {
    let digits = hexadecimal.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
  }

  /// `a` float32 [2], `p` float32 [3, 2] in two slices of rows, `s` string [2], `t` int64, `z` float32 [0, 3].
  private static let index: [TableBuilder.Entry] = [
    ([], bytes("08011a020801")),
    (bytes("0070000101028082807f"), bytes("0801120812020802120208022008281035fa8bbbef")),
    (bytes("0070000101028281807f"), bytes("0801120812020801120208022018280835dc6682bf")),
    (Array("a".utf8), bytes("0801120412020802280835593ce535")),
    (Array("p".utf8), bytes("0801120812020803120208023a060a0210020a003a080a04080210010a00")),
    (Array("s".utf8), bytes("080712041202080220202808359e9e48ed")),
    (Array("t".utf8), bytes("080912002028280835cdbdd735")),
    (Array("z".utf8), bytes("08011206120012020803203035d8ea82a2")),
  ]

  private static let data = bytes(
    "0000803f00000040 00002041000030410000a0410000a841 0000f0410000f841 020078270b346869 fbffffffffffffff")

  private static let values: [String: [UInt8]] = [
    "a": bytes("0000803f00000040"), "p": bytes("00002041000030410000a0410000a8410000f0410000f841"),
    "t": bytes("fbffffffffffffff"), "z": [],
  ]

  /// `b` bool [2], `g` int64, `h` float16 [1], `n` int32 [2], `p` float32 [3, 2] in two slices, `z` float32 [0, 3].
  private static let v1: [TableBuilder.Entry] = {
    func field(_ number: UInt8, _ payload: [UInt8]) -> [UInt8] { [number << 3 | 2, UInt8(payload.count)] + payload }
    func dimensions(_ sizes: [UInt8]) -> [UInt8] { sizes.flatMap { field(2, $0 == 0 ? [] : [0x08, $0]) } }
    func meta(_ name: String, _ dtype: UInt8, _ sizes: [UInt8], _ slices: [[UInt8]]) -> [UInt8] {
      field(
        1, field(1, Array(name.utf8)) + field(2, dimensions(sizes)) + [0x18, dtype] + slices.flatMap { field(4, $0) })
    }
    let whole: [UInt8] = [0x0a, 0x00]
    let rows: [[UInt8]] = [[0x0a, 2, 0x10, 2, 0x0a, 0], [0x0a, 4, 0x08, 2, 0x10, 1, 0x0a, 0]]
    let metas =
      meta("b", 10, [2], [whole]) + meta("g", 9, [], [[]]) + meta("h", 19, [1], [whole]) + meta("n", 3, [2], [whole])
      + meta("p", 1, [3, 2], rows) + meta("z", 1, [0, 3], [whole + whole])
    return [
      ([], field(1, metas + field(2, [0x08, 1]))),
      (bytes("006200010101807f"), field(2, field(1, Array("b".utf8)) + field(2, whole) + field(3, [0x5a, 2, 1, 0]))),
      (bytes("0067000100"), bytes("120a0a016712001a03520107")),
      (bytes("006800010101807f"), bytes("120d0a016812020a001a046a028078")),
      (bytes("006e00010101807f"), bytes("12160a016e12020a001a0d3a0bffffffffffffffffff0101")),
      (bytes("0070000101028082807f"), bytes("121f0a017012060a0210020a001a122a1000002041000030410000a0410000a841")),
      (
        bytes("0070000101028281807f"),
        field(2, field(1, Array("p".utf8)) + field(2, rows[1]) + field(3, [0x2a, 8] + bytes("0000f0410000f841")))
      ),
      (bytes("007a00010102807f807f"), bytes("120b0a017a12040a000a001a00")),
    ]
  }()

  private static let v1Values: [String: [UInt8]] = [
    "b": [1, 0], "g": bytes("0700000000000000"), "h": bytes("003c"), "n": bytes("ffffffff01000000"),
    "p": bytes("00002041000030410000a0410000a8410000f0410000f841"), "z": [],
  ]

  private func check(_ source: any TensorSource, _ values: [String: [UInt8]], _ comment: Comment = "") throws {
    for (name, bytes) in values {
      let descriptor = try source.requireDescriptor(named: name)
      #expect(try source.readAll(descriptor) == bytes, "\(name) \(comment)")
    }
  }

  @Test("A bundle made by hand reads to its values", arguments: [false, true])
  func v2(isCompressed: Bool) throws {
    try directory.write(TableBuilder(isCompressed: isCompressed).table(Self.index), to: "t.index")
    try directory.write(Self.data, to: "t.data-00000-of-00001")
    let source = try Checkpoint.open(directory.file("t")).source
    #expect(source.problems.isEmpty)
    #expect(source.descriptors.map(\.name) == ["a", "p", "s", "t", "z"])
    #expect(source.descriptors.map(\.sliceCount) == [1, 2, 1, 1, 1])
    #expect(source.descriptors.map { $0.location?.offset } == [0, nil, 32, 40, 48])
    try check(source, Self.values)
    #expect(try source.readStrings(source.requireDescriptor(named: "s")) == [Array("hi".utf8), []])
  }

  @Test("A V1 file made by hand reads to its values, offsets are those of the records", arguments: [false, true])
  func v1(isCompressed: Bool) throws {
    let bytes = TableBuilder(isCompressed: isCompressed).table(Self.v1)
    try directory.write(bytes, to: "t")
    let source = try Checkpoint.open(directory.file("t")).source
    #expect(source.problems.isEmpty)
    try check(source, Self.v1Values)
    for descriptor in source.descriptors where descriptor.sliceCount == 1 {
      let offset = try #require(descriptor.location?.offset)
      #expect(isCompressed ? offset == 0 : bytes[offset] == 0x12, "\(descriptor.name)")
    }
  }

  @Test("A bundle whose index is cut at any byte is refused and never traps")
  func truncatedIndex() throws {
    let index = TableBuilder().table(Self.index)
    try directory.write(Self.data, to: "t.data-00000-of-00001")
    for end in 0..<index.count {
      try directory.write(Array(index[..<end]), to: "t.index")
      #expect(throws: CheckpointError.self, "cut at \(end)") { _ = try Checkpoint.open(directory.file("t")) }
    }
  }

  @Test("A data file cut at any byte fails the tensors that end behind the cut, and only those")
  func truncatedData() throws {
    try directory.write(TableBuilder().table(Self.index), to: "t.index")
    let ends = ["a": 8, "p": 32, "s": 40, "t": 48, "z": 0]
    for end in 0..<Self.data.count {
      try directory.write(Array(Self.data[..<end]), to: "t.data-00000-of-00001")
      let source = try Checkpoint.open(directory.file("t")).source
      for descriptor in source.descriptors {
        let read = {
          if descriptor.dtype == .string {
            _ = try source.readStrings(descriptor)
          } else {
            _ = try source.readAll(descriptor)
          }
        }
        if end < ends[descriptor.name] ?? 0 {
          #expect(throws: CheckpointError.self, "\(descriptor.name) cut at \(end)") { try read() }
        } else {
          try read()
        }
      }
    }
  }

  @Test("A V1 file cut at any byte is refused and never traps")
  func truncatedV1() throws {
    let bytes = TableBuilder().table(Self.v1)
    for end in 0..<bytes.count {
      try directory.write(Array(bytes[..<end]), to: "t")
      #expect(throws: CheckpointError.self, "cut at \(end)") { _ = try Checkpoint.open(directory.file("t")) }
    }
  }

  /// Reads everything; true where all values were right, false where something was refused.
  private func readsRight(_ values: [String: [UInt8]], options: ReadOptions) throws -> Bool {
    do {
      let source = try Checkpoint.open(directory.file("t"), options: options).source
      for descriptor in source.descriptors where descriptor.dtype != .string {
        let bytes = try source.readAll(descriptor)
        guard bytes == values[descriptor.name] else { return false }
      }
      if let strings = source.descriptor(named: "s") { _ = try source.readStrings(strings) }
      return source.descriptors.count >= values.count && source.problems.isEmpty
    } catch let error as CheckpointError {
      #expect(error.category != .usage)
      return false
    }
  }

  @Test("Every flipped byte of a bundle's index is refused, or lies where nothing is read")
  func flippedIndex() throws {
    try directory.write(Self.data, to: "t.data-00000-of-00001")
    try flip(TableBuilder().table(Self.index), of: "t.index", values: Self.values)
  }

  @Test("Every flipped byte of a bundle's data fails the tensor that it belongs to")
  func flippedData() throws {
    try directory.write(TableBuilder().table(Self.index), to: "t.index")
    let starts = [("a", 0), ("p", 8), ("s", 32), ("t", 40)]
    for position in Self.data.indices {
      var damaged = Self.data
      damaged[position] ^= 0xff
      try directory.write(damaged, to: "t.data-00000-of-00001")
      let source = try Checkpoint.open(directory.file("t")).source
      let owner = try #require(starts.last { $0.1 <= position }).0
      for descriptor in source.descriptors {
        let error = readError(source, descriptor)
        #expect(error?.tensor == (descriptor.name == owner ? owner : nil), "byte \(position), \(descriptor.name)")
      }
    }
  }

  @Test("Every flipped byte of a V1 file is refused, or lies where nothing is read")
  func flippedV1() throws {
    try flip(TableBuilder().table(Self.v1), of: "t", values: Self.v1Values)
  }

  private func readError(_ source: any TensorSource, _ descriptor: TensorDescriptor) -> CheckpointError? {
    do {
      if descriptor.dtype == .string {
        _ = try source.readStrings(descriptor)
      } else {
        _ = try source.readAll(descriptor)
      }
      return nil
    } catch {
      return error as? CheckpointError
    }
  }

  /// Flips each byte in turn. With checksums what is read must be right; without, nothing may trap.
  private func flip(_ bytes: [UInt8], of name: String, values: [String: [UInt8]]) throws {
    let table = try TableReader(path: try directory.write(bytes, to: name))
    // The metaindex block is never read; the footer has its handle, and padding.
    let unread = table.footer.metaindex.offset..<table.footer.index.offset
    for position in bytes.indices {
      for mask in [UInt8(1) << UInt8(position % 8), 0xff] {
        var damaged = bytes
        damaged[position] ^= mask
        try directory.write(damaged, to: name)
        do {
          let source = try Checkpoint.open(directory.file("t")).source
          #expect(unread.contains(position) || position >= bytes.count - 48, "byte \(position), mask \(mask)")
          #expect(source.problems.isEmpty)
          try check(source, values, "byte \(position), mask \(mask)")
        } catch let error as CheckpointError {
          #expect(error.category == .badData, "byte \(position): \(error)")
        }
        guard
          let source = try? Checkpoint.open(directory.file("t"), options: ReadOptions(verifiesChecksums: false)).source
        else { continue }
        for descriptor in source.descriptors { _ = readError(source, descriptor) }
      }
    }
  }
}
