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
    } else if Self.holdsPickle(names) || Self.programRoot(in: names) != nil
      // PyTorch's reader explains these.
      || Self.isExport(names) || Self.isPackage(names)
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

  /// Whether it is a program of `torch.export` (`.pt2`).
  package static func isExport(_ names: [String]) -> Bool {
    names.contains { $0.hasSuffix("/archive_format") && $0.count { $0 == "/" } == 1 }
  }

  /// Whether it is a package of `torch.package`.
  package static func isPackage(_ names: [String]) -> Bool { names.contains { $0.hasSuffix("/.data/extern_modules") } }

  /// Whether a pickle describes tensors, as in everything that PyTorch has written since 1.6, and TorchScript since 1.3.
  private static func holdsPickle(_ names: [String]) -> Bool {
    names.contains { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }
  }

  /// The folder of a program that TorchScript wrote before 1.3, with a slash at its end: it has a list of tensors (`model.json`), a version
  /// and code. Nil if the archive has no such program.
  package static func programRoot(in names: [String]) -> String? {
    let list = "model.json"
    let roots = names.filter { $0.hasSuffix("/\(list)") }.map { String($0.dropLast(list.count)) }
    guard !roots.isEmpty, !holdsPickle(names) else { return nil }
    let present = Set(names)
    return roots.first { root in present.contains("\(root)version") && names.contains { $0.hasPrefix("\(root)code/") } }
  }
}
