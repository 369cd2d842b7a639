package import Files

/// Where the elements of a tensor are in a file: row-major, little-endian and packed, as `read` hands them out.
package struct StoredElements: Sendable {
  /// The file, which holds all of them.
  package let file: InputFile
  /// The offset of the first byte.
  package let offset: Int

  /// Elements that lie in a file.
  package init(_ file: InputFile, at offset: Int) {
    (self.file, self.offset) = (file, offset)
  }
}

/// A source from whose files some elements can be read without those before them.
package protocol RandomAccessSource: TensorSource {
  /// Where the elements of one of `descriptors` are; nil if they must be decoded, or are not in one place.
  ///
  /// Nothing verifies them: of a source with checksums, `read` the tensor first.
  ///
  /// - Throws: the source's error if the elements are not all there.
  func storedElements(of descriptor: TensorDescriptor) throws -> StoredElements?
}

extension TensorSource {
  /// Where the elements of a tensor are, if the source is a `RandomAccessSource` that knows it; otherwise nil.
  package func placeOfElements(of descriptor: TensorDescriptor) throws -> StoredElements? {
    try (self as? any RandomAccessSource)?.storedElements(of: descriptor)
  }
}
