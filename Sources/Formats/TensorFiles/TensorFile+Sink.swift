internal import Checkpoints
internal import Files
public import Messages
public import Tensors
internal import WeightFiles

extension TensorFile {
  /// Creates an output beside its final name.
  ///
  /// - Parameters:
  ///   - path: where the file will be; for a V2 checkpoint the prefix of its files, or the index.
  ///   - format: the format; without one the name tells it.
  ///   - options: compression, shards, and whether existing files are replaced.
  /// - Returns: the sink, which has written nothing but temporary files.
  /// - Throws: `TensorFileError` for options that make no sense, `FileError` if the file cannot be created.
  public static func sink(
    _ path: String, format: WeightFormat? = nil, options: SinkOptions = SinkOptions()
  ) throws -> any TensorSink {
    let format = try outputFormat(path, format)
    try check(options, format, path)
    let replaces = options.replacesExisting
    let permissions = options.permissions
    switch format {
    case .safetensors:
      return try SafetensorsWriter(path: path, replacesExisting: replaces, permissions: permissions)
    case .hdf5:
      return try HDF5Writer(
        path: path, compression: options.compression, replacesExisting: replaces, layers: options.layers,
        permissions: permissions)
    case .npz: return try NpzWriter(path: path, replacesExisting: replaces, permissions: permissions)
    case .tensorFlow:
      return try V2CheckpointWriter(
        prefix: prefix(path), shardCount: options.shardCount, replacesExisting: replaces, permissions: permissions)
    case .tensorFlowV1:
      return try V1CheckpointWriter(path: path, replacesExisting: replaces, permissions: permissions)
    }
  }

  /// Why such an output's format cannot hold a tensor, as the sink would say; nil if it can. Makes no file.
  ///
  /// - Parameters:
  ///   - path: as for `sink`.
  ///   - format: as for `sink`.
  ///   - options: as for `sink`.
  /// - Returns: a function of a tensor.
  /// - Throws: `TensorFileError` for options that make no sense.
  public static func refusal(
    _ path: String, format: WeightFormat? = nil, options: SinkOptions = SinkOptions()
  ) throws(TensorFileError) -> (TensorDescriptor) -> Message? {
    let format = try outputFormat(path, format)
    try check(options, format, path)
    return switch format {
    case .safetensors: { SafetensorsWriter.refusal(of: $0) }
    case .hdf5: { HDF5Writer.refusal(of: $0) }
    case .npz: { NpzWriter.refusal(of: $0) }
    case .tensorFlow: { V2CheckpointWriter.refusal(of: $0) }
    case .tensorFlowV1: { V1CheckpointWriter.refusal(of: $0) }
    }
  }

  /// The paths of the files that such an output will be made of.
  ///
  /// - Parameters:
  ///   - path: as for `sink`.
  ///   - format: as for `sink`.
  ///   - options: as for `sink`.
  /// - Returns: at least one path.
  /// - Throws: `TensorFileError` for options that make no sense.
  public static func outputPaths(
    _ path: String, format: WeightFormat? = nil, options: SinkOptions = SinkOptions()
  ) throws(TensorFileError) -> [String] {
    let format = try outputFormat(path, format)
    try check(options, format, path)
    guard format == .tensorFlow else { return [path] }
    return V2CheckpointWriter.suffixes(shardCount: options.shardCount).map { prefix(path) + $0 }
  }

  private static func outputFormat(_ path: String, _ format: WeightFormat?) throws(TensorFileError) -> WeightFormat {
    do throws(FileError) {
      try RemoteAddress.refuse(output: path)
    } catch {
      throw TensorFileError(.file(error), file: path)
    }
    guard let format = format ?? WeightFormat(path: path) else { throw TensorFileError(.unknownExtension, file: path) }
    return format
  }

  private static func check(_ options: SinkOptions, _ format: WeightFormat, _ path: String) throws(TensorFileError) {
    guard (0...9).contains(options.compression) else {
      throw TensorFileError(.badCompression(options.compression), file: path)
    }
    guard options.compression == 0 || format == .hdf5 else {
      throw TensorFileError(.cannotCompress(format), file: path)
    }
    let limit = V2CheckpointWriter.maximumShardCount
    guard (1...limit).contains(options.shardCount) else {
      throw TensorFileError(.badShardCount(options.shardCount, limit: limit), file: path)
    }
    guard options.shardCount == 1 || format == .tensorFlow else {
      throw TensorFileError(.cannotShard(format), file: path)
    }
  }

  /// The prefix that the user means by naming the index.
  private static func prefix(_ path: String) -> String { path.hasSuffix(".index") ? String(path.dropLast(6)) : path }
}
