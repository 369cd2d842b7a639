/// Files whose names do not say what they are.
extension KnownFile {
  /// What a file's name shows, and its content where the name belongs to several programs: `.ckpt` and `.pth.tar` are PyTorch's too,
  /// and `model.json` is Keras' too.
  package init?(path: String) {
    let name = path.lastPart
    if let known = KnownFile(name: name) {
      self = known.format == .tensorFlowJS && KerasArchitecture.isOne(path) ? Self.kerasArchitecture : known
    } else if [".ckpt", ".tar"].contains(where: name.hasSuffix), Self.torchKind(path) != .other {
      self = Self.torch
    } else {
      return nil
    }
  }

  /// What the content of a file shows whose name says nothing; nil if the content shows nothing either.
  package init?(contentOf path: String) {
    guard Self.torchKind(path) == .model else { return nil }
    self = Self.torch
  }

  /// What a file is to PyTorch.
  private enum TorchKind {
    /// What `torch.save` or TorchScript wrote.
    case model
    /// A pickle, which may be of any program.
    case pickle
    case other
  }

  private static func torchKind(_ path: String) -> TorchKind {
    guard let file = try? InputFile(path: path), let kind = try? FileKind(of: file) else { return .other }
    switch kind {
    case .zip:
      guard let listing = try? ZipListing(file), case .torch? = ZipModel(listing, named: file.name) else {
        return .other
      }
      return .model
    case .tar: return (try? TorchTar(file)) == nil ? .other : .model
    case .pickle:
      let head = try? file.read(at: 0, count: min(file.byteCount, legacyMagic.count))
      return head == legacyMagic ? .model : .pickle
    default: return .other
    }
  }

  /// The number with which `torch.save` began before 1.6, as a pickle.
  ///
  /// - Source: PyTorch 2.9, `MAGIC_NUMBER` in `torch/serialization.py`.
  private static let legacyMagic: [UInt8] = [
    0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19,
  ]
}
