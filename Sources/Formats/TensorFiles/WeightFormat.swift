public import Files
package import WeightFiles

/// The formats in which weights can be written.
public enum WeightFormat: String, CaseIterable, Sendable {
  case safetensors
  case hdf5
  /// An archive of numpy arrays, whose members are not compressed.
  case npz
  /// A V2 checkpoint: an index and data files, named by their prefix.
  case tensorFlow = "tensorflow"
  /// A V1 checkpoint of one file.
  case tensorFlowV1 = "tensorflow-v1"
  /// A zip archive that `torch.load` opens with `weights_only=True`.
  case pyTorch = "pytorch"
  /// GGML's format: tensors with settings and a vocabulary.
  case gguf
  /// A Keras 3 model, if its description is known.
  case keras
  /// TensorFlow.js: `model.json` and binary files beside it.
  case tensorFlowJS = "tensorflowjs"
  /// A network with its weights, for models whose computation Decant knows.
  case onnx

  /// Extensions of file names, the usual one first, without the dot.
  public var extensions: [String] {
    switch self {
    case .safetensors: ["safetensors"]
    case .hdf5: ["h5", "hdf5"]
    case .npz: ["npz"]
    case .tensorFlow: ["ckpt", "index"]
    case .tensorFlowV1: []
    case .pyTorch: ["pth", "pt"]
    case .gguf: ["gguf"]
    case .keras: ["keras"]
    case .tensorFlowJS: ["json"]
    case .onnx: ["onnx"]
    }
  }

  /// Whether it is one of TensorFlow's own formats.
  public var isCheckpoint: Bool { self == .tensorFlow || self == .tensorFlowV1 }

  /// The format that a file's name asks for; nil for other extensions, or none.
  ///
  /// A name such as `model.ckpt-3000000` asks for a V2 checkpoint, as saving with it in TensorFlow would. No name asks for V1.
  public init?(path: String) {
    let name = path.split(separator: "/").last ?? ""
    if let range = name.firstRange(of: ".ckpt-"), name[range.upperBound...].allSatisfy(\.isNumber),
      range.upperBound < name.endIndex
    {
      self = .tensorFlow
      return
    }
    guard let dot = name.lastIndex(of: ".") else { return nil }
    let suffix = name[name.index(after: dot)...].lowercased()
    guard let format = Self.allCases.first(where: { $0.extensions.contains(suffix) }) else { return nil }
    self = format
  }

  /// The format that a person calls by this name: `safetensors`, `hdf5` or `h5`, `npz`, `tensorflow`, `tensorflow-v1`.
  public init?(name: String) {
    let name = name.lowercased()
    guard let format = Self.allCases.first(where: { $0.rawValue == name || $0.extensions.contains(name) }) else {
      return nil
    }
    self = format
  }
}

/// How a weight file is written.
public struct SinkOptions: Sendable, Equatable {
  /// Deflate's level, 1 to 9, for formats that compress; 0 for none.
  public var compression = 0
  /// Whether an existing file is replaced.
  public var replacesExisting = false
  /// The number of data files, for formats that have several.
  public var shardCount = 1
  /// The most bytes of the tensors of one file, for formats that are cut by size; nil for one file.
  public var maximumShardByteCount: Int?
  /// For HDF5: the layers of Keras that the tensors belong to.
  package var layers: [LayerGroup] = []
  /// For ONNX: what the network computes; `Converter` makes it.
  package var graph: ONNXGraph?
  /// For GGUF: the key-values of a source that is a GGUF model too; `Converter` finds them.
  package var keyValues = GGUFKeyValues()
  /// For TensorFlow.js: the network of a source that is a TensorFlow.js model too, if it fits the tensors.
  package var webModel: TFJSModel?
  /// For ONNX: whether large tensors are in a file beside the model.
  public var keepsDataBeside = false
  /// Who may do what with the files, including temporary ones; `Converter` narrows this to what the source's files allow.
  public var permissions = OutputPermissions.ofNewFile

  /// Makes options. The defaults compress nothing, replace nothing and write one data file.
  public init(
    compression: Int = 0, replacesExisting: Bool = false, shardCount: Int = 1, maximumShardByteCount: Int? = nil
  ) {
    self.compression = compression
    self.replacesExisting = replacesExisting
    self.shardCount = shardCount
    self.maximumShardByteCount = maximumShardByteCount
  }
}
