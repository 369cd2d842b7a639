internal import Files
package import Tensors

/// What came of reading every tensor of a source, for a doctor who would otherwise read all of it again.
package struct KnownReading: Sendable {
  private let descriptors: [TensorDescriptor]
  private let files: [SourceFile]
  private let errors: [Int: any Error]

  /// What reading a source with checksums gave.
  ///
  /// - Parameters:
  ///   - source: what was read whole.
  ///   - errors: the errors of the tensors that cannot be read, by their places among the source's.
  package init(of source: any TensorSource, errors: [Int: any Error]) {
    (descriptors, files, self.errors) = (source.descriptors, source.files, errors)
  }

  /// The errors, by the places of the tensors, if the source is the same one: of the same files with the same content and the same names.
  func errors(of source: any TensorSource) -> [Int: any Error]? {
    guard files.count == source.files.count, !files.isEmpty, descriptors == source.descriptors else { return nil }
    for (known, file) in zip(files, source.files) {
      switch (known.state, file.state) {
      case (let known?, let state?): guard known.isUnchanged(from: state) else { return nil }
      // A file that is missing was missing before.
      case (nil, nil): guard known.byteCount == nil, file.byteCount == nil, known.path == file.path else { return nil }
      default: return nil
      }
    }
    return errors
  }
}
