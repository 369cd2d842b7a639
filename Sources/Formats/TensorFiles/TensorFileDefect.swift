public import Files
public import Messages

/// Why a path is not a file of tensors, or cannot become one.
public typealias TensorFileError = LocatedError<TensorFileDefect>

/// What keeps a path from being a file of tensors, or from becoming one.
public enum TensorFileDefect: ErrorReason {
  /// The file is something else.
  case notTensors(FileKind)
  /// A `.bin` whose content shows nothing: usually numbers without names.
  case bareNumbers
  /// The file is something else, judging by its name; the text says what, with an article.
  case companion(Message, advice: Message)
  /// The file system refused.
  case file(FileError)
  /// The name has no extension that says which format to write.
  case unknownExtension
  /// The name is one under which readers expect an index of shards, not a TensorFlow.js model.
  case nameOfIndex
  /// The name is one under which readers expect something else than a TensorFlow.js model; the text says what, with an
  /// article.
  case nameOfCompanion(Message)
  /// The format does not compress.
  case cannotCompress(WeightFormat)
  /// A compression level outside 0 to 9 was requested.
  case badCompression(Int)
  /// The format does not have several data files.
  case cannotShard(WeightFormat)
  /// The format is not cut into files of limited size.
  case cannotLimitShards(WeightFormat)
  /// A size of shards below 1 byte was requested.
  case badShardSize(Int)
  /// A number of data files outside 1 to the limit was requested.
  case badShardCount(Int, limit: Int)

  /// The format is not ONNX, which alone may keep its data in a file beside the model.
  case cannotKeepDataBeside(WeightFormat)
  /// The format holds a network, and what it computes is not known.
  case noGraph

  /// Bad data for a file that is something else, usage for the rest.
  public var category: ErrorCategory {
    switch self {
    case .notTensors, .bareNumbers, .companion: .badData
    case .file(let error): error.category
    case .unknownExtension, .nameOfIndex, .nameOfCompanion, .cannotCompress, .badCompression, .cannotShard,
      .badShardCount, .cannotLimitShards, .badShardSize, .cannotKeepDataBeside, .noGraph:
      .usage
    }
  }

  /// What the file system says; nil for the rest.
  public var wholeMessage: Message? {
    if case .file(let error) = self { error.message } else { nil }
  }

  /// What is wrong, and what to do.
  public var sentence: Message {
    switch self {
    case .notTensors(let kind):
      "is neither a checkpoint nor a weight file. \(kind.advice ?? "Its first bytes match no known format.")"
    case .bareNumbers:
      "is neither a checkpoint nor a weight file. A .bin without a signature usually holds only numbers, and a file beside "
        + "it has their names and shapes. Name that file if it is a model.json (TensorFlow.js), an .onnx or a "
        + ".mlpackage; Decant does not read those of other programs, such as OpenVINO's .xml and ncnn's .param."
    case .companion(let noun, let advice):
      "is \(noun), not a weight file that Decant reads.\(advice.isEmpty ? "" : " \(advice)")"
    case .file(let error): error.message
    case .unknownExtension:
      "its name does not say which format to write. Use one of the extensions "
        + "\(list: WeightFormat.allCases.flatMap(\.extensions).map { ".\($0)" }, upTo: .max), or use --to."
    case .nameOfIndex:
      "its name is that of an index of shards, which Decant writes beside shards. Name the model, such as "
        + "model.safetensors, and add --max-shard-size; for TensorFlow.js, name model.json."
    case .nameOfCompanion(let noun):
      "its name is that of \(noun), so no program would look for weights in it. Name a TensorFlow.js model model.json, "
        + "or use --to for another format."
    case .cannotCompress(let format):
      "the format \(format.rawValue) does not support compression. Remove --compression, or write HDF5 (.h5)."
    case .cannotShard(let format):
      "the format \(format.rawValue) does not support --shards. Remove it, or write a V2 checkpoint with --to tensorflow."
    case .cannotLimitShards(let format):
      "the format \(format.rawValue) does not support --max-shard-size. Remove it, or write safetensors (.safetensors)."
    case .badShardSize(let byteCount): "the size of a shard must be at least 1 byte, not \(byteCount)."
    case .cannotKeepDataBeside(let format):
      "the format \(format.rawValue) does not support --external-data. Remove it, or write ONNX (.onnx)."
    case .noGraph:
      "an ONNX file says what a network computes. Only 'decant convert' writes it, and only from an im2txt model. "
        + "Write .safetensors instead."
    case .badShardCount(let count, let limit): "the number of shards must be 1 to \(limit), not \(count)."
    case .badCompression(let level): "the compression level must be 0 to 9, not \(level)."
    }
  }
}

extension LocatedError<TensorFileDefect> {
  /// An error about a file whose name shows that it belongs to another program.
  init(_ known: KnownFile, file: String) {
    let advice: Message =
      switch known.kind {
      case .shardIndex: "It is damaged; copy it again, or name one of the shards."
      case .companion where !known.advice.isEmpty: known.advice
      case .companion where file.lastPart.hasSuffix(".pb"): "Name the directory of the SavedModel."
      case .companion, .trainingState: "Name the weights that it belongs to."
      case .foreignWeights, .weights: known.advice
      }
    self.init(.companion(known.noun, advice: advice), file: file)
  }
}
