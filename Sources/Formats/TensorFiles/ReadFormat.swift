internal import Files
internal import Messages
internal import Tensors
internal import WeightFiles

/// The formats that are read from one file or from an index of files, other than checkpoints and graphs.
enum ReadFormat {
  case safetensors, hdf5, npz, pyTorch, gguf, onnx, coreML, tfLite, tensorFlowJS, flax, keras, shards

  /// The format of a file's content, or the one that its name claims if the content does not show it; nil for what the rules of
  /// checkpoints explain.
  ///
  /// - Throws: `TensorFileError` for a file that holds no tensors, with what it is.
  init?(of file: InputFile) throws {
    let path = file.path
    switch try FileKind(of: file) {
    case .safetensors: self = .safetensors
    case .hdf5: self = .hdf5
    case .npy: self = .npz
    case .gguf: self = .gguf
    case .tfLite: self = .tfLite
    case .onnx: self = .onnx
    case .pickle: self = .pyTorch
    case .tar where try TorchTar(file) != nil: self = .pyTorch
    case .table: return nil
    case .zip:
      if let known = KnownFile(name: path.lastPart), known.kind == .foreignWeights {
        throw TensorFileError(known, file: path)
      }
      let kind = ArchiveKind(of: file)
      switch kind {
      case .arrays: self = .npz
      case .torch: self = .pyTorch
      case .keras: self = .keras
      case .other:
        // A damaged archive with a known extension gets the format's own error.
        guard let claimed = ReadFormat(name: path.lastPart), [.npz, .pyTorch, .keras].contains(claimed) else {
          throw TensorFileError(.notTensors(.zip), file: path)
        }
        self = claimed
      }
    case .text where path.hasSuffix(".json") && KerasArchitecture.isOne(path):
      throw TensorFileError(.kerasArchitecture, file: path)
    case let kind:
      if let claimed = ReadFormat(name: path.lastPart),
        kind == .unknown || (kind == .text && claimed.isText) || (kind == .empty && claimed == .safetensors)
      {
        self = claimed
        return
      }
      // A list of weights may have any name.
      if kind == .text || kind == .unknown, path.hasSuffix(".json"), KnownFile(name: path.lastPart) == nil,
        TFJSFile.isModel(file)
      {
        self = .tensorFlowJS
        return
      }
      if kind == .text || kind == .unknown, let known = KnownFile(name: path.lastPart), known.kind != .weights {
        throw TensorFileError(known, file: path)
      }
      guard ReadFormat(name: path.lastPart) == nil else { throw TensorFileError(.notTensors(kind), file: path) }
      if kind == .unknown, path.lowercased().hasSuffix(".bin") { throw TensorFileError(.bareNumbers, file: path) }
      return nil
    }
  }

  /// The format that a file's name claims; nil if it claims none.
  init?(name: String) {
    if name.hasSuffix(".index.json") || KnownFile(name: name)?.kind == .shardIndex {
      self = .shards
      return
    }
    switch KnownFile(name: name)?.format {
    case .pyTorch: self = .pyTorch
    case .onnx: self = .onnx
    case .coreML: self = .coreML
    case .tfLite: self = .tfLite
    case .flax: self = .flax
    case .tensorFlowJS: self = .tensorFlowJS
    case .keras: self = .keras
    case .gguf: self = .gguf
    case nil:
      switch WeightFormat(path: name) {
      case .safetensors: self = .safetensors
      case .hdf5: self = .hdf5
      case .npz: self = .npz
      default: return nil
      }
    }
  }

  /// Whether the file is text: a list of other files.
  private var isText: Bool { self == .tensorFlowJS || self == .shards }

  /// Whether the files of a model that is cut into shards may have this format.
  private var isOfShards: Bool { [.safetensors, .pyTorch, .hdf5, .flax, .npz].contains(self) }

  /// Opens a file of this format; if it is a shard, the whole model.
  func open(_ path: String, options: ReadOptions) throws -> any TensorSource {
    if isOfShards, let model = try ShardIndex.openModel(ofShard: path, options: options) { return model }
    return switch self {
    case .safetensors: try SafetensorsFile(path: path)
    case .hdf5: try HDF5File(path: path)
    case .npz: try NpzFile.open(path, options: options)
    case .pyTorch: try PyTorchFile.open(path, options: options)
    case .gguf: try GGUFFile.open(path, options: options)
    case .onnx: try ONNXFile.open(path)
    case .coreML: try CoreMLFile.open(path)
    case .tfLite: try TFLiteFile.open(path, options: options)
    case .tensorFlowJS: try TFJSFile.open(path)
    case .flax: try FlaxFile.open(path)
    case .keras: try KerasArchive.open(path, options: options)
    case .shards: try ShardIndex.open(path, options: options)
    }
  }
}
