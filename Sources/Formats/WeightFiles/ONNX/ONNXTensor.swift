internal import Bytes
internal import Files
internal import Tensors

/// The fields of a `TensorProto`, read without its values.
///
/// - Source: `onnx.proto3`, `TensorProto`.
struct ONNXTensor {
  /// How much of a field of values there is.
  struct Values {
    /// Bytes of packed numbers, and of fixed-width numbers that are not packed.
    var byteCount = 0
    /// Numbers or strings that are fields of their own.
    var count = 0
    /// The first part, and how many parts there are.
    var first: Range<Int>?
    var partCount = 0
  }

  let message: Range<Int>
  var name = ""
  private(set) var dimensions: [Int] = []
  private(set) var rank = 0
  private(set) var typeNumber = 0
  private(set) var raw: Range<Int>?
  private(set) var values: [UInt32: Values] = [:]
  private(set) var external = ONNXExternalData()
  private(set) var place: UInt64 = 0
  private(set) var isSegment = false

  /// Reads the fields of a message.
  init(in message: Range<Int>, of walk: ProtobufFile) throws {
    self.message = message
    try walk.forEachField(in: message) { field, payload in
      switch (field, payload) {
      case (1, .number(let dimension)): addDimension(dimension)
      case (1, .bytes(let range)): try walk.forEachNumber(in: range) { addDimension($0) }
      case (2, .number(let number)): typeNumber = Int(Int32(truncatingIfNeeded: number))
      case (3, .bytes): isSegment = true
      case (8, .bytes(let range)): name = try walk.text(in: range)
      case (9, .bytes(let range)): raw = range
      case (13, .bytes(let range)):
        let (key, value) = try walk.entry(in: range)
        if ["location", "offset", "length"].contains(key) { external.entries[key] = value }
      case (14, .number(let number)): place = number
      case (4, .bytes(let range)), (5, .bytes(let range)), (7, .bytes(let range)), (10, .bytes(let range)),
        (11, .bytes(let range)), (4, .fixed32(let range)), (10, .fixed64(let range)):
        addValues(field, range, isPacked: true)
      case (5, .number), (7, .number), (11, .number): addValues(field, 0..<0, isPacked: false)
      case (6, .bytes(let range)): addValues(field, range, isPacked: false)
      default: break
      }
    }
  }

  private mutating func addDimension(_ dimension: UInt64) {
    rank += 1
    // More axes than a shape may have need no place.
    if rank <= Shape.maximumRank { dimensions.append(Int(Int64(bitPattern: dimension))) }
  }

  private mutating func addValues(_ field: UInt32, _ range: Range<Int>, isPacked: Bool) {
    var known = values[field] ?? Values()
    known.byteCount += range.count
    known.count += isPacked ? 0 : 1
    known.first = known.first ?? range
    known.partCount += 1
    values[field] = known
  }

  /// The shape.
  ///
  /// - Throws: `WeightFileDefect.badShape`.
  func shape() throws(WeightFileDefect) -> Shape {
    guard rank <= Shape.maximumRank else { throw .badShape(.rankTooLarge(rank)) }
    return try Shape(checking: dimensions)
  }
}

extension ProtobufFile {
  /// The key and the value of an entry.
  ///
  /// - Source: `onnx.proto3`, `StringStringEntryProto`.
  func entry(in range: Range<Int>) throws -> (key: String, value: String) {
    var (key, value) = ("", "")
    try forEachField(in: range) { field, payload in
      guard case .bytes(let part) = payload else { return }
      if field == 1 { key = try text(in: part) }
      if field == 2 { value = try text(in: part) }
    }
    return (key, value)
  }
}
