internal import Checkpoints
internal import Files
public import Messages
public import Tensors
internal import WeightFiles

/// Where and how tensors will be written, and in which format: a path and options, resolved once.
public struct TensorOutput: Sendable {
  /// The path of the file; for a V2 checkpoint, the prefix of its files.
  public let path: String
  /// The format; if none was given, the one that the path's name indicates.
  public let format: WeightFormat
  /// Compression, shards, permissions, and whether existing files are replaced.
  public var options: SinkOptions

  /// Resolves an output. Creates no file.
  ///
  /// - Parameters:
  ///   - path: where the file will be; for a V2 checkpoint, the prefix of its files, or the index.
  ///   - format: the format; if it is nil, the name determines it.
  ///   - options: how the file is written.
  /// - Throws: `TensorFileError` for a name that indicates no format, and for options that make no sense.
  public init(
    _ path: String, format: WeightFormat? = nil, options: SinkOptions = SinkOptions()
  ) throws(TensorFileError) {
    do throws(FileError) {
      try RemoteAddress.refuse(output: path)
    } catch {
      throw TensorFileError(.file(error), file: path)
    }
    guard let format = format ?? WeightFormat(path: path) else { throw TensorFileError(.unknownExtension, file: path) }
    if let defect = Self.defect(inName: path.lastPart, format) { throw TensorFileError(defect, file: path) }
    self.path = format == .tensorFlow && path.hasSuffix(".index") ? String(path.dropLast(6)) : path
    self.format = format
    self.options = options
    if let defect = Self.defect(options, format) { throw TensorFileError(defect, file: path) }
  }

  /// Why readers would not recognize a file of this name; a TensorFlow.js model has no signature.
  private static func defect(inName name: String, _ format: WeightFormat) -> TensorFileDefect? {
    guard format == .tensorFlowJS else { return nil }
    let known = KnownFile(name: name)
    if name.hasSuffix(".index.json") || known?.kind == .shardIndex { return .nameOfIndex }
    return known.flatMap { $0.kind == .companion ? .nameOfCompanion($0.noun) : nil }
  }

  private static func defect(_ options: SinkOptions, _ format: WeightFormat) -> TensorFileDefect? {
    let limit = V2CheckpointWriter.maximumShardCount
    if !(0...9).contains(options.compression) { return .badCompression(options.compression) }
    if options.compression > 0, format != .hdf5 { return .cannotCompress(format) }
    if !(1...limit).contains(options.shardCount) { return .badShardCount(options.shardCount, limit: limit) }
    if options.shardCount > 1, format != .tensorFlow { return .cannotShard(format) }
    if format == .onnx, options.graph == nil { return .noGraph }
    if options.keepsDataBeside, format != .onnx { return .cannotKeepDataBeside(format) }
    guard let byteCount = options.maximumShardByteCount else { return nil }
    if byteCount < 1 { return .badShardSize(byteCount) }
    return format == .safetensors ? nil : .cannotLimitShards(format)
  }

  /// The paths of the files that the output may consist of, at least one: all that are known before the tensors are.
  ///
  /// The number of shards of limited size depends on the tensors; `TensorSink.files` has their paths once the header is written.
  public var filePaths: [String] {
    if format == .tensorFlow { return V2CheckpointWriter.suffixes(shardCount: options.shardCount).map { path + $0 } }
    if let graph = options.graph, format == .onnx {
      return ONNXWriter.paths(path, graph, keepsDataBeside: options.keepsDataBeside)
    }
    return options.maximumShardByteCount == nil ? [path] : ShardedSafetensorsWriter.knownPaths(path)
  }

  /// Why the format cannot hold a tensor, as the sink would say; nil if it can.
  public func refusal(of descriptor: TensorDescriptor) -> Message? {
    switch format {
    case .safetensors: SafetensorsWriter.refusal(of: descriptor)
    case .hdf5: HDF5Writer.refusal(of: descriptor)
    case .npz: NpzWriter.refusal(of: descriptor)
    case .tensorFlow: V2CheckpointWriter.refusal(of: descriptor)
    case .tensorFlowV1: V1CheckpointWriter.refusal(of: descriptor)
    case .pyTorch: PyTorchWriter.refusal(of: descriptor)
    case .gguf: GGUFWriter.refusal(of: descriptor)
    case .keras: KerasArchiveWriter.refusal(of: descriptor)
    case .tensorFlowJS: TFJSWriter.refusal(of: descriptor)
    case .onnx: options.graph.flatMap { ONNXWriter.refusal(of: descriptor, graph: $0) }
    }
  }

  /// Creates the output beside its final name.
  ///
  /// - Returns: the sink, which has created only temporary files.
  /// - Throws: `FileError` if a file cannot be created, or exists and is not to be replaced.
  public func create() throws -> any TensorSink {
    let (replaces, permissions) = (options.replacesExisting, options.permissions)
    if let byteCount = options.maximumShardByteCount {
      return try ShardedSafetensorsWriter(
        path: path, maximumByteCount: byteCount, replacesExisting: replaces, permissions: permissions)
    }
    if let graph = options.graph, format == .onnx {
      return try ONNXWriter(
        path: path, graph: graph, keepsDataBeside: options.keepsDataBeside, replacesExisting: replaces,
        permissions: permissions)
    }
    return switch format {
    case .safetensors: try SafetensorsWriter(path: path, replacesExisting: replaces, permissions: permissions)
    case .hdf5:
      try HDF5Writer(
        path: path, compression: options.compression, replacesExisting: replaces, layers: options.layers,
        isForKeras: path.hasSuffix(".weights.h5"), permissions: permissions)
    case .npz: try NpzWriter(path: path, replacesExisting: replaces, permissions: permissions)
    case .tensorFlow:
      try V2CheckpointWriter(
        prefix: path, shardCount: options.shardCount, replacesExisting: replaces, permissions: permissions)
    case .tensorFlowV1: try V1CheckpointWriter(path: path, replacesExisting: replaces, permissions: permissions)
    case .pyTorch: try PyTorchWriter(path: path, replacesExisting: replaces, permissions: permissions)
    case .gguf:
      try GGUFWriter(
        path: path, replacesExisting: replaces, permissions: permissions, keyValues: options.keyValues)
    case .keras: try KerasArchiveWriter(path: path, replacesExisting: replaces, permissions: permissions)
    case .tensorFlowJS:
      try TFJSWriter(
        path: path, model: options.webModel, replacesExisting: replaces, permissions: permissions)
    case .onnx: throw TensorFileError(.noGraph, file: path)
    }
  }
}
