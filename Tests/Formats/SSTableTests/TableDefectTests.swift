import Bytes
import Messages
import SSTable
import Testing
import TestSupport

/// Every way in which a block or a footer can be wrong while its checksum is right.
@Suite("Defects of tables")
struct TableDefectTests {
  struct Defect: CustomTestStringConvertible {
    let name: String
    let contents: [UInt8]
    let reason: TableDefect
    let offset: Int
    var testDescription: String { name }
  }

  private static let oneRestart: [UInt8] = [0, 0, 0, 0, 1, 0, 0, 0]

  static let defects: [Defect] = [
    Defect(
      name: "no room for the number of restarts", contents: [1, 0, 0], reason: .blockTooShort(byteCount: 3), offset: 0),
    Defect(name: "more restarts than bytes", contents: [2, 0, 0, 0], reason: .badRestartCount(2, room: 0), offset: 0),
    Defect(
      name: "all bits set for restarts", contents: [0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff],
      reason: .badRestartCount(0xffff_ffff, room: 1), offset: 4),
    Defect(
      name: "entries without a restart", contents: [0, 1, 0, 97, 0, 0, 0, 0], reason: .badRestartCount(0, room: 1),
      offset: 4),
    Defect(
      name: "a restart behind the entries", contents: [0, 1, 0, 97, 4, 0, 0, 0, 1, 0, 0, 0],
      reason: .badRestartPoint(4, limit: 4), offset: 4),
    Defect(
      name: "a key longer than the block", contents: [0, 9, 0, 97] + oneRestart,
      reason: .badEntry(.endOfBytes(needed: 9, left: 1)), offset: 3),
    Defect(
      name: "a value longer than the block", contents: [0, 1, 5, 97] + oneRestart,
      reason: .badEntry(.endOfBytes(needed: 6, left: 1)), offset: 3),
    Defect(
      name: "lengths whose sum wraps 32 bits",
      contents: [0, 0xff, 0xff, 0xff, 0xff, 0x0f, 2, 97] + oneRestart,
      reason: .badEntry(.endOfBytes(needed: 4_294_967_297, left: 1)), offset: 7),
    Defect(
      name: "a length of more than 32 bits", contents: [0, 0xff, 0xff, 0xff, 0xff, 0x1f, 2, 97] + oneRestart,
      reason: .badEntry(.varintTooLong), offset: 1),
    Defect(
      name: "a first key that shares bytes", contents: [1, 1, 0, 97] + oneRestart,
      reason: .tooManySharedBytes(shared: 1, previous: 0), offset: 0),
    Defect(
      name: "a key that shares more than there is", contents: [0, 1, 0, 97, 2, 1, 0, 98] + oneRestart,
      reason: .tooManySharedBytes(shared: 2, previous: 1), offset: 4),
    Defect(
      name: "the same key twice", contents: [0, 1, 0, 97, 1, 0, 0] + oneRestart,
      reason: .keysNotIncreasing(key: [97], after: [97]), offset: 4),
    Defect(
      name: "a smaller key", contents: [0, 1, 0, 98, 0, 1, 0, 97] + oneRestart,
      reason: .keysNotIncreasing(key: [97], after: [98]),
      offset: 4),
    Defect(
      name: "a key of more than 64 KiB",
      contents: [0] + Varint.encode(65_537) + [0] + [UInt8](repeating: 97, count: 65_537) + oneRestart,
      reason: .keyTooLong(byteCount: 65_537, limit: 65_536), offset: 0),
    Defect(
      name: "a key above its block's separator", contents: [0, 1, 0, 0xff] + oneRestart,
      reason: .keyAboveSeparator(key: [0xff]), offset: 0),
  ]

  /// A table of one data block of these contents, whose separator is `z`.
  private func table(_ contents: [UInt8], separator: UInt8 = 0x7a) -> [UInt8] {
    let builder = TableBuilder()
    var file: [UInt8] = []
    let byteCount = builder.append(contents, to: &file)
    return finish(file, index: [([separator], Varint.encode(0) + Varint.encode(UInt64(byteCount)))])
  }

  private func finish(_ blocks: [UInt8], index: [TableBuilder.Entry]) -> [UInt8] {
    let builder = TableBuilder()
    var file = blocks
    let metaindex = (file.count, builder.append(builder.contents([]), to: &file))
    let indexBlock = (file.count, builder.append(builder.contents(index, restartInterval: 1), to: &file))
    let handles = [metaindex.0, metaindex.1, indexBlock.0, indexBlock.1].flatMap { Varint.encode(UInt64($0)) }
    return file + handles + [UInt8](repeating: 0, count: 40 - handles.count)
      + [0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb]
  }

  @Test("A block that lies about itself is refused with reason, offset and file", arguments: defects)
  func blocks(defect: Defect) throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(table(defect.contents), to: "table")
    let error = #expect(throws: TableError.self) {
      var cursor = try TableReader(path: path).makeCursor()
      while try cursor.next() {}
    }
    #expect(error == TableError(defect.reason, file: path, offset: defect.offset))
    // Looking for a key in such a block may find nothing, and must not trap.
    _ = try? TableReader(path: path).find([98])
    _ = try? TableReader(path: path).find([])
  }

  @Test("The healthy neighbors of these blocks are read")
  func neighbors() throws {
    let directory = try TemporaryDirectory()
    let longKey = [UInt8](repeating: 97, count: 65_536)
    for (contents, keys) in [
      ([0, 1, 0, 97] + Self.oneRestart, [[97]]),
      ([0, 1, 0, 97, 1, 1, 0, 97] + Self.oneRestart, [[97], [97, 97]]),
      ([0, 0, 0] + Self.oneRestart, [[]]),
      ([0] + Varint.encode(65_536) + [0] + longKey + Self.oneRestart, [longKey]),
      ([0, 0, 0, 0], []),
      (Self.oneRestart, []),
    ] as [([UInt8], [[UInt8]])] {
      let table = try TableReader(path: try directory.write(table(contents), to: "table"))
      var cursor = table.makeCursor()
      var found: [[UInt8]] = []
      while try cursor.next() { found.append(try #require(cursor.entry?.key)) }
      #expect(found == keys)
    }
  }

  @Test("A block handle is checked against the file without overflow")
  func handles() throws {
    let directory = try TemporaryDirectory()
    let good = TableBuilder().table([([97], [1])])
    let limit = good.count - 48
    func open(_ handles: [UInt64]) throws {
      var bytes = good
      let encoded = handles.flatMap { Varint.encode($0) }
      bytes.replaceSubrange(limit..<limit + encoded.count, with: encoded)
      _ = try TableReader(path: try directory.write(bytes, to: "table"))
    }
    let most = UInt64(Int.max)
    for handle: (UInt64, UInt64) in [
      (UInt64(limit), 0), (0, UInt64(limit)), (0, UInt64(limit - 4)), (most, 0), (0, most), (most, most), (most - 4, 4),
      (5, most - 4),
    ] {
      let error = #expect(throws: TableError.self) { try open([0, 4, handle.0, handle.1]) }
      let block = BlockHandle(offset: Int(handle.0), byteCount: Int(handle.1))
      #expect(error?.reason == .blockOutsideFile(block, limit: limit))
    }
    let error = #expect(throws: TableError.self) { try open([0, 4, .max, 1]) }
    #expect(error?.reason == .badHandle(.tooLarge(.max)))
  }

  @Test("Blocks that share bytes are refused")
  func overlap() throws {
    let directory = try TemporaryDirectory()
    let builder = TableBuilder()
    var file: [UInt8] = []
    let byteCount = builder.append(builder.contents([([97], [1])]), to: &file)
    let handle = Varint.encode(0) + Varint.encode(UInt64(byteCount))
    let path = try directory.write(finish(file, index: [([98], handle), ([99], handle)]), to: "table")
    let error = #expect(throws: TableError.self) { _ = try TableReader(path: path) }
    let block = BlockHandle(offset: 0, byteCount: byteCount)
    #expect(error?.reason == .overlappingBlocks(block, block))
  }

  @Test("A type of block that does not exist is refused")
  func blockType() throws {
    let directory = try TemporaryDirectory()
    var file: [UInt8] = [0, 0, 0, 0, 1, 0, 0, 0, 2]
    file += packed([CRC32C(of: file.rawSpan).masked])
    let path = try directory.write(finish(file, index: [([98], [0, 8])]), to: "table")
    let error = #expect(throws: TableError.self) { _ = try TableReader(path: path).find([97]) }
    #expect(error == TableError(.badBlockType(2), file: path, offset: 8))
  }

  @Test("A handle of a data block that is cut short is refused")
  func shortHandle() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(finish([], index: [([98], [0x80])]), to: "table")
    let error = #expect(throws: TableError.self) { _ = try TableReader(path: path) }
    #expect(error?.reason == .badHandle(.endOfBytes(needed: 1, left: 0)))
  }

  @Test("Keys that decrease from one block to the next are refused")
  func orderAcrossBlocks() throws {
    let directory = try TemporaryDirectory()
    let builder = TableBuilder()
    var file: [UInt8] = []
    let first = builder.append(builder.contents([([0x62], [1])]), to: &file)
    let second = file.count
    let secondCount = builder.append(builder.contents([([0x61], [2])]), to: &file)
    let path = try directory.write(
      finish(
        file,
        index: [
          ([0x63], Varint.encode(0) + Varint.encode(UInt64(first))),
          ([0x64], Varint.encode(UInt64(second)) + Varint.encode(UInt64(secondCount))),
        ]), to: "table")
    let error = #expect(throws: TableError.self) {
      var cursor = try TableReader(path: path).makeCursor()
      while try cursor.next() {}
    }
    #expect(error == TableError(.keysNotIncreasing(key: [0x61], after: [0x62]), file: path, offset: second))
  }
}
