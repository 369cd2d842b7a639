import Bytes
import Files
import Messages
import SSTable
import Testing
import TestSupport

@Suite("Reading tables")
struct TableReaderTests {
  let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func open(_ bytes: [UInt8], verifies: Bool = true) throws -> TableReader {
    try TableReader(path: try directory.write(bytes, to: "table"), verifiesChecksums: verifies)
  }

  private func all(_ table: TableReader) throws -> [(key: [UInt8], value: [UInt8])] {
    var entries: [(key: [UInt8], value: [UInt8])] = []
    var cursor = table.makeCursor()
    while try cursor.next() {
      let entry = try #require(cursor.entry)
      entries.append((entry.key, [UInt8](entry.valueBytes)))
    }
    return entries
  }

  private static func entries(_ count: Int) -> [TableBuilder.Entry] {
    (0..<count).map { number in
      let text = String(number)
      let key = Array(("layer/" + String(repeating: "0", count: 6 - text.count) + text).utf8)
      return (key, [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: number % 50))
    }
  }

  struct Layout: CustomTestStringConvertible {
    var count: Int
    var builder: TableBuilder
    var testDescription: String {
      "\(count) entries, blocks of \(builder.blockByteCount), restarts every \(builder.restartInterval)"
        + (builder.isCompressed ? ", Snappy" : "")
    }
  }

  static let layouts: [Layout] = [0, 1, 15, 16, 17, 33, 500].flatMap { count in
    [
      TableBuilder(), TableBuilder(isCompressed: true), TableBuilder(blockByteCount: 1),
      TableBuilder(blockByteCount: 100, restartInterval: 1), TableBuilder(blockByteCount: 999, restartInterval: 3),
      TableBuilder(restartInterval: 100_000),
    ].map { Layout(count: count, builder: $0) }
  }

  @Test(
    "All entries are listed in order and each is found by its key, however the table is laid out", arguments: layouts)
  func contents(layout: Layout) throws {
    let entries = Self.entries(layout.count)
    let table = try open(layout.builder.table(entries))
    let listed = try all(table)
    #expect(listed.map(\.key) == entries.map(\.key))
    #expect(listed.map(\.value) == entries.map(\.value))
    for (key, value) in entries {
      let found = try #require(try table.find(key))
      #expect(found.key == key)
      let foundValue = [UInt8](found.valueBytes)
      #expect(foundValue == value)
    }
    for absent in ["", "layer/", "layer/000000!", "layer/000016a", "zzz"] {
      #expect(try table.find(Array(absent.utf8)) == nil, "\(absent)")
    }
  }

  @Test("Keys of any bytes keep the order of unsigned bytes")
  func binaryKeys() throws {
    let entries: [TableBuilder.Entry] = [
      ([], [1]), ([0], [2]), ([0, 0], [3]), ([0, 0x7f], [4]), ([0, 0x80], [5]), ([0xff], [6]), ([0xff, 0xff], []),
    ]
    let table = try open(TableBuilder().table(entries))
    #expect(try all(table).map(\.key) == entries.map(\.key))
    #expect(try table.find([0, 0x80])?.value.count == 1)
  }

  @Test("The offsets of entries and values are those in the file")
  func offsets() throws {
    let bytes = TableBuilder().table([(Array("a".utf8), [7, 8]), (Array("b".utf8), [9])])
    let found = try #require(try open(bytes).find(Array("b".utf8)))
    #expect(found.fileOffset == 6)
    #expect(bytes[found.valueFileOffset] == 9)
  }

  @Test(
    "A large block is read in bounded pieces and gives the same bytes as read whole",
    arguments: [0, 1, 524_288, 3_000_000])
  func streams(byteCount: Int) throws {
    let value = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 8) }
    let table = try open(TableBuilder().table([(Array("big".utf8), value)]))
    var stream = try table.openStream(table.dataBlocks[0].handle, threshold: 0)
    #expect(try stream.seek(key: Array("big".utf8)) == byteCount)
    #expect(try stream.readBytes(byteCount) == value)
    try stream.finish()
  }

  @Test("A flipped bit anywhere in a large block is found at the end of the stream")
  func streamChecksum() throws {
    let bytes = TableBuilder().table([(Array("big".utf8), [UInt8](repeating: 3, count: 1_500_000))])
    for position in [0, 700_000, 1_500_008, 1_500_020] {
      var damaged = bytes
      damaged[position] ^= 0x10
      let table = try open(damaged)
      let error = #expect(throws: TableError.self) {
        var stream = try table.openStream(table.dataBlocks[0].handle)
        try stream.finish()
      }
      #expect(error?.offset == 0)
      guard case .checksum = error?.reason else {
        Issue.record("\(position): \(String(describing: error))")
        continue
      }
      var unverified = try open(damaged, verifies: false).openStream(table.dataBlocks[0].handle)
      try unverified.finish()
    }
  }

  @Test("Files that are no tables are refused by what they are")
  func wrongKinds() throws {
    func reason(_ bytes: [UInt8]) -> TableDefect? {
      #expect(throws: TableError.self) { _ = try self.open(bytes) }?.reason
    }
    #expect(reason([]) == .tooShort(byteCount: 0, kind: .empty))
    #expect(reason(Array("short".utf8)) == .tooShort(byteCount: 5, kind: .text))
    let pointer =
      "version https://git-lfs.github.com/spec/v1\noid sha256:" + String(repeating: "0", count: 64) + "\nsize 150000\n"
    guard case .badMagic(_, .lfsPointer(150_000)) = reason(Array(pointer.utf8)) else {
      Issue.record("not seen as a pointer")
      return
    }
    let page = "<!DOCTYPE html><html><body>" + String(repeating: "Not found. ", count: 20) + "</body></html>"
    guard case .badMagic(_, .html) = reason(Array(page.utf8)) else {
      Issue.record("not seen as a page")
      return
    }
  }

  @Test("A missing file is the file system's error")
  func missingFile() {
    let path = directory.file("nothing")
    let error = #expect(throws: TableError.self) { _ = try TableReader(path: path) }
    #expect(error?.category == .noInput)
    #expect(error?.file == path)
  }

  @Test(
    "A table cut at any byte throws and never traps", arguments: [TableBuilder(), TableBuilder(isCompressed: true)])
  func truncated(builder: TableBuilder) throws {
    let bytes = builder.table(Self.entries(20))
    for end in 0..<bytes.count {
      #expect(throws: TableError.self, "cut at \(end)") { _ = try self.open(Array(bytes[..<end])) }
    }
  }

  @Test("Every flipped bit is found, or changes nothing that is read")
  func flipped() throws {
    let entries = Self.entries(9)
    let bytes = TableBuilder(blockByteCount: 60).table(entries)
    // The metaindex block is never read, the footer's padding has no meaning.
    for position in bytes.indices {
      for mask in [UInt8(1) << UInt8(position % 8), 0xff] {
        var damaged = bytes
        damaged[position] ^= mask
        do {
          let listed = try all(try open(damaged))
          #expect(listed.map(\.key) == entries.map(\.key), "byte \(position), mask \(mask)")
          #expect(listed.map(\.value) == entries.map(\.value), "byte \(position), mask \(mask)")
        } catch {
          #expect(error is TableError, "byte \(position), mask \(mask): \(error)")
        }
      }
    }
  }

  @Test("Without checksums a flipped bit may change what is read, and never traps")
  func flippedUnverified() throws {
    for builder in [TableBuilder(blockByteCount: 60), TableBuilder(isCompressed: true)] {
      let bytes = builder.table(Self.entries(9))
      for position in bytes.indices {
        for mask in [UInt8(1) << UInt8(position % 8), 0xff] {
          var damaged = bytes
          damaged[position] ^= mask
          do {
            let table = try open(damaged, verifies: false)
            _ = try all(table)
            _ = try table.find(Array("layer/000007".utf8))
          } catch {
            #expect(error is TableError)
          }
        }
      }
    }
  }
}
