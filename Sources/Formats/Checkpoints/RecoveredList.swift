internal import Bytes
internal import ProtobufWire
internal import SSTable
package import Tensors

/// What is not certain about a tensor that was salvaged. Its values are always proven.
package enum SalvageDoubt: Equatable, Sendable {
  /// The list of tensors is lost, and several dtypes store values in the same way; this one was assumed.
  case assumedDType(DType)
  /// The list of tensors is lost, and the shape with it: the elements are in order, along one of this many axes.
  case lostShape(rank: Int)
  /// The list of tensors is lost, and the tensor was saved in slices, of which there may have been more.
  case unprovenCompleteness
  /// The file is damaged somewhere, and the format has no checksums that would show which values are right.
  case unprovenValues
}

/// A list of tensors for a V1 file whose own list is lost, made from the file's records.
///
/// A record repeats the tensor's name and its slice, and the kind of its values tells the dtype. It does not tell the extent of an
/// axis that the slice covers completely; only the total number of elements is known.
struct RecoveredList {
  /// In the same form as in the file's own list.
  private(set) var entries: [V1Metadata.Entry] = []
  /// Doubts by the bytes of the name.
  private(set) var doubts: [[UInt8]: [SalvageDoubt]] = [:]
  /// Records that do not contain enough information.
  private(set) var failures: [(name: [UInt8], reason: CheckpointDefect)] = []

  /// What one record says about itself.
  private struct Record {
    let slice: TensorSlice
    let dtype: DType
    let isAssumed: Bool
    let elementCount: Int
  }

  /// Steps through every record of the file. Values are counted, but not kept.
  init(_ file: V1File) {
    var records: [(name: [UInt8], records: [Record])] = []
    for (name, slice) in Self.slices(of: file) {
      do {
        let record = try Self.describe(name, slice, of: file)
        if records.last?.name == name {
          records[records.count - 1].records.append(record)
        } else {
          records.append((name, [record]))
        }
      } catch {
        failures.append((name, error as? CheckpointDefect ?? .data(.missing)))
      }
    }
    let failed = Set(failures.map(\.name))
    for (name, records) in records where !failed.contains(name) { add(name, records) }
  }

  /// The name and the slice of every key, in the order of the keys: slices of one tensor follow each other.
  private static func slices(of file: V1File) -> [(name: [UInt8], slice: TensorSlice)] {
    var keys: [[UInt8]] = []
    for block in file.table.dataBlocks {
      if let entries = try? file.table.locateEntries(of: block.handle) {
        keys += entries.map(\.key)
      } else if var cursor = try? file.table.readBlock(block.handle).makeCursor() {
        while (try? cursor.next()) == true { keys.append(cursor.key) }
      }
    }
    return keys.compactMap { TensorSlice.decode(key: $0) }
  }

  private mutating func add(_ name: [UInt8], _ records: [Record]) {
    guard let first = records.first, records.allSatisfy({ $0.dtype == first.dtype }),
      let (dimensions, isKnown) = Self.dimensions(records)
    else {
      failures.append((name, .slices(.hole(nil))))
      return
    }
    var doubts: [SalvageDoubt] = []
    if first.isAssumed { doubts.append(.assumedDType(first.dtype)) }
    if !isKnown { doubts.append(.lostShape(rank: dimensions.count)) }
    if first.slice.extents.contains(where: { $0.length != nil }) { doubts.append(.unprovenCompleteness) }
    if !doubts.isEmpty { self.doubts[name] = doubts }
    entries.append(
      V1Metadata.Entry(
        name: name, dtype: first.dtype.rawValue, shape: TensorShapeMessage(dimensions: dimensions),
        slices: records.map(\.slice)))
  }

  /// Extents that contain all slices, and whether they are known to be the tensor's; nil if the slices contradict each other.
  ///
  /// If the slices cover only one axis completely, its extent follows from the number of elements. If they cover several, the first of
  /// these gets all elements and the others one each: the product is right, and no value is lost.
  private static func dimensions(_ records: [Record]) -> (dimensions: [Int], isKnown: Bool)? {
    let rank = records[0].slice.extents.count
    guard records.allSatisfy({ $0.slice.extents.count == rank }) else { return nil }
    var dimensions = [Int](repeating: 1, count: rank)
    var whole: [Int] = []
    for axis in 0..<rank {
      let ends = records.map { record -> Int? in
        let extent = record.slice.extents[axis]
        return extent.length.flatMap { extent.start.addingChecked($0) }
      }
      if ends.allSatisfy({ $0 == nil }) {
        whole.append(axis)
      } else {
        guard !ends.contains(nil), let end = ends.compactMap(\.self).max(), end > 0 else { return nil }
        dimensions[axis] = end
      }
    }
    var inner: Int?
    for record in records {
      let cut = record.slice.extents.compactMap(\.length).reduce(1) { $0.multipliedChecked(by: $1) ?? 0 }
      guard cut > 0, record.elementCount % cut == 0, inner == nil || inner == record.elementCount / cut else {
        return nil
      }
      inner = record.elementCount / cut
    }
    guard let inner else { return nil }
    if let axis = whole.first { dimensions[axis] = inner } else if inner != 1 { return nil }
    return (dimensions, whole.count <= 1)
  }

  // MARK: - One record

  /// The field of `TensorProto` for each kind of values, the dtype that it means, and whether other dtypes use the same field.
  private static let fields: [(field: UInt32, dtype: DType, isAssumed: Bool)] = [
    (5, .float32, false), (6, .float64, false), (7, .int32, true), (8, .string, false), (9, .complex64, false),
    (10, .int64, false), (11, .bool, false), (12, .complex128, false), (13, .float16, true), (16, .uint32, false),
    (17, .uint64, false),
  ]

  private static func describe(_ name: [UInt8], _ slice: TensorSlice, of file: V1File) throws -> Record {
    do {
      return try describe(name, slice, of: file, declared: nil)
    } catch CheckpointDefect.data(.otherDType(let number, _)) {
      // TensorFlow omits the dtype. If a record has it, there is nothing to assume.
      guard let dtype = Int32(exactly: number).flatMap(DType.init(rawValue:)) else {
        throw CheckpointDefect.entry(.unknownDType(number))
      }
      return try describe(name, slice, of: file, declared: dtype)
    }
  }

  private static func describe(
    _ name: [UInt8], _ slice: TensorSlice, of file: V1File, declared: DType?
  ) throws -> Record {
    guard var record = try file.openRecord(slice.key(ofTensor: name)) else {
      throw CheckpointDefect.slices(.missing(slice))
    }
    var found: (field: UInt32, dtype: DType, isAssumed: Bool)?
    var numberCount = 0
    // A record never has the dtype of a resource, so any dtype that is there is reported.
    try record.forEachValueField(name: name, slice: slice, dtype: declared ?? .resource) { stream, tag, end in
      guard let row = fields.first(where: { $0.field == tag.number }), let values = V1Values(declared ?? row.dtype),
        values.field == tag.number
      else { return try stream.skipField(tag.type, before: end) }
      guard found == nil || found?.field == row.field else { throw CheckpointDefect.entry(.noDType) }
      found = row
      numberCount += try stream.countNumbers(values, tag, before: end)
    }
    guard let found else { throw CheckpointDefect.entry(.noDType) }
    let dtype = declared ?? found.dtype
    let perElement = dtype.kind == .complex ? 2 : 1
    return Record(
      slice: slice, dtype: dtype, isAssumed: declared == nil && found.isAssumed, elementCount: numberCount / perElement)
  }
}

extension BlockStream {
  /// Counts the numbers, or strings, in a field, and skips it.
  fileprivate mutating func countNumbers(_ values: V1Values, _ tag: WireTag, before end: Int) throws -> Int {
    guard tag.type == .lengthDelimited, values.encoding != .string else {
      try skipField(tag.type, before: end)
      return 1
    }
    let runEnd = try enterPayload(before: end)
    let byteCount = runEnd - position
    if values.encoding == .fixed {
      try skip(byteCount)
      return byteCount / values.width
    }
    var count = 0
    while position < runEnd {
      let left = runEnd - position
      let taken = try peek(minimum: 1) { bytes in
        let taken = min(left, bytes.byteCount)
        // The last byte of a varint is the only one below 128.
        for index in 0..<taken where unsafe bytes.unsafeLoad(fromByteOffset: index, as: UInt8.self) < 0x80 {
          count += 1
        }
        return taken
      }
      try skip(taken)
    }
    return count
  }
}
