package import Files

/// What a zip archive is, judging by the names of its members.
package enum ArchiveKind: Sendable, Equatable {
  /// numpy arrays.
  case arrays
  /// A Keras 3 model (`.keras`): its weights are in an HDF5 file in the archive.
  case keras
  /// A PyTorch model, whose tensors are described by a pickle.
  case torch
  /// Another archive, or a damaged one.
  case other

  /// Identifies an archive by its directory.
  package init(of file: InputFile) {
    switch (try? ZipListing(file)).flatMap({ ZipModel($0, named: file.name) }) {
    case .arrays: self = .arrays
    case .keras: self = .keras
    case .torch: self = .torch
    case nil: self = .other
    }
  }
}
