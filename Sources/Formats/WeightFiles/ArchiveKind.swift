package import Files
public import Messages

/// What a zip archive is, judging by the names of its members.
public enum ArchiveKind: Sendable, Equatable {
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

  /// What to do with an archive that Decant does not read.
  public var advice: Message? {
    switch self {
    case .keras:
      "It is a Keras archive (.keras). Unpack its weights with 'unzip MODEL.keras model.weights.h5', and use that file."
    case .torch:
      "It is a PyTorch file. Its tensors are described by a pickle, which Decant never loads, because a pickle can run "
        + "code. In Python: safetensors.torch.save_file(torch.load(PATH, weights_only=True), 'model.safetensors')"
    case .arrays, .other: nil
    }
  }
}
