internal import Captioning
internal import Engine
internal import Files
internal import Messages
internal import ModelMapping
internal import TensorFiles
internal import Tensors
internal import Threads
internal import Vocabulary
internal import WordTraces

/// A model that is ready for pictures.
struct LoadedModel: Sendable {
  /// The captioner.
  let captioner: Captioner
  /// How the markers are used.
  let markers: MarkerUse
  /// What a person should know about the model, in sentences.
  let remarks: [Message]
  /// The files that it was made from.
  let files: [SourceFile]

  /// Loads a model as `decant caption` does.
  init(of source: any TensorSource, path: String, precision: EngineOptions.Precision) throws {
    let (canonical, cousin) = try CanonicalSource.captioningModel(source)
    let words = try ModelVocabulary.find(for: canonical)
    let (captioner, use) = try Captioner(
      source: canonical, vocabulary: words.vocabulary, vocabularyPath: words.path,
      options: EngineOptions(precision: precision)
    ).choosingMarkers(.auto, words: words.wordSource, model: path)
    self.captioner = captioner
    markers = use
    var remarks = use.lines
    if let cousin { remarks.append(cousin.notice(path: path)) }
    if words.origin == .beside { remarks.append("The words are from the vocabulary beside the model, \(words.path).") }
    self.remarks = remarks
    files = source.files
  }
}

/// Models in memory: opened and packed once, and kept for more pictures.
final class ModelCache: Sendable {
  private final class Entry: Sendable {
    let id: Int
    /// Locked while the model is loaded, so that two simultaneous pictures load it once.
    let model = Guarded<LoadedModel?>(nil)

    init(id: Int) { self.id = id }
  }

  private let limit: Int
  private let precision: EngineOptions.Precision
  private let sources: SourceCache
  /// In order of use; the most recently used is last.
  private let entries = Guarded<[Entry]>([])

  init(limit: Int, precision: EngineOptions.Precision, sources: SourceCache) {
    self.limit = limit
    self.precision = precision
    self.sources = sources
  }

  /// Loads a model, or finds it loaded and unchanged.
  func model(of item: Catalog.Item) throws -> LoadedModel {
    let entry = entries.withLock { entries in
      let index = entries.firstIndex { $0.id == item.id }
      let entry = index.map { entries.remove(at: $0) } ?? Entry(id: item.id)
      entries.append(entry)
      if entries.count > limit { entries.removeFirst() }
      return entry
    }
    return try entry.model.withLock { loaded in
      if let model = loaded, (try? model.files.requireUnchanged()) != nil { return model }
      loaded = nil
      let model = try LoadedModel(of: sources.source(of: item), path: item.path, precision: precision)
      loaded = model
      return model
    }
  }
}
