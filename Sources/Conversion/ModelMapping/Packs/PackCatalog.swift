internal import Bytes
internal import CModelPacks
internal import Messages
package import Tensors

/// Packs, and the search for the one that fits a file.
package struct PackCatalog: Sendable {
  /// The packs.
  package let packs: [ModelPack]
  private let index: PackIndex

  /// A catalog of some packs.
  package init(_ packs: [ModelPack]) {
    self.packs = packs
    index = PackIndex(packs)
  }

  /// The packs inside the program. Tests check every one of them.
  package static let builtIn = PackCatalog(
    (0..<Int(decant_model_pack_count())).compactMap { index in
      let text = unsafe decant_model_pack(Int32(index))
      let bytes = unsafe UnsafeRawBufferPointer(start: text.bytes, count: Int(text.count))
      return try? ModelPack(json: unsafe Array(bytes))
    })

  /// The libraries whose names some pack knows, each once, in their order of appearance.
  package var libraries: [String] {
    var seen: Set<String> = []
    return packs.flatMap { $0.libraries.map(\.name) }.filter { seen.insert($0).inserted }
  }

  /// The model that has these tensors; nil if no pack has more than half of what a model needs.
  ///
  /// - Parameters:
  ///   - descriptors: the tensors.
  ///   - variant: the network that is wanted, if a file has several of one family.
  /// - Returns: the model, and under which names it is.
  package func recognize(_ descriptors: [TensorDescriptor], variant: String? = nil) -> PackRecognition? {
    let names = descriptors.map { KerasLayer.weightPath($0.name) }
    var best: PackRecognition?
    for prefix in [""] + likelyPrefixes(names) {
      var present: [ByteString: Shape] = [:]
      var inside: [String] = []
      for (name, descriptor) in zip(names, descriptors) where name.hasPrefix(prefix) {
        let rest = String(name.dropFirst(prefix.count))
        inside.append(rest)
        present[ByteString(rest)] = descriptor.shape
      }
      // Names of two libraries may look alike until numbers count.
      for candidate in index.candidates(inside).prefix(4) {
        let pack = packs[candidate.pack]
        guard
          let found = PackRecognition(
            pack, library: candidate.library, inside, present, prefix: prefix, variant: variant)
        else { continue }
        if found.fits(betterThan: best) { best = found }
      }
      if best != nil { break }
    }
    return best
  }

  /// How many components at the beginning of names may belong to the program around a model.
  private static let maximumPrefixCount = 3

  /// What precedes names that are known, in most of a file: a model inside another program.
  private func likelyPrefixes(_ names: [String]) -> [String] {
    if !index.candidates(names).isEmpty { return [] }
    var counts: [Substring: Int] = [:]
    for name in names {
      var end = name.startIndex
      for _ in 0..<Self.maximumPrefixCount {
        guard let separator = name[end...].firstIndex(where: { $0 == "/" || $0 == "." }) else { break }
        end = name.index(after: separator)
        if index.knows(name[end...]) { counts[name[..<end], default: 0] += 1 }
      }
    }
    // Fewer than this could be any program's layers.
    let likely = counts.filter { $0.value >= 4 }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    return likely.prefix(2).map { String($0.key) }
  }
}

/// Which model a file has, and under which library's names.
package struct PackRecognition: Sendable {
  /// The family.
  package let pack: ModelPack
  /// The index of the library whose names the file has.
  package let library: Int
  /// The network, with the class of the file's library.
  let network: PackNetwork
  /// What precedes the model's names in the file.
  package let prefix: String
  /// How many of the required tensors exist.
  package private(set) var presentCount = 0
  /// The required tensors that do not exist.
  package private(set) var missing: [String] = []
  /// The optional parts of which at least one tensor exists.
  package private(set) var parts: Set<String> = []

  /// Tensors that exist although a model need not have them, such as those of heads.
  private var optionalCount = 0
  /// Tensors whose shapes are not those of the network.
  private var misfitCount = 0

  /// The variant's name; nil if the family has only one.
  package var variant: String? { network.variant.name }

  /// The best network of a pack for some names; nil if no network has more than half of its tensors.
  ///
  /// - Parameters:
  ///   - pack: the pack.
  ///   - library: the index of the library whose names they may be.
  ///   - names: the names.
  ///   - present: the shapes by the names.
  ///   - prefix: what precedes the names in the file.
  ///   - wanted: the network that is wanted; nil for any.
  init?(
    _ pack: ModelPack, library: Int, _ names: [String], _ present: [ByteString: Shape], prefix: String,
    variant wanted: String?
  ) {
    var best: PackRecognition?
    var seen: Set<[String]> = []
    let variants = pack.variants.filter { $0.name == wanted }
    for chosen in pack.libraries[library].classes {
      guard seen.insert(chosen.bindings.map { "\($0.name)=\($0.text)" }).inserted else { continue }
      for variant in variants.isEmpty ? pack.variants : variants {
        var network = PackNetwork(variant: variant, classes: [library: chosen])
        network.counts = pack.counts(of: network, in: library, names: names)
        let found = PackRecognition(pack, library, network, present, prefix)
        if found.fits(betterThan: best) { best = found }
      }
    }
    guard let best, best.presentCount > best.missing.count else { return nil }
    self = best
  }

  private init(
    _ pack: ModelPack, _ library: Int, _ network: PackNetwork, _ present: [ByteString: Shape], _ prefix: String
  ) {
    (self.pack, self.library, self.network, self.prefix) = (pack, library, network, prefix)
    pack.forEachTensor(of: network, in: [library]) { tensor in
      guard let names = tensor.names[library] else { return }
      let row = pack.rows[tensor.row]
      let found = names.filter { present[ByteString($0)] != nil }
      // Of copies and other spellings, one is enough.
      let missing: [String]
      if case .join? = row.entries[library] {
        missing = names.filter { present[ByteString($0)] == nil }
      } else {
        missing = found.isEmpty ? Array(names.prefix(1)) : []
      }
      if missing.isEmpty, let part = row.part { parts.insert(part) }
      if let shape = found.first.flatMap({ present[ByteString($0)] }),
        !tensor.mayHave(shape, layout: row.layouts[library])
      {
        misfitCount += 1
      }
      guard row.isRequired(in: library) else {
        optionalCount += found.count
        return
      }
      presentCount += missing.isEmpty ? 1 : 0
      // Tied weights speak for the class that has both.
      optionalCount += max(0, found.count - 1)
      self.missing += missing
    }
  }

  /// Whether the names fit this network better than another: by required tensors, then by others, then by shapes.
  func fits(betterThan other: PackRecognition?) -> Bool {
    guard let other else { return true }
    let (own, others) = (presentCount - missing.count, other.presentCount - other.missing.count)
    return (own, optionalCount, other.misfitCount) > (others, other.optionalCount, misfitCount)
  }
}

extension PackTensor {
  /// Whether a stored shape is possible, as far as the pack gives numbers.
  fileprivate func mayHave(_ stored: Shape, layout: PackLayout?) -> Bool {
    var extents = stored.dimensions
    if let layout {
      guard layout.from.count == 1, case .rule(.transpose(let axes)) = layout.from[0], axes.count == extents.count
      else {
        return true
      }
      extents = axes.map { extents[$0] }
    }
    guard extents.count == shape.count else { return false }
    return zip(shape, extents).allSatisfy { wanted, extent in
      wanted.value { _ in nil }.map { $0 == extent } ?? true
    }
  }
}

extension KerasLayer {
  /// `conv2d/conv2d/kernel:0`, `conv2d/kernel:0` and `model_weights/conv2d/conv2d/kernel` are one weight: `conv2d/kernel`.
  static func weightPath(_ name: String) -> String { FrameworkNames.normalizeKerasName(name) }
}
