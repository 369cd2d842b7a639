import TestSupport
import Tensors
import Testing

@testable import Inspection

@Suite("Parts of a tensor's values")
struct ValueTableTests {
  private static func source(_ shape: [Int]) throws -> InMemoryTensorSource {
    let numbers = (0..<shape.reduce(1, *)).map(Float.init)
    let bytes = numbers.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * $0)) } }
    var source = InMemoryTensorSource([try .init("t", .float32, shape, bytes: bytes)])
    // Pieces end in the middle of rows.
    source.pieceByteCount = 20
    return source
  }

  private static func table(_ shape: [Int], rows: Range<Int>, columns: Range<Int>) throws -> ValueTable {
    let source = try source(shape)
    return try ValueTable(of: source.requireDescriptor(named: "t"), in: source, rows: rows, columns: columns)
  }

  @Test("the last axis runs across and the others down, whatever the pieces")
  func windows() throws {
    let table = try Self.table([3, 4, 7], rows: 5..<8, columns: 2..<4)
    #expect(table.rowCount == 12 && table.columnCount == 7)
    #expect(table.texts == [["37.0", "38.0"], ["44.0", "45.0"], ["51.0", "52.0"]])
    #expect(table.index(ofRow: 5) == [1, 1] && table.index(ofRow: 7) == [1, 3])
  }

  @Test("a vector runs down, a scalar is one value, and what is not there is left out")
  func small() throws {
    #expect(try Self.table([5], rows: 3..<100, columns: 0..<20).texts.count == 2)
    #expect(try Self.table([], rows: 0..<100, columns: 0..<20).texts.flatMap(\.self).count == 1)
    #expect(try Self.table([2, 2], rows: 5..<9, columns: 0..<20).texts == [])
    #expect(try Self.table([2, 0], rows: 0..<9, columns: 0..<20).texts == [[], []])
    #expect(try Self.table([0, 3], rows: 0..<9, columns: 0..<20).texts == [])
    #expect(try Self.table([2, 2], rows: 0..<1, columns: 7..<9).texts == [[]])
  }

  @Test("strings are a table too")
  func strings() throws {
    let source = InMemoryTensorSource([
      try .init("s", [2, 2], strings: ["a", "<b>", "\u{202e}", "d"].map { Array($0.utf8) })
    ])
    let table = try ValueTable(
      of: source.requireDescriptor(named: "s"), in: source, rows: 0..<10, columns: 1..<2)
    #expect(table.texts == [["\"<b>\""], ["\"d\""]])
  }

  @Test("reading can be ended")
  func ended() throws {
    struct Enough: Error {}
    let source = try Self.source([10, 10])
    #expect(throws: Enough.self) {
      try ValueTable(of: source.descriptors[0], in: source, rows: 0..<1, columns: 0..<1) { throw Enough() }
    }
  }
}
