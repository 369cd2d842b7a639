internal import Tensors

/// What reads an HDF5 file: libhdf5 in this process, or in a child of it. A defect of the file is thrown as an `HDF5Failure`.
protocol HDF5Reader: Sendable {
  /// All datasets, and what the file says about itself.
  func contents() throws -> HDF5Contents

  /// Reads the elements of a fixed-width dataset from `element` on, as many as are read at once.
  ///
  /// - Parameters:
  ///   - dataset: one of `contents`, which has elements.
  ///   - element: the first, where the box before ended.
  ///   - buffer: receives the elements from its first byte on, packed and little-endian; grows if it is too small.
  /// - Returns: how many bytes they take.
  /// - Throws: `HDF5Failure`, or `FileError` if there is no memory for them.
  func readBox(of dataset: HDF5Dataset, at element: Int, into buffer: inout [UInt8]) throws -> Int

  /// Reads all elements of a dataset of strings.
  func readStrings(of dataset: HDF5Dataset) throws -> [[UInt8]]

  /// The attributes that are neither metadata nor about a tensor, in words. `contents` does without them, because a
  /// damaged one may end the process that reads it.
  func otherAttributes() throws -> [String]

  /// Releases the resources of reading other than memory, when nothing will be read for a while.
  func rest()
}

/// What an HDF5 file holds.
struct HDF5Contents: Codable, Sendable {
  /// In the order of the file.
  var datasets: [HDF5Dataset]
  /// The attributes of the root group that are single strings.
  var metadata: [String: String]
  /// What is not a tensor, or cannot be read.
  var problems: [HDF5Problem]
  /// Why some metadata cannot be read.
  var metadataFailure: HDF5Failure?
}

/// Something in the file that is not a tensor or cannot be read, and why.
struct HDF5Problem: Codable, Sendable {
  /// The name that the tensor would have.
  var name: String
  /// Its path in the file.
  let path: String
  let failure: HDF5Failure
  /// Whether nothing is lost because of it.
  let isHarmless: Bool
}

/// A dataset that is a tensor.
struct HDF5Dataset: Codable, Sendable {
  /// Its index in `HDF5Contents`.
  let index: Int
  /// The tensor's name.
  var name: String
  /// The dataset's path.
  let path: String
  let dtype: DType
  let shape: Shape
  /// Bytes in the file: for fixed-width dtypes, elements times width.
  let byteCount: Int
  /// Where the data starts, if it is in one piece.
  let offset: Int?
  /// Whether the file has the elements as they are read: in one piece, little-endian, packed.
  let isPacked: Bool
  /// Whether negative elements of int4 or int2 are sign-extended; see `DTypeNote`.
  let isSignExtended: Bool
  /// The Keras layer that the tensor belongs to.
  var layer: String?
  /// Its place among the weights of a Keras model.
  var weight: KerasWeight?

  var descriptor: TensorDescriptor {
    TensorDescriptor(
      name: name, dtype: dtype, shape: shape, byteCount: byteCount,
      location: offset.map { TensorLocation(file: 0, offset: $0) })
  }
}
