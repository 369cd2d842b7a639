internal import CTensorFlowProtos
internal import ProtobufMessages
internal import ProtobufWire
internal import Tensors

/// A `TensorShapeProto` as it is in the file, unchecked.
struct TensorShapeMessage: Equatable {
  var dimensions: [Int] = []
  var hasUnknownRank = false

  /// A shape with known extents.
  init(dimensions: [Int]) {
    self.dimensions = dimensions
  }

  /// A scalar's shape.
  init() {}

  /// Parses a shape that has only dimensions with extents; nil for all others.
  init?(plain bytes: RawSpan) {
    var reader = WireReader(bytes)
    do throws(WireError) {
      while let tag = try reader.readTag() {
        guard tag.number == 2, tag.type == .lengthDelimited else { return nil }
        var dimension = WireReader(try reader.readPayload())
        var extent = 0
        if let tag = try dimension.readTag() {
          guard tag.number == 1, tag.type == .varint else { return nil }
          extent = Int(truncatingIfNeeded: try dimension.readVarint())
        }
        guard dimension.isAtEnd else { return nil }
        dimensions.append(extent)
      }
    } catch {
      return nil
    }
  }

  /// An absent message is a scalar's shape.
  init(_ pointer: UnsafeMutablePointer<Tensorflow__TensorShapeProto>?) {
    guard let message = unsafe pointer?.pointee else { return }
    let axes: [Tensorflow__TensorShapeProto__Dim] = unsafe structs(message.dim, message.n_dim)
    dimensions = unsafe axes.map { unsafe Int($0.size) }
    hasUnknownRank = unsafe message.unknown_rank != 0
  }

  /// The shape, if it is one.
  func shape() throws(CheckpointDefect) -> Shape {
    guard !hasUnknownRank else { throw .entry(.unknownRank) }
    do throws(ShapeError) { return try Shape(dimensions) } catch { throw .entry(.badShape(error)) }
  }
}

extension Shape {
  /// The `TensorShapeProto`; nothing for a scalar.
  var encodedMessage: [UInt8] {
    var message = WireWriter()
    for dimension in dimensions {
      var axis = WireWriter()
      axis.append(1, nonzero: dimension)
      message.append(2, bytes: axis.bytes)
    }
    return message.bytes
  }
}

extension TensorSlice {
  /// The `TensorSliceProto`; an extent without a length takes the whole axis.
  var encodedMessage: [UInt8] {
    var message = WireWriter()
    for extent in extents {
      var axis = WireWriter()
      axis.append(1, nonzero: extent.start)
      if let length = extent.length { axis.append(2, varint: length) }
      message.append(1, bytes: axis.bytes)
    }
    return message.bytes
  }

  /// All of a tensor.
  static func whole(of shape: Shape) -> TensorSlice { TensorSlice(shape.dimensions.map { _ in .whole }) }

  init(_ message: Tensorflow__TensorSliceProto) {
    let extents: [Tensorflow__TensorSliceProto__Extent] = unsafe structs(message.extent, message.n_extent)
    self.init(
      unsafe extents.map { extent in
        let hasLength = unsafe extent.has_length_case == TENSORFLOW__TENSOR_SLICE_PROTO__EXTENT__HAS_LENGTH_LENGTH
        return unsafe Extent(start: Int(extent.start), length: hasLength ? Int(extent.length) : nil)
      })
  }
}

extension DType {
  /// The dtype for a number in a file, and whether the number stood for a reference to it.
  static func stored(_ number: Int32) throws(CheckpointDefect) -> (dtype: DType, isReference: Bool) {
    guard number != 0 else { throw .entry(.noDType) }
    if let dtype = DType(rawValue: number) { return (dtype, false) }
    if number > 100, let dtype = DType(rawValue: number - 100) { return (dtype, true) }
    throw .entry(.unknownDType(Int(number)))
  }
}
