internal import Bytes
internal import Files
internal import Messages

/// A FlatBuffer whose every offset, table and vector is checked before it is followed. It is read where it is in the
/// file, in pages, because most of it may be data.
///
/// A file of a few bytes may lead to the same table any number of times. So reading stops when far more bytes were read
/// than the file has. In a file from a real writer, each part is read once, except for the few that its tables share.
/// - Source: FlatBuffers, `internals.md` and `verifier.h`.
final class FlatBuffer {
  /// A table whose place and length were checked.
  struct Table {
    let position: Int
    fileprivate let byteCount: Int
    fileprivate let fieldTable: Int
    fileprivate let fieldTableByteCount: Int
  }

  /// A vector whose length was checked.
  struct Vector {
    /// Where the first element is.
    let start: Int
    let count: Int
  }

  let file: InputFile
  private var pages: [(number: Int, bytes: [UInt8])] = []
  private var budget: Int

  private static let pageByteCount = 1 << 14
  private static let pageCount = 64
  /// What a file may lead to beyond its own length.
  private static let spareByteCount = 1 << 16

  init(_ file: InputFile) {
    self.file = file
    pages = [(number: Int, bytes: [UInt8])](repeating: (-1, []), count: Self.pageCount)
    budget = (file.byteCount.multipliedChecked(by: 4) ?? .max).addingChecked(Self.spareByteCount) ?? .max
  }

  /// An error at a place.
  func error(_ defect: TFLiteDefect, at offset: Int? = nil) -> WeightFileError {
    WeightFileError(.tfLite(defect), file: file.path, offset: offset)
  }

  /// The table that everything starts from.
  func root() throws -> Table { try table(at: target(of: 0)) }

  // MARK: - Fields

  /// A number of a table.
  func number<Number: FixedWidthInteger & BitwiseCopyable>(
    _ field: Int, of table: Table, default value: Number
  ) throws -> Number {
    guard let place = try place(of: field, byteCount: MemoryLayout<Number>.size, in: table) else { return value }
    return try load(at: place)
  }

  /// A table of a table; nil if it has none.
  func table(_ field: Int, of parent: Table) throws -> Table? {
    try place(of: field, byteCount: 4, in: parent).map { try table(at: target(of: $0)) }
  }

  /// A vector of a table; nil if it has none.
  func vector(_ field: Int, of table: Table, elementByteCount: Int) throws -> Vector? {
    guard let place = try place(of: field, byteCount: 4, in: table) else { return nil }
    let position = try target(of: place)
    let count = Int(try load(at: position) as UInt32)
    let left = file.byteCount - position - 4
    guard count <= left / elementByteCount else {
      throw error(.vectorPastEnd(count: count, elementByteCount: elementByteCount, left: left), at: position)
    }
    return Vector(start: position + 4, count: count)
  }

  /// One table of a vector of tables.
  func table(_ index: Int, in vector: Vector) throws -> Table {
    precondition(index >= 0 && index < vector.count, "the vector has the table")
    return try table(at: target(of: vector.start + 4 * index))
  }

  /// The text of a table, with bytes that are not UTF-8 escaped; nil if it has none.
  func text(_ field: Int, of table: Table) throws -> String? {
    guard let vector = try vector(field, of: table, elementByteCount: 1) else { return nil }
    return String(escapingInvalidUTF8: try bytes(of: vector, elementByteCount: 1))
  }

  /// The numbers of a table's vector; nil if it has none.
  func numbers<Number: FixedWidthInteger & BitwiseCopyable>(
    _ field: Int, of table: Table, as type: Number.Type
  ) throws -> [Number]? {
    let width = MemoryLayout<Number>.size
    guard let vector = try vector(field, of: table, elementByteCount: width) else { return nil }
    let bytes = try bytes(of: vector, elementByteCount: width)
    var reader = ByteReader(bytes.rawSpan)
    var numbers: [Number] = []
    for _ in 0..<vector.count { numbers.append(try reader.readLittleEndian(type)) }
    return numbers
  }

  private func bytes(of vector: Vector, elementByteCount: Int) throws -> [UInt8] {
    let count = vector.count * elementByteCount
    try spend(count)
    let (number, start) = vector.start.quotientAndRemainder(dividingBy: Self.pageByteCount)
    guard start + count <= Self.pageByteCount else { return try file.read(at: vector.start, count: count) }
    return try Array(page(number)[start..<start + count])
  }

  // MARK: - Places

  /// Where a field of a table is; nil if the table does not have it.
  private func place(of field: Int, byteCount: Int, in table: Table) throws -> Int? {
    let entry = 4 + 2 * field
    guard entry + 2 <= table.fieldTableByteCount else { return nil }
    let offset = Int(try load(at: table.fieldTable + entry) as UInt16)
    if offset == 0 { return nil }
    guard offset >= 4, offset + byteCount <= table.byteCount else { throw error(.badTable, at: table.position) }
    return table.position + offset
  }

  /// Where an offset in the file leads. What it leads to starts at a multiple of 4 and has at least 4 bytes.
  private func target(of place: Int) throws -> Int {
    let offset = Int(try load(at: place) as UInt32)
    let target = place + offset
    guard offset > 0, target.isMultiple(of: 4), target <= file.byteCount - 4 else {
      throw error(.badOffset(target: target, byteCount: file.byteCount), at: place)
    }
    return target
  }

  private func table(at position: Int) throws -> Table {
    let fields = position - Int(try load(at: position) as Int32)
    guard fields >= 0, fields.isMultiple(of: 2), fields <= file.byteCount - 4 else {
      throw error(.badOffset(target: fields, byteCount: file.byteCount), at: position)
    }
    let fieldByteCount = Int(try load(at: fields) as UInt16)
    let byteCount = Int(try load(at: fields + 2) as UInt16)
    guard fieldByteCount >= 4, fieldByteCount.isMultiple(of: 2), fieldByteCount <= file.byteCount - fields,
      byteCount >= 4, byteCount <= file.byteCount - position
    else { throw error(.badTable, at: position) }
    try spend(byteCount + fieldByteCount)
    return Table(
      position: position, byteCount: byteCount, fieldTable: fields, fieldTableByteCount: fieldByteCount)
  }

  private func spend(_ byteCount: Int) throws {
    budget -= byteCount
    guard budget >= 0 else { throw error(.repeated) }
  }

  /// Reads a number, which need not be aligned.
  private func load<Number: FixedWidthInteger & BitwiseCopyable>(at offset: Int) throws -> Number {
    let width = MemoryLayout<Number>.size
    let (number, start) = offset.quotientAndRemainder(dividingBy: Self.pageByteCount)
    guard offset >= 0, start + width <= Self.pageByteCount else {
      let bytes = try file.read(at: offset, count: width)
      var reader = ByteReader(bytes.rawSpan)
      return try reader.readLittleEndian(Number.self)
    }
    let page = try page(number)
    guard start + width <= page.count else {
      throw error(.badOffset(target: offset, byteCount: file.byteCount))
    }
    // In range by the check above; every bit pattern is a number.
    return Number(littleEndian: unsafe page.rawSpan.unsafeLoadUnaligned(fromByteOffset: start, as: Number.self))
  }

  /// A page of the file; the last one is shorter.
  private func page(_ number: Int) throws -> [UInt8] {
    let slot = number % Self.pageCount
    if pages[slot].number != number {
      let start = number * Self.pageByteCount
      let count = max(0, min(Self.pageByteCount, file.byteCount - start))
      pages[slot] = (number, try file.read(at: start, count: count))
    }
    return pages[slot].bytes
  }
}
