internal import Checkpoints
internal import Files
public import Messages
internal import MetaGraph
public import Tensors
internal import WeightFiles

/// The entry point for every format: any path becomes a source, and any output a sink.
public enum TensorFile {
  /// Opens a checkpoint (by any path that refers to it), a SavedModel, a frozen graph, or a weight file of any format that
  /// `ReadFormat` lists.
  ///
  /// If you name an archive (`.tar`, `.tar.gz`, `.zip` and others), the only model in it is opened; `archive.tar.gz!path`
  /// names one of several.
  ///
  /// Weight files are recognized by their content, so a wrong extension does no harm. Those without a signature are recognized by
  /// their names: graphs (`.pb`), ONNX, Core ML, Flax, and the JSON lists of TensorFlow.js and of shards.
  /// - Throws: the error of the format, which says what the file is if it is something else.
  public static func open(_ path: String, options: ReadOptions = ReadOptions()) throws -> any TensorSource {
    let opened = try ArchivedModel.path(of: path)
    let source = try openModel(opened, options: options)
    guard let archive = try ArchivePlace.find(opened)?.archive else { return source }
    if archive.damage == nil, source.hasChecksums || source is FrozenGraph || !archive.hasStoredMembers {
      return source
    }
    return ArchivedSource(source, in: archive, verifiesChecksums: options.verifiesChecksums)
  }

  /// Opens a path that is not an archive, but may lead into one.
  private static func openModel(_ path: String, options: ReadOptions) throws -> any TensorSource {
    if let format = try contentFormat(of: path) { return try format.open(path, options: options) }
    if try isGraphName(path) { return try openGraph(path) }
    let source: any TensorSource
    do {
      source = try openCheckpoint(path, options: options)
    } catch let error as CheckpointError {
      // A directory may stand for the only weight file in it, just as for the only checkpoint, or for all its arrays.
      guard case .search(.otherDirectory) = error.reason else { throw error }
      let directory = ModelDirectory(path)
      if let names = directory.arrayNames { return try NpyDirectory.open(path, names: names) }
      guard let only = directory.onlyWeightFile else { throw error }
      return try openModel(only, options: options)
    }
    guard options.objectNaming != .keys else { return source }
    return ObjectNamedSource(distinguishing: source, naming: options.objectNaming)
  }

  /// Opens a graph that is frozen, at least partly.
  private static func openGraph(_ path: String) throws -> any TensorSource {
    let graph = try FrozenGraph(path: path)
    guard graph.isUnfrozen else { return graph }
    // Programs usually save a graph in the same directory as its checkpoints.
    let checkpoint = try? CheckpointPath.resolve(path.directoryPart)
    try graph.requireFrozen(checkpoint: checkpoint?.prefix)
    return graph
  }

  private static func openCheckpoint(_ path: String, options: ReadOptions) throws -> any TensorSource {
    do throws(CheckpointError) {
      return try Checkpoint.open(path, options: options).source
    } catch {
      // A SavedModel may have no variables at all; then its constants are all it has.
      guard case .search(.variablesMissing) = error.reason, let file = error.file,
        let model = try? SavedModelFile(path: file),
        let graph = model.metaGraphs.first, graph.variables.isEmpty, graph.objectVariables.isEmpty
      else { throw error }
      return try FrozenGraph(graph, format: "TensorFlow SavedModel without variables")
    }
  }

  /// Everything that is wrong with the structure of a source that could not be opened; see
  /// `Checkpoint.structureProblems`.
  ///
  /// A weight file has one header, so only one thing is wrong with it: the error of opening it.
  ///
  /// - Parameters:
  ///   - path: as for `open`.
  ///   - error: the error of opening it.
  ///   - options: whether checksums are compared.
  /// - Returns: at least one problem.
  public static func structureProblems(
    _ path: String, openingFailed error: any DecantError, options: ReadOptions = ReadOptions()
  ) -> [SourceProblem] {
    let path = (try? ArchivedModel.path(of: path)) ?? path
    let isCheckpoint = (try? contentFormat(of: path) == nil && !isGraphName(path)) ?? false
    let problems = isCheckpoint ? Checkpoint.structureProblems(path, options: options) : []
    return problems.isEmpty ? [SourceProblem(tensor: nil, error: error, severity: .incomplete)] : problems
  }

  /// Whether a name is that of a standalone graph, not of one beside a checkpoint's variables.
  static func isGraphName(_ path: String) throws -> Bool {
    let name = path.lastPart
    guard !name.hasPrefix("saved_model.") else { return false }
    if name.hasSuffix(".pbtxt") {
      _ = try InputFile(path: path)
      switch TextMessage(path: path) {
      case .graph, .metaGraph: throw MetaGraphError(.textGraph, file: path)
      case .savedModel: throw MetaGraphError(.textFormat, file: path)
      case let message?: throw TensorFileError(.companion("a \(message.title)", advice: ""), file: path)
      case nil:
        if let known = KnownFile(name: String(name)) { throw TensorFileError(known, file: path) }
        throw TensorFileError(.notTensors(.text), file: path)
      }
    }
    if let known = KnownFile(name: String(name)), known.kind == .companion { return false }
    return name.hasSuffix(".pb") || name.hasSuffix(".graphdef")
  }

  /// Whether a file is one of weights, and not a checkpoint or a graph: its content shows it, or its name says so and the content
  /// does not deny it.
  package static func isWeightFile(_ path: String) -> Bool { (try? contentFormat(of: path)) != nil }

  /// Whether a file was refused because loading it in Python would run code of its own.
  package static func isRefusedForCode(_ error: any Error) -> Bool {
    if case .pyTorch(.foreignCalls) = (error as? WeightFileError)?.reason { true } else { false }
  }

  /// Whether a note says that a tensor keeps its blocks, although they were to be dequantized.
  package static func keepsBlocks(_ problem: SourceProblem) -> Bool {
    if case .gguf(.notDequantized) = (problem.error as? WeightFileError)?.reason { true } else { false }
  }

  /// What to do about a file that is sound, but that Decant does not read: a sentence, or nothing if the error says it.
  /// Nil if the file is damaged, or may be.
  package static func adviceIfSound(_ error: any Error) -> Message? {
    switch error {
    case let error as WeightFileError: return error.reason.adviceIfSound
    case let error as TensorFileError:
      if case .file = error.reason { return nil }
      return ""
    case let error as FileError:
      if case .outOfMemory = error.reason { return "" }
      return nil
    default: return nil
    }
  }

  /// Whether a file is sound but has no weights.
  package static func holdsNoWeights(_ error: any Error) -> Bool {
    (error as? WeightFileError)?.reason == .pyTorch(.noTensors)
  }

  /// Whether an error says that a shard is missing, which an index lists.
  package static func isMissingShard(_ error: any Error) -> Bool {
    (error as? WeightFileError)?.reason == .shardIndex(.missing)
  }

  /// How many files a model has and which are missing, if an error says so of a model whose files no index lists.
  package static func missingShards(_ error: any Error) -> (count: Int, missing: [String])? {
    switch (error as? WeightFileError)?.reason {
    case .shardIndex(.others(_, let count, let missing)): (count, missing)
    case .gguf(.missingParts(let missing, let count)): (count, missing)
    default: nil
    }
  }

  /// The format of a file's content; nil for what may be a checkpoint.
  private static func contentFormat(of path: String) throws -> ReadFormat? {
    if CoreMLFile.isPackage(path) { return .coreML }
    // The checkpoint rules explain a path that is not a regular file.
    guard let file = try? InputFile(path: path) else { return nil }
    return try ReadFormat(of: file)
  }
}
