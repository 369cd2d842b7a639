package import Markup
internal import Messages
package import Portraits
package import Tensors

/// The sections of a page about what can be recognized by the names of tensors.
package enum PortraitSections {
  /// The CSS rules that a page with these sections needs in addition to `charts`.
  package static let styles: [Style] = [.portraits]

  /// The sections for a source: those for which it has tensors; none for most files.
  ///
  /// - Parameters:
  ///   - source: the tensors.
  ///   - path: where the source was opened, for the graph and the words beside it.
  ///   - vocabulary: the file of words that the user named.
  /// - Returns: `section` elements, in the order in which they are read.
  package static func html(for source: any TensorSource, path: String, vocabulary: String? = nil) -> [HTML] {
    html(ModelPortraits(of: source, at: path, vocabulary: vocabulary))
  }

  /// The sections for what was found.
  package static func html(_ portraits: ModelPortraits) -> [HTML] { sections(portraits).map(\.html) }

  /// The sections for what was found, with their entries in the contents.
  static func sections(_ portraits: ModelPortraits) -> [PageSection] {
    [
      KernelSection.section(portraits.kernels),
      portraits.normalization.flatMap(NormalizationSection.section),
      CellSection.section(portraits.cells),
      WordSection.section(portraits),
      portraits.words.flatMap { words in portraits.frequencies.map { FrequencySection.section($0, words) } },
      portraits.graph.map { GraphSection.section($0, path: portraits.graphPath) },
      notes(portraits.notes),
    ].compactMap(\.self)
  }

  private static func notes(_ notes: [Message]) -> PageSection? {
    guard !notes.isEmpty else { return nil }
    let items = notes.map { note -> HTML in "<li>\(note)</li>\n" }
    return PageSection(id: "portrait-notes", title: "What could not be drawn", "<ul>\(items)</ul>")
  }
}
