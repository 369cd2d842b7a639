package import Tensors

/// One rectangle of a partitioned variable.
public struct TensorSlice: Hashable, Sendable {
  /// The part of one axis that a slice takes.
  public struct Extent: Hashable, Sendable {
    /// The first index; 0 for the whole axis.
    public let start: Int
    /// The number of indices; nil for the whole axis.
    public let length: Int?

    /// The whole axis.
    public static let whole = Extent(start: 0, length: nil)

    /// `length` indices from `start` on.
    public init(start: Int, length: Int?) {
      self.start = start
      self.length = length
    }
  }

  /// One for each axis, outermost first.
  public let extents: [Extent]

  /// A slice of these extents.
  public init(_ extents: [Extent]) {
    self.extents = extents
  }

  /// The key of the slice's record in a V1 table, or of its entry in a V2 index.
  ///
  /// `0`, the tensor's name, the rank, then start and length (−1 for a whole axis) of each extent, in ordered code.
  public func key(ofTensor name: some Sequence<UInt8>) -> [UInt8] {
    var key = OrderedCode.encode(unsigned: 0)
    key += OrderedCode.encode(string: name)
    key += OrderedCode.encode(unsigned: UInt64(extents.count))
    for extent in extents {
      key += OrderedCode.encode(signed: Int64(extent.start))
      key += OrderedCode.encode(signed: Int64(extent.length ?? -1))
    }
    return key
  }

  /// Parses a key; nil if it is not the key of a slice.
  public static func decode(key: [UInt8]) -> (name: [UInt8], slice: TensorSlice)? {
    var rest = key[...]
    guard OrderedCode.decodeUnsigned(&rest) == 0, let name = OrderedCode.decodeString(&rest),
      let rank = OrderedCode.decodeUnsigned(&rest), rank <= Shape.maximumRank
    else { return nil }
    var extents: [Extent] = []
    for _ in 0..<rank {
      guard let start = OrderedCode.decodeSigned(&rest), let length = OrderedCode.decodeSigned(&rest) else {
        return nil
      }
      extents.append(Extent(start: Int(start), length: length == -1 ? nil : Int(length)))
    }
    return rest.isEmpty ? (name, TensorSlice(extents)) : nil
  }

  /// The indices on each axis that the slice takes from a tensor.
  ///
  /// - Parameter shape: the shape of the whole tensor.
  /// - Returns: a range for each axis.
  /// - Throws: `SliceDefect` if the slice is not within the shape.
  package func ranges(in shape: Shape) throws(SliceDefect) -> [Range<Int>] {
    guard extents.count == shape.rank else { throw .rank(self, shape) }
    var ranges: [Range<Int>] = []
    for (extent, dimension) in zip(extents, shape.dimensions) {
      guard let length = extent.length else {
        guard extent.start == 0 else { throw .outside(self, shape) }
        ranges.append(0..<dimension)
        continue
      }
      guard length > 0 else { throw .empty(self) }
      guard extent.start >= 0, extent.start <= dimension, length <= dimension - extent.start else {
        throw .outside(self, shape)
      }
      ranges.append(extent.start..<extent.start + length)
    }
    return ranges
  }
}

extension TensorSlice: CustomStringConvertible {
  /// TensorFlow's spelling, such as `-:0,3`: for each axis `-` or start and length.
  public var description: String {
    extents.map { extent in extent.length.map { "\(extent.start),\($0)" } ?? "-" }.joined(separator: ":")
  }
}
