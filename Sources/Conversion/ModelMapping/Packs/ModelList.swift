package import Messages

/// What Decant knows about families of models, as text.
package enum ModelList {
  /// A table of all families: which libraries have the same network.
  package static var table: Message {
    let catalog = PackCatalog.builtIn
    var table = TextTable([.left, .left, .left])
    table.add(["family", "model", "names"])
    for pack in catalog.packs {
      let names = pack.libraries.indices.map { index -> Message in
        let isSame = pack.computesSame(0, index) || index == 0
        return "\(pack.libraries[index].name)\(isSame ? "" : " (another network)")"
      }
      table.add(["\(pack.family)", "\(pack.title)", names.joined(separator: ", ")])
    }
    return table.render(indent: 0)
  }

  /// The families' names.
  package static var families: [String] { PackCatalog.builtIn.packs.map(\.family) }

  /// Everything about one family; nil if there is no family of this name.
  package static func details(of family: String) -> Message? {
    guard let pack = PackCatalog.builtIn.packs.first(where: { $0.family == family }) else { return nil }
    var text: Message = "\(pack.title)\n"
    let variants = pack.variants.compactMap(\.name)
    if !variants.isEmpty { text += "networks: \(list: variants, upTo: variants.count)\n" }
    for (index, library) in pack.libraries.enumerated() {
      text += "\n\(library.name): \(library.origin)\n"
      if index > 0, !pack.computesSame(0, index) { text += "  computes something different from the original\n" }
      let classes = library.classes.compactMap(\.name)
      if !classes.isEmpty {
        var seen: Set<String> = []
        text += "  classes: \(list: classes.filter { seen.insert($0).inserted }, upTo: classes.count)\n"
      }
      let count = pack.rows.count { $0.entries[index] != nil }
      text += "  recognized by \(count.counted("pattern")) of names\n"
      text += .lines(library.notes.map { "note: \($0)" })
    }
    return text
  }
}
