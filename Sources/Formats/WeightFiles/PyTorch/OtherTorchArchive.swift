internal import Files
internal import Messages

/// What PyTorch writes as a zip archive besides models and TorchScript programs.
public enum OtherTorchArchive: Sendable, Equatable {
  /// A program of `torch.export` (`.pt2`).
  case exported
  /// A package of `torch.package`.
  case package

  /// Judges by the names of the members; nil for other archives.
  init?(_ names: [String]) {
    if ZipModel.isExport(names) {
      self = .exported
    } else if ZipModel.isPackage(names) {
      self = .package
    } else {
      return nil
    }
  }

  /// What it is, in a sentence that follows the file's path.
  var words: Message {
    switch self {
    case .exported: "is a program of torch.export, which Decant does not read."
    case .package: "is a package of torch.package, which Decant does not read."
    }
  }

  /// What to do so that Decant can read its weights, in a sentence.
  var advice: Message {
    switch self {
    case .exported:
      "In PyTorch, save its weights: torch.save(dict(torch.export.load(FILE).state_dict), 'model.pth')."
    case .package: "In PyTorch, load the model with torch.package.PackageImporter, and save its state_dict."
    }
  }
}
