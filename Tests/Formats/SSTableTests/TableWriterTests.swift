import Bytes
import Foundation
import SSTable
import TestSupport
import Testing

@Suite("Writing tables")
struct TableWriterTests {
  let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  /// Collects what a writer puts out, and insists that nothing is left out or comes twice.
  private final class Memory: TableOutput {
    var bytes: [UInt8] = []

    func write(_ piece: RawSpan, at offset: Int) {
      precondition(offset == bytes.count, "bytes come in a row")
      bytes += [UInt8](piece)
    }
  }

  private func table(
    _ entries: [TableBuilder.Entry], options: TableWriter.Options = .init(), pieceByteCount: Int = .max
  ) throws -> [UInt8] {
    let memory = Memory()
    let writer = TableWriter(options: options, output: memory)
    for entry in entries {
      try writer.begin(entry.key, valueByteCount: entry.value.count)
      var start = 0
      while start < entry.value.count {
        let end = start + min(pieceByteCount, entry.value.count - start)
        try writer.append(Array(entry.value[start..<end]).rawSpan)
        start = end
      }
    }
    #expect(try writer.finish() == memory.bytes.count)
    return memory.bytes
  }

  private func entries(_ reader: TableReader) throws -> [TableBuilder.Entry] {
    var entries: [TableBuilder.Entry] = []
    var cursor = reader.makeCursor()
    while try cursor.next() {
      let entry = try #require(cursor.entry)
      entries.append((entry.key, [UInt8](entry.valueBytes)))
    }
    return entries
  }

  /// A table that TensorFlow wrote without compression.
  struct RealTable: Sendable, CustomTestStringConvertible {
    let path: String
    var testDescription: String { path }

    static let all: [RealTable] = {
      let manager = FileManager.default
      let root = Fixture.path("checkpoints")
      var tables: [RealTable] = []
      for folder in ((try? manager.contentsOfDirectory(atPath: root)) ?? []).sorted() {
        let values = try? String(contentsOfFile: "\(root)/\(folder)/values.json", encoding: .utf8)
        guard values?.contains(#""writer": "TensorFlow "#) == true else { continue }
        for name in ((try? manager.subpathsOfDirectory(atPath: "\(root)/\(folder)")) ?? []).sorted() {
          let path = "\(root)/\(folder)/\(name)"
          guard let reader = try? TableReader(path: path), let index = try? reader.readBlock(reader.footer.index),
            !index.isCompressed
          else { continue }
          tables.append(RealTable(path: "checkpoints/\(folder)/\(name)"))
        }
      }
      return tables + [RealTable(path: "scenes/model.ckpt-4222"), RealTable(path: "scenes/v2/model.ckpt-4222.index")]
    }()
  }

  @Test("The entries of a table that TensorFlow wrote give TensorFlow's bytes", arguments: RealTable.all)
  func likeTensorFlow(table real: RealTable) throws {
    let path = Fixture.path(real.path)
    let found = try entries(TableReader(path: path))
    #expect(try table(found, pieceByteCount: 100_000) == Fixture.bytes(real.path))
  }

  @Test("There are tables of three versions of TensorFlow")
  func realTables() {
    #expect(RealTable.all.count >= 25, "\(RealTable.all.map(\.path))")
  }

  @Test("A table without entries is TensorFlow's empty table, and is read as one")
  func empty() throws {
    let bytes = try table([])
    #expect(bytes.count == 2 * (8 + 5) + 48)
    #expect(try entries(TableReader(path: directory.write(bytes, to: "table"))).isEmpty)
  }

  @Test("Random keys and values come back, in blocks of any size", arguments: 0..<40)
  func random(seed: Int) throws {
    var random = SeededRandom(seed: UInt64(seed))
    let blockByteCount = [1, 64, 1000, 262_144][seed % 4]
    var keys: Set<[UInt8]> = []
    for _ in 0..<Int.random(in: 0...300, using: &random) {
      // Few values of bytes, so that keys share beginnings; the values where shortening keys changes its mind are among them.
      let bytes: [UInt8] = [0x00, 0x01, 0x61, 0x62, 0xfe, 0xff]
      keys.insert(
        (0..<Int.random(in: 0...12, using: &random)).map { _ in bytes[Int.random(in: 0..<6, using: &random)] })
    }
    let entries = keys.sorted { $0.lexicographicallyPrecedes($1) }.map { key in
      let isLarge = Int.random(in: 0..<20, using: &random) == 0
      let count = Int.random(in: 0...(isLarge ? 3 * min(blockByteCount, 4000) : 40), using: &random)
      return (key: key, value: (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
    }
    let options = TableWriter.Options(blockByteCount: blockByteCount, restartInterval: 1 + seed % 17)
    let bytes = try table(entries, options: options, pieceByteCount: Int.random(in: 1...5000, using: &random))
    #expect(try table(entries, options: options) == bytes)
    let reader = try TableReader(path: directory.write(bytes, to: "table"))
    let found = try self.entries(reader)
    #expect(found.map(\.key) == entries.map(\.key), "seed \(seed)")
    #expect(found.map(\.value) == entries.map(\.value), "seed \(seed)")
    for entry in entries {
      let cursor = try #require(try reader.find(entry.key), "seed \(seed)")
      #expect([UInt8](cursor.valueBytes) == entry.value)
    }
  }

  /// Sizes around what fills a block, and around what gets a block of its own.
  @Test(
    "Values around the size of a block come back",
    arguments: [0, 1, 262_130, 262_144, 262_145, 524_286, 524_287, 524_288, 524_289, 1_000_003])
  func boundaries(byteCount: Int) throws {
    let entries: [TableBuilder.Entry] = [
      ([], [1, 2, 3]), ([97], [UInt8](repeating: 7, count: byteCount)), ([97, 98], [4]),
      ([98], [UInt8](repeating: 9, count: byteCount)), ([99], []),
    ]
    let reader = try TableReader(path: directory.write(try table(entries, pieceByteCount: 65_537), to: "table"))
    #expect(try self.entries(reader).map(\.value) == entries.map(\.value))
    // The key and the value count; from twice a block's size on, nothing else is in the block.
    if 1 + byteCount >= 524_288 {
      #expect(reader.dataBlocks.map(\.separator) == [[], [0x61], [0x61, 0x62], [0x62], [0x64]])
    }
  }
}
