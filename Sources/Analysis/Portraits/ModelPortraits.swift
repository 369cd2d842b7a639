internal import Inspection
package import Messages
internal import MetaGraph
internal import ModelMapping
internal import TensorFiles
package import Tensors

/// What can be recognized by the names of tensors: kernels over pictures, normalizations, LSTM cells, words, and the
/// graph beside them.
///
/// A part is present if its tensors are, whichever framework wrote them. A part that cannot be read becomes a note, not
/// an error. Memory is bounded, whatever the source holds.
package struct ModelPortraits: Sendable {
  /// The kernels over pictures, one sheet for each tensor that has some.
  package private(set) var kernels: [KernelSheet] = []
  /// Batch normalization along the network.
  package private(set) var normalization: NormalizationDepth?
  /// The LSTM cells.
  package private(set) var cells: [CellPortrait] = []
  /// The words; nil if no vocabulary was found.
  package private(set) var words: WordList?
  /// The embedding of the words.
  package private(set) var vectors: WordVectors?
  /// Frequent words and the words near them.
  package private(set) var nearest: [NearestWords] = []
  /// The most frequent words, placed in a plane.
  package private(set) var plane: WordPlane?
  /// Counts, ranks and biases of the words.
  package private(set) var frequencies: WordFrequencies?
  /// The graph beside the tensors.
  package private(set) var graph: GraphPicture?
  /// The file that has the graph.
  package private(set) var graphPath: String?
  /// What could not be shown, and why.
  package private(set) var notes: [Message] = []

  /// At most this many tensors of kernels, and this many cells, are shown.
  package static let maximumPartCount = 4

  /// Finds the portraits of a source.
  ///
  /// - Parameters:
  ///   - source: the tensors.
  ///   - path: where the source was opened, for the graph beside it.
  ///   - vocabulary: the file of words that the user named; if it is nil, words are found as `caption` finds them.
  package init(of source: any TensorSource, at path: String, vocabulary: String? = nil) {
    let leftovers = Set(TrainingLeftover.find(in: source).map(\.name))
    let others = Set(source.otherConstantNames ?? [])
    let descriptors = source.descriptors.filter { !leftovers.contains($0.name) && !others.contains($0.name) }
    let definition = readGraph(at: path)
    readKernels(of: descriptors, in: source)
    normalization = NormalizationDepth(of: descriptors, in: source, nodeNames: definition?.nodes.map(\.name) ?? [])
    readCells(of: descriptors, in: source)
    readWords(of: descriptors, in: source, given: vocabulary)
  }

  /// Does work that may fail; a failure becomes a note.
  private mutating func attempt<Value>(_ what: Message, _ work: () throws -> Value?) -> Value? {
    do {
      return try work()
    } catch {
      notes.append("\(what): \(error)")
      return nil
    }
  }

  private mutating func readGraph(at path: String) -> MetaGraphDefinition? {
    guard let found = TensorFile.graphPath(of: path) else { return nil }
    // A SavedModel may have several; the first is the one that is served.
    let file = attempt("The graph in '\(found)' cannot be read") { try GraphFile(graphAt: found) }
    guard let definition = file?.graphs.first else { return nil }
    graph = GraphPicture(of: definition)
    graphPath = found
    return definition
  }

  private mutating func readKernels(of descriptors: [TensorDescriptor], in source: any TensorSource) {
    let found = descriptors.filter { KernelSheet.layout(of: $0) != nil }
    for descriptor in found.prefix(Self.maximumPartCount) {
      guard descriptor.shape.elementCount <= KernelSheet.maximumElementCount else {
        notes.append("The kernels of '\(descriptor.name)' are not shown: they are too large for pictures.")
        continue
      }
      if let sheet = attempt(
        "The kernels of '\(descriptor.name)' cannot be read", { try KernelSheet(of: descriptor, in: source) })
      {
        kernels.append(sheet)
      }
    }
    noteRest(found.dropFirst(Self.maximumPartCount).map(\.name), "Kernels over three channels")
  }

  private mutating func readCells(of descriptors: [TensorDescriptor], in source: any TensorSource) {
    let found = StoredLSTM.find(in: descriptors)
    for cell in found.prefix(Self.maximumPartCount) {
      let portrait: CellPortrait?? = attempt("The LSTM cell '\(cell.scope)' cannot be read") {
        .some(try CellPortrait(of: cell, in: source))
      }
      switch portrait {
      case .some(.some(let portrait)): cells.append(portrait)
      case .some(.none):
        notes.append("The LSTM cell '\(cell.scope)' is not shown: it is too large, or its dtype is not floating point.")
      case .none: break
      }
    }
    noteRest(found.dropFirst(Self.maximumPartCount).map(\.scope), "LSTM cells")
  }

  private mutating func noteRest(_ names: [String], _ kind: Message) {
    guard !names.isEmpty else { return }
    notes.append("\(kind): only the first \(Self.maximumPartCount) are shown, and not \(names: names).")
  }

  private mutating func readWords(
    of descriptors: [TensorDescriptor], in source: any TensorSource, given: String?
  ) {
    words = attempt("The words cannot be read") { try WordList.find(for: source, given: given) }
    guard let words else { return }
    let embedding = WordVectors.embedding(among: descriptors, wordCount: words.count)
    if let embedding {
      vectors = attempt("The embedding '\(embedding.name)' cannot be read") {
        try WordVectors(of: embedding, in: source, words: words)
      }
    } else if descriptors.contains(where: { $0.name.lowercased().contains("embed") && $0.shape.rank == 2 }) {
      notes.append(
        "'\(words.path)' has \(HumanText.count(words.count, "word")), and no embedding here has that many rows. Name this model's own words."
      )
    }
    if let vectors {
      nearest = NearestWords.find(in: vectors)
      plane = WordPlane(of: vectors)
    }
    let biases = WordFrequencies.biases(
      among: descriptors, wordCount: words.count, rowCount: embedding?.shape.dimensions.first)
    let values = biases.flatMap { biases in
      attempt("The biases '\(biases.name)' cannot be read") { (biases.name, try source.numbers(of: biases)) }
    }
    frequencies = WordFrequencies(of: words, biases: values)
  }
}
