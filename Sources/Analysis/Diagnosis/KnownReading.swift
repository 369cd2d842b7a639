internal import Files
package import Tensors

/// The results of reading every tensor of a source, so that the doctor need not read all of it again.
package struct KnownReading: Sendable {
  private let descriptors: [TensorDescriptor]
  private let files: [SourceFile]
  private let errors: [Int: any Error]

  /// The results of reading a source with checksums.
  ///
  /// - Parameters:
  ///   - source: the source, which was read completely.
  ///   - errors: the errors of the tensors that cannot be read, by their index among the source's tensors.
  package init(of source: any TensorSource, errors: [Int: any Error]) {
    (descriptors, files, self.errors) = (source.descriptors, source.files, errors)
  }

  /// The errors, by the index of the tensors, if the source is the same one: the same files with the same content and
  /// the same names.
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
