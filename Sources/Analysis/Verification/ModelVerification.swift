public import Captioning
public import Comparison
public import Conversion
public import Engine
internal import Files
public import Inspection
public import Messages
public import ModelMapping
internal import TensorFiles
public import Tensors
public import Vocabulary
internal import WordTraces

/// What a verification compares besides the tensors.
public struct VerificationOptions: Sendable {
  /// The `word_counts.txt` for models without words.
  public var vocabularyPath: String?
  /// A directory of images that both models caption.
  public var imageDirectory: String?
  /// The graph to compare with the engine's plan; by default, the one beside the model, if there is one.
  public var graphPath: String?
  /// A file of expected captions, as `decant caption --json` writes it.
  public var expectationPath: String?
  /// The options with which the second model was converted from the first, if tensors are to be compared with the
  /// names, layouts and dtypes that such a conversion gives them; nil to compare canonical names.
  public var conversion: ConversionOptions?
  /// Whether what only training is likely to need may be on one side only, as after `convert --drop-likely`.
  public var acceptsLikelyLeftovers = false
  /// How captions are searched for, unless an expectation says so.
  public var captions = CaptionOptions.standard
  /// How the network runs.
  public var engine = EngineOptions()
  /// How the models are read.
  public var reading = ReadOptions()

  /// Tensors and vocabulary only.
  public init() {}
}

/// Whether two files hold the same model, or whether one file is sound.
public struct ModelVerification: Sendable {
  /// One set of captions compared, with words that say what was compared with what.
  public struct CaptionCheck: Sendable {
    /// Such as `captions of B against captions.json`.
    public let title: String
    /// Where they differ.
    public let comparison: CaptionComparison
  }

  /// The comparison of two vocabularies.
  public enum VocabularyCheck: Sendable, Equatable {
    /// Both sides have the same words in the same order.
    case equal(count: Int)
    /// The first line that differs; nil for the side that has ended.
    case different(line: Int, left: String?, right: String?)
    /// One or both have no vocabulary.
    case notCompared
  }

  /// What was done to the first model before its tensors were compared; nil if they were paired by canonical names.
  public internal(set) var prepared: PreparedNames?
  /// What a conversion with the given options leaves out of the first model.
  public internal(set) var leftOut: [ConversionReport.Skipped] = []
  /// Every tensor of two models.
  public internal(set) var tensors: SourceComparison?
  /// Every checksum of one model.
  public internal(set) var integrity: IntegrityReport?
  /// One model's variables and shapes, compared with those that im2txt needs; nil for other models.
  public internal(set) var model: ModelExamination?
  /// The models that were read as im2txt although their variables have other names, with their paths.
  package internal(set) var cousins: [(path: String, cousin: ModelCousin)] = []
  /// The two vocabularies.
  public internal(set) var vocabulary: VocabularyCheck?
  /// For each model with words, what its weights show about `<S>` and `</S>`. Captions are compared with the two as
  /// given, so swapped markers do not make a verification fail.
  public internal(set) var markers: [MarkerStatement] = []
  /// The graphs, compared with the engine's plan.
  public internal(set) var graphs: [GraphCheck] = []
  /// The captions, for each comparison.
  public internal(set) var captions: [CaptionCheck] = []
  /// Pictures of the directory of images that were not captioned, because their formats are not decoded.
  public internal(set) var passedPictures: [PassedPictures] = []

  /// Whether nothing differs and nothing is damaged.
  public var passes: Bool {
    var isVocabularyEqual = true
    if case .different = vocabulary { isVocabularyEqual = false }
    return tensors?.isEqual ?? true && integrity?.isSound ?? true && model?.isComplete ?? true && isVocabularyEqual
      && graphs.allSatisfy(\.passes) && captions.allSatisfy(\.comparison.isEqual)
  }

  /// Compares two models.
  ///
  /// - Parameters:
  ///   - left: a path to one, in any spelling that `TensorFile.open` accepts.
  ///   - right: a path to the other.
  ///   - options: what else is compared.
  ///   - progress: called with words for a progress line.
  /// - Throws: any `DecantError` if something cannot be read; a difference is a result, not an error.
  public init(
    comparing left: String, with right: String, options: VerificationOptions = VerificationOptions(),
    progress: (Message) -> Void = { _ in }
  ) throws {
    let opened = (
      left: try Self.open(left, options), right: try Self.open(right, options)
    )
    let sources = OutputName.paired(opened.left.source, opened.right.source)
    cousins = [(left, opened.left.cousin), (right, opened.right.cousin)].compactMap { path, cousin in
      cousin.map { (path, $0) }
    }
    let compared = { (done: Int, total: Int) in
      progress("comparing tensors, \(HumanText.bytes(done)) of \(HumanText.bytes(total))")
    }
    if let conversion = options.conversion {
      let other = try TensorFile.open(right, options: options.reading)
      let converted = try ConvertedSource(
        TensorFile.open(left, options: options.reading), options: conversion, comparedWith: other)
      leftOut = converted.plan.skipped
      prepared = PreparedNames(converted)
      tensors = try SourceComparison(
        converted, other, prepared: prepared, acceptsLikely: options.acceptsLikelyLeftovers, progress: compared)
    } else {
      tensors = try SourceComparison(
        sources.left, sources.right, acceptsLikely: options.acceptsLikelyLeftovers, progress: compared)
    }
    let models = [(left, sources.left), (right, sources.right)]
    for (path, source) in options.graphPath == nil ? models : [models[0]] {
      graphs += Self.graphs(of: path, source, KnownModel.showAndTell.examine(source.descriptors), options)
    }
    let words = (
      left: try Self.words(of: sources.left, options), right: try Self.words(of: sources.right, options)
    )
    // Other models have no words to compare.
    let haveWords = words.left != nil || words.right != nil
    if haveWords || models.contains(where: { KnownModel.showAndTell.examine($0.1.descriptors).isRecognized }) {
      vocabulary = Self.compare(words.left?.vocabulary.words, words.right?.vocabulary.words)
    }
    // A checkpoint has no words, and a copy of it elsewhere may have no word file beside it; then the other side's
    // words serve both.
    markers += Self.markers(of: left, sources.left, words.left ?? words.right)
    markers += Self.markers(of: right, sources.right, words.right ?? words.left)
    guard options.imageDirectory != nil || options.expectationPath != nil else { return }
    let captioners = (
      left: try Self.captioner(sources.left, words.left ?? words.right, options),
      right: try Self.captioner(sources.right, words.right ?? words.left, options)
    )
    if let runs = try options.expectationPath.map(CaptionRun.read) {
      let directory = try Self.imageDirectory(options)
      for (name, captioner) in [(left, captioners.left), (right, captioners.right)] {
        captions.append(
          CaptionCheck(
            title: "captions of \(name) against the expected ones",
            comparison: captioner.comparison(with: runs, imagesIn: directory) { progress($0.message) }))
      }
    } else if let directory = options.imageDirectory {
      let paths = try ImageList.expand([directory]) { passedPictures.append($0) }
      captions.append(
        CaptionCheck(
          title: "captions of both",
          comparison: try Self.compare(captioners.left, captioners.right, paths, options, progress)))
    }
  }

  /// Checks one model: its checksums, its variables and, with an expectation, its captions.
  ///
  /// - Throws: as for two.
  public init(
    of path: String, options: VerificationOptions = VerificationOptions(), progress: (Message) -> Void = { _ in }
  ) throws {
    let source = try TensorFile.open(path, options: options.reading)
    let (canonical, cousin) = try CanonicalSource.captioningModel(source)
    if let cousin { cousins = [(path, cousin)] }
    let report = IntegrityReport(checking: source, verifiesChecksums: options.reading.verifiesChecksums) {
      done, total in
      progress("verifying \(HumanText.bytes(done)) of \(HumanText.bytes(total))")
    }
    integrity = report
    let examination = KnownModel.showAndTell.examine(canonical.descriptors)
    if examination.isRecognized { model = examination }
    graphs = Self.graphs(of: path, source, examination, options)
    // Without an expectation words are not needed, and 'vocab' says what is wrong with them.
    if report.isSound, model?.isComplete == true, let words = try? Self.words(of: source, options) {
      markers = Self.markers(of: path, canonical, words)
    }
    guard report.isSound, model?.isComplete ?? true, let runs = try options.expectationPath.map(CaptionRun.read) else {
      return
    }
    let directory = try Self.imageDirectory(options)
    captions = [
      CaptionCheck(
        title: "captions against the expected ones",
        comparison: try Self.captioner(canonical, Self.words(of: source, options), options).comparison(
          with: runs, imagesIn: directory
        ) {
          progress($0.message)
        })
    ]
  }

  // MARK: - Parts

  private static func open(
    _ path: String, _ options: VerificationOptions
  ) throws -> (source: any TensorSource, cousin: ModelCousin?) {
    let source = try TensorFile.open(path, options: options.reading)
    // One variable under the names of two eras is found when tensors are compared.
    if let model = try? CanonicalSource.captioningModel(source), let cousin = model.cousin {
      return (model.source, cousin)
    }
    return (try canonical(source), nil)
  }

  /// Names of another framework come with other shapes; names of another era are paired and counted when tensors are
  /// compared.
  private static func canonical(_ source: any TensorSource) throws -> any TensorSource {
    NamingScheme.detect(in: source.descriptors)?.changesLayout == true ? try CanonicalSource.make(source) : source
  }

  /// Checks of the named graph, or of the one beside a model.
  private static func graphs(
    of path: String, _ source: any TensorSource, _ model: ModelExamination, _ options: VerificationOptions
  ) -> [GraphCheck] {
    guard let graphPath = options.graphPath ?? TensorFile.graphPath(of: path) else { return [] }
    return GraphCheck.all(
      at: graphPath, of: source, isRequired: options.graphPath != nil || model.isRecognized)
  }

  /// A model's words, or nil if it has none and none were given.
  private static func words(of source: any TensorSource, _ options: VerificationOptions) throws -> ModelVocabulary? {
    do {
      let carried = source.metadata[Vocabulary.metadataKey] != nil
      return try ModelVocabulary.find(for: source, given: carried ? nil : options.vocabularyPath)
    } catch let error as CaptionError where error.reason == .noVocabulary || error.reason == .anotherModel {
      return nil
    }
  }

  /// What a model's weights show about its words' markers; nothing if it has no words or no decoder.
  private static func markers(
    of path: String, _ source: any TensorSource, _ words: ModelVocabulary?
  ) -> [MarkerStatement] {
    guard let words, let verdict = MarkerVerdict(words.vocabulary, source: source) else { return [] }
    return [verdict.statement(of: words.wordSource, model: path)]
  }

  private static func captioner(
    _ source: any TensorSource, _ words: ModelVocabulary?, _ options: VerificationOptions
  ) throws -> Captioner {
    guard let words else { throw CaptionError(.noVocabulary, file: source.files.first?.path) }
    return try Captioner(
      source: source, vocabulary: words.vocabulary, vocabularyPath: words.path, options: options.engine)
  }

  /// Where the images of an expectation are: in the given directory, or otherwise in the file's.
  private static func imageDirectory(_ options: VerificationOptions) throws -> String {
    if let directory = options.imageDirectory { return directory }
    return (options.expectationPath ?? "").directoryPart
  }

  private static func compare(_ left: [String]?, _ right: [String]?) -> VocabularyCheck {
    guard let left, let right else { return .notCompared }
    for line in 0..<max(left.count, right.count) {
      let words = (left: line < left.count ? left[line] : nil, right: line < right.count ? right[line] : nil)
      if words.left.map({ Array($0.utf8) }) != words.right.map({ Array($0.utf8) }) {
        return .different(line: line + 1, left: words.left, right: words.right)
      }
    }
    return .equal(count: left.count)
  }

  private static func compare(
    _ left: Captioner, _ right: Captioner, _ paths: [String], _ options: VerificationOptions,
    _ progress: (Message) -> Void
  ) throws -> CaptionComparison {
    let start = ContinuousClock.now
    func captions(of captioner: Captioner, doneBefore: Int) -> [CaptionedImage] {
      var images: [CaptionedImage] = []
      captioner.captions(ofImagesAt: paths, options: options.captions) { image in
        images.append(image)
        let done = doneBefore + images.count
        progress(CaptionProgress(done: done, total: 2 * paths.count, elapsed: .now - start).message)
      }
      return images
    }
    let expected = captions(of: left, doneBefore: 0)
    let found = captions(of: right, doneBefore: paths.count)
    var comparison = CaptionComparison()
    for images in zip(expected, found) {
      do {
        comparison.compare(
          file: images.0.name, options: options.captions, expected: try images.0.result.get().map(left.printed),
          found: try images.1.result.get().map(right.printed))
      } catch {
        comparison.fail(file: images.0.name, options: options.captions, reason: "\(error)")
      }
    }
    return comparison
  }
}
