/// The formats of models that are zip archives themselves, by the names of the members.
package enum ZipModel: Sendable {
  /// numpy arrays.
  case arrays
  /// A Keras 3 model (`.keras`): its weights are in an HDF5 file in the archive.
  case keras
  /// A PyTorch model, whose tensors are described by a pickle.
  case torch

  /// Nil for an archive of files.
  ///
  /// - Parameters:
  ///   - listing: the archive's directory.
  ///   - name: the archive's own name, which decides for archives that hold a format's files and others.
  package init?(_ listing: ZipListing, named name: String) {
    let names = listing.members.map(\.text)
    let claimed = KnownFile(name: name)
    if names.contains("model.weights.h5"), claimed?.format == .keras || names.contains("config.json") {
      self = .keras
    } else if names.contains(where: { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") })
      || Self.holdsProgram(names)
      // PyTorch's reader explains these.
      || names.contains(where: { $0.hasSuffix("/archive_format") || $0.hasSuffix("/.data/extern_modules") })
    {
      self = .torch
    } else if names.contains(where: { $0.hasSuffix(".npy") }),
      name.lowercased().hasSuffix(".npz") || names.allSatisfy({ $0.hasSuffix(".npy") })
    {
      self = .arrays
    } else {
      return nil
    }
  }

  /// Whether the members are those of a program that TorchScript wrote before 1.3: a list of tensors, a version and code in one folder.
  private static func holdsProgram(_ names: [String]) -> Bool {
    let lists = names.filter { $0.hasSuffix("/model.json") }
    guard !lists.isEmpty else { return false }
    let present = Set(names)
    return lists.contains { name in
      let root = name.dropLast("model.json".count)
      return present.contains("\(root)version") && names.contains { $0.hasPrefix("\(root)code/") }
    }
  }
}
