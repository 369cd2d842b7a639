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

  /// The model that has these tensors; nil if they are at most half of what each known model needs.
  ///
  /// - Parameters:
  ///   - descriptors: the tensors.
  ///   - variant: the network that is wanted, if a file has several of one family.
  /// - Returns: the model, and under which names it is.
  package func recognize(_ descriptors: [TensorDescriptor], variant: String? = nil) -> PackRecognition? {
    let names = KerasPaths.of(descriptors.map(\.name))
    let candidates = index.candidates(names)
    guard candidates.isEmpty else { return best(of: candidates, names, descriptors, prefix: "", variant) }
    for prefix in likelyPrefixes(names) {
      let inside = names.lazy.filter { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count) }
      if let found = best(of: index.candidates(inside), names, descriptors, prefix: prefix, variant) { return found }
    }
    return nil
  }

  /// The best network of a few candidates: names of two libraries may look alike until numbers count.
  private func best(
    of candidates: [PackIndex.Candidate], _ names: [String], _ descriptors: [TensorDescriptor], prefix: String,
    _ variant: String?
  ) -> PackRecognition? {
    guard !candidates.isEmpty else { return nil }
    let listing = PackListing(names, descriptors, prefix: prefix)
    var best: PackRecognition?
    for candidate in candidates.prefix(4) {
      guard
        let found = PackRecognition(packs[candidate.pack], library: candidate.library, listing, variant: variant),
        found.fits(betterThan: best)
      else { continue }
      best = found
    }
    return best
  }

  /// How many components at the beginning of names may belong to the program around a model.
  private static let maximumPrefixCount = 3

  /// What precedes names that are known, in most of a file: a model inside another program.
  private func likelyPrefixes(_ names: [String]) -> [String] {
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
