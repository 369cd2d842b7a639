internal import Bytes
public import Tensors

/// The first elements of a tensor, as text.
public struct TensorValues: Sendable, Equatable {
  /// What the tensor is.
  public let descriptor: TensorDescriptor
  /// The first elements in row-major order.
  public let texts: [String]

  /// Reads the whole tensor, so that its checksum is verified, and keeps the first elements.
  ///
  /// - Parameters:
  ///   - descriptor: one of the source's.
  ///   - source: where to read.
  ///   - count: how many elements to keep; all if the tensor has fewer.
  /// - Throws: what the source throws. Resources and variants, which have no plain values, have no elements.
  public init(firstOf descriptor: TensorDescriptor, in source: some TensorSource, count: Int) throws {
    self.descriptor = descriptor
    switch descriptor.dtype.kind {
    case .opaque: texts = []
    case .string: texts = try source.readStrings(descriptor).prefix(max(0, count)).map { ValueFormatter.text(of: $0) }
    default:
      let limit = descriptor.dtype.byteCount?.multipliedChecked(by: max(0, count)) ?? .max
      var kept: [UInt8] = []
      try source.read(descriptor, maximumByteCount: 1 << 20) { piece in
        if kept.count < limit { kept += [UInt8](piece.extracting(0..<min(piece.byteCount, limit - kept.count))) }
      }
      texts = ValueFormatter.texts(of: kept, dtype: descriptor.dtype)
    }
  }

  /// The index of an element on each axis, from its row-major number.
  public func index(of element: Int) -> [Int] { descriptor.shape.index(ofElement: element) }
}

extension Shape {
  /// The index of an element on each axis, from its row-major number.
  package func index(ofElement element: Int) -> [Int] {
    var rest = element
    var index: [Int] = []
    for dimension in dimensions.reversed() {
      index.append(dimension == 0 ? 0 : rest % dimension)
      rest /= max(dimension, 1)
    }
    return index.reversed()
  }
}
