internal import Bytes

/// What is known of a tensor without reading its data.
public struct TensorDescriptor: Sendable, Equatable {
  /// The full name, such as `InceptionV3/Conv2d_1a_3x3/weights`.
  public var name: String
  /// The element type.
  public var dtype: DType
  /// The extents of the axes.
  public var shape: Shape
  /// Bytes that the tensor takes in its file. For fixed-width dtypes in every source: elements times width.
  public var byteCount: Int
  /// Where the data is, if it is in one place.
  public var location: TensorLocation?
  /// The number of slices of a partitioned variable; 1 for a tensor stored whole.
  public var sliceCount: Int

  /// Describes one tensor.
  public init(
    name: String, dtype: DType, shape: Shape, byteCount: Int, location: TensorLocation? = nil, sliceCount: Int = 1
  ) {
    self.name = name
    self.dtype = dtype
    self.shape = shape
    self.byteCount = byteCount
    self.location = location
    self.sliceCount = sliceCount
  }
}

/// Where a tensor's data starts.
public struct TensorLocation: Sendable, Equatable, Comparable {
  /// The index of the file in its source's `files`.
  public var file: Int
  /// The offset of the first byte in that file. For data in a Snappy block, the offset of the block.
  public var offset: Int

  /// A place in a source's files.
  public init(file: Int, offset: Int) {
    self.file = file
    self.offset = offset
  }

  /// By file, then by offset.
  public static func < (left: Self, right: Self) -> Bool {
    (left.file, left.offset) < (right.file, right.offset)
  }
}

extension [TensorDescriptor] {
  /// The index of a name among descriptors that are sorted by name; nil if it is not there.
  ///
  /// Compares bytes, because Swift's `==` considers some different names equal.
  package func index(ofName name: String) -> Int? {
    let index = firstIndex(notBefore: name)
    return index < count && self[index].name.equalsInBytes(name) ? index : nil
  }

  /// The index of the first name that does not come before `name`; the number of descriptors if all do.
  package func firstIndex(notBefore name: String) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if self[middle].name.precedesInBytes(name) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
