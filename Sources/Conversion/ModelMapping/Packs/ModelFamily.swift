package import Messages
public import Tensors

/// A family of models that a source belongs to, and what the source could become.
public struct ModelFamily: Sendable, Equatable {
  /// One word for the family, such as `resnet_v1`.
  public let family: String
  /// The family in words.
  public let title: String
  /// The network of the family; nil if it has only one.
  public let variant: String?
  /// The library whose names the tensors have.
  public let library: String
  /// Other libraries that have the same network, so that `--names` can write their names.
  public let targets: [String]
  /// How many tensors the model requires.
  public let requiredCount: Int
  /// How many of the required tensors exist.
  public let presentCount: Int

  /// Finds the family of a source's tensors; nil for models that Decant does not know, and for im2txt, which has names of
  /// its own.
  public static func find(in descriptors: [TensorDescriptor]) -> ModelFamily? {
    find(in: descriptors, KnownModel.showAndTell.examine(descriptors))
  }

  /// The same for tensors that were compared with im2txt.
  package static func find(in descriptors: [TensorDescriptor], _ examination: ModelExamination) -> ModelFamily? {
    guard !examination.isComplete else { return nil }
    return PackCatalog.builtIn.recognize(descriptors).map(ModelFamily.init)
  }

  private init(_ found: PackRecognition) {
    let pack = found.pack
    (family, title, variant, library) = (pack.family, pack.title, found.variant, pack.libraries[found.library].name)
    targets = pack.libraries.indices.filter { $0 != found.library && pack.computesSame(found.library, $0) }
      .map { pack.libraries[$0].name }
    presentCount = found.presentCount
    requiredCount = found.presentCount + found.missing.count
  }

  /// Such as `BERT under the names of tensorflow, complete; --names can write those of transformers`.
  package var summary: Message {
    var text: Message = "\(title)"
    if let variant { text += " (\(variant))" }
    text += " under the names of \(library), "
    text +=
      presentCount == requiredCount
      ? "complete" : "\(presentCount) of \(requiredCount.counted("required tensor"))"
    return targets.isEmpty ? text : text + "; --names can write those of \(list: targets)"
  }
}
