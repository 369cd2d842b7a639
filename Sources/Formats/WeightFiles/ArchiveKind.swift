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
    guard let archive = try? ZipArchive(file) else {
      self = .other
      return
    }
    let names = archive.members.map(\.text)
    if names.contains("model.weights.h5") {
      self = .keras
    } else if names.contains(where: { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }) {
      self = .torch
    } else {
      self = names.contains { $0.hasSuffix(".npy") } ? .arrays : .other
    }
  }
}
