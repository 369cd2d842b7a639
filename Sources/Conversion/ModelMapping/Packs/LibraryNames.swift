internal import Bytes
package import Messages
package import Tensors

/// The names and layouts of a library, for models of the families that Decant knows.
public struct LibraryNames: Sendable, Equatable {
  /// The library, such as `transformers`; nil for the library that the source does not have, in a pack of two.
  public let name: String?
  /// The network or the class of the library that is wanted, such as `BertModel`; nil for what fits the source.
  public let choice: String?
  /// The file of a pack of one's own; nil for the packs inside Decant.
  public let packPath: String?
  /// Whether tensors are written although some do not fit, or although the library's network computes something else.
  public var acceptsMisfits = false
  /// The packs.
  package let catalog: PackCatalog

  /// A library of the packs inside Decant; nil if no pack has names of such a library, or such a network or class.
  ///
  /// - Parameter text: the library's name, and after a colon perhaps a network or a class: `transformers:BertModel`.
  public init?(_ text: String) {
    let (name, choice) = Self.parts(of: text)
    guard PackCatalog.builtIn.has(name, choice: choice) else { return nil }
    (self.name, self.choice, packPath, catalog) = (name, choice, nil, .builtIn)
  }

  private static func parts(of text: String) -> (name: String, choice: String?) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    return (parts[0], parts.count > 1 ? parts[1] : nil)
  }

  /// A pack of one's own.
  ///
  /// - Parameters:
  ///   - path: the file; see `docs/model-packs.md`.
  ///   - library: the library whose names are wanted, perhaps with a network or a class as in `init(_:)`; nil for the
  ///     library that the source does not have.
  /// - Throws: `FileError` if the file cannot be read, `ModelPackError` if it is not a pack.
  public init(pack path: String, library: String?) throws {
    let pack = try ModelPack(path: path)
    let parts = library.map(Self.parts)
    if let parts, !PackCatalog([pack]).has(parts.name, choice: parts.choice) {
      throw ModelPackError(
        .noNames(family: pack.title, library: library ?? "", known: pack.libraries.map(\.name), note: nil), file: path)
    }
    (name, choice, packPath, catalog) = (parts?.name, parts?.choice, path, PackCatalog([pack]))
  }

  /// Whether the library, the network or class, and the pack are the same.
  public static func == (left: LibraryNames, right: LibraryNames) -> Bool {
    (left.name, left.choice, left.packPath, left.acceptsMisfits)
      == (right.name, right.choice, right.packPath, right.acceptsMisfits)
  }

  /// The libraries of the packs inside Decant.
  package static var known: [String] { PackCatalog.builtIn.libraries }

  /// How a source gets the names.
  package enum Route {
    /// By a scheme: im2txt, or a source that has the names already.
    case scheme(NamingScheme)
    /// By a pack.
    case pack(PackMapping)
  }

  /// Finds the way from a source's names to the library's.
  ///
  /// - Throws: `ModelPackError` if the model is not known, or not known in this library; what the source throws.
  package func route(of source: any TensorSource) throws -> Route {
    let file = source.files.first?.path
    let captioning = (try? CanonicalSource.make(source)).map { KnownModel.showAndTell.examine($0.descriptors) }
    if let scheme, captioning?.isComplete == true { return .scheme(scheme) }
    guard let found = recognize(source.descriptors) else {
      if let scheme, captioning?.isRecognized == true { return .scheme(scheme) }
      throw ModelPackError(
        .unknownModel(library: name ?? packPath ?? "", hint: Self.hint(source.descriptors)), file: file)
    }
    let index = try target(of: found, file: file)
    if index == found.library { return .scheme(.keep) }
    return .pack(try PackMapping(source, found, to: index, class: choice))
  }

  /// The model of a source. If a class is wanted that takes other parts, another network of the family may have them.
  private func recognize(_ descriptors: [TensorDescriptor]) -> PackRecognition? {
    guard let found = catalog.recognize(descriptors, variant: choice) else { return nil }
    let wanted = found.pack.libraries.flatMap(\.classes).first { choice != nil && $0.name == choice }
    guard let wanted, !found.parts.isSuperset(of: wanted.parts) else { return found }
    return found.pack.variants.lazy.compactMap { catalog.recognize(descriptors, variant: $0.name) }
      .first { $0.pack.family == found.pack.family && $0.parts.isSuperset(of: wanted.parts) } ?? found
  }

  /// What is known of a source that no pack fits.
  private static func hint(_ descriptors: [TensorDescriptor]) -> Message? {
    guard descriptors.contains(where: { $0.name.contains("/vars/") }) else { return nil }
    return "A .weights.h5 file of Keras 3 numbers its weights and does not name them: save the model as .keras."
  }

  private func target(of found: PackRecognition, file: String?) throws(ModelPackError) -> Int {
    let libraries = found.pack.libraries
    if let name {
      if let index = found.pack.library(named: name) { return index }
      throw ModelPackError(
        .noNames(
          family: found.pack.title, library: name, known: libraries.map(\.name),
          // A reference that is alone says why; the notes of others are about conversions.
          note: libraries.count == 1 ? libraries[0].notes.first : nil),
        file: file)
    }
    let others = libraries.indices.filter { $0 != found.library }
    guard others.count == 1 else {
      throw ModelPackError(.chooseLibrary(others.map { libraries[$0].name }), file: packPath)
    }
    return others[0]
  }

  /// The scheme that im2txt's names in the library have; nil if there is none.
  private var scheme: NamingScheme? {
    guard packPath == nil else { return nil }
    return switch name {
    case "tensorflow": .modern
    case "torchvision": .pytorch
    case "keras": .keras
    default: nil
    }
  }
}

extension PackMapping {
  /// How many problems an error shows.
  private static let shownCount = 12

  /// Why a conversion must not start; nil if nothing is lost, or a person accepts it.
  ///
  /// - Parameters:
  ///   - acceptsMisfits: whether a person accepts it.
  ///   - file: the path of the source.
  /// - Returns: the error that the conversion ends with.
  package func obstacle(acceptsMisfits: Bool, file: String?) -> ModelPackError? {
    if acceptsMisfits { return nil }
    if isAnotherNetwork {
      // The library that differs from the reference says how.
      let source = recognition.pack.libraries[recognition.library]
      let why = target.network == "same" ? source.notes.first : target.notes.first
      return ModelPackError(
        .anotherNetwork(family: recognition.pack.title, library: target.name, why: why ?? ""), file: file)
    }
    guard !problems.isEmpty else { return nil }
    return ModelPackError(
      .incomplete(
        family: recognition.pack.title, problems: problems.prefix(Self.shownCount).map(\.message),
        count: problems.count), file: file)
  }

  /// What is left over, under the names in the source.
  package var leftOver: [(name: String, reason: Message)] {
    problems.compactMap { if case .leftOver(let name, let reason) = $0 { (name, reason) } else { nil } }
  }

  /// The layers of a Keras model; nil if the target is another library.
  package var kerasFileLayers: [KerasLayer]? { target.name == "keras" ? kerasLayers : nil }

  /// The layers of a Keras model with their weights, in the order in which a weights file lists them.
  private var kerasLayers: [KerasLayer] {
    var weights: [String: [String]] = [:]
    var order: [String] = []
    for (name, _) in tensors {
      let slash = name.lastIndex(of: "/") ?? name.startIndex
      let layer = String(name[..<slash])
      if weights[layer] == nil { order.append(layer) }
      weights[layer, default: []].append(String(name[slash...].dropFirst()))
    }
    let places = Dictionary(target.order.enumerated().map { ($1, $0) }) { first, _ in first }
    let sorted =
      target.order.isEmpty
      ? order
      : order.enumerated().sorted {
        (places[$0.element] ?? .max, $0.offset) < (places[$1.element] ?? .max, $1.offset)
      }.map(\.element)
    return sorted.map { KerasLayer(name: $0, weights: weights[$0] ?? []) }
  }
}

extension PackCatalog {
  /// Whether a pack has names of a library, and perhaps a network or a class of this name.
  fileprivate func has(_ name: String, choice: String?) -> Bool {
    packs.contains { pack in
      guard let index = pack.library(named: name) else { return false }
      guard let choice else { return true }
      return pack.variants.contains { $0.name == choice }
        || pack.libraries[index].classes.contains { $0.name == choice }
    }
  }
}

extension PackRecognition {
  /// What the source is, in words.
  package var title: Message {
    var text: Message = "\(pack.title)"
    if let variant { text += " (\(variant))" }
    return text
  }
}
