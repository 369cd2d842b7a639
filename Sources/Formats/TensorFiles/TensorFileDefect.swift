public import Files
public import Messages
public import WeightFiles

/// Why a path is not a file of tensors, or cannot become one.
public typealias TensorFileError = LocatedError<TensorFileDefect>

/// What keeps a path from being a file of tensors, or from becoming one.
public enum TensorFileDefect: ErrorReason {
  /// The file is something else.
  case notTensors(FileKind)
  /// The file is an archive that is not read.
  case archive(ArchiveKind)
  /// The file is something else by its name, which the text says with its article.
  case companion(Message, advice: Message)
  /// The file system has no such place.
  case file(FileError)
  /// The name has no extension that says which format to write.
  case unknownExtension
  /// The format does not compress.
  case cannotCompress(WeightFormat)
  /// Compression is asked for with another level than 0 to 9.
  case badCompression(Int)
  /// The format has no data files of its own.
  case cannotShard(WeightFormat)
  /// Data files are asked for in another number than 1 to the limit.
  case badShardCount(Int, limit: Int)

  /// Bad data for a file that is something else, usage for the rest.
  public var category: ErrorCategory {
    switch self {
    case .notTensors, .archive, .companion: .badData
    case .file(let error): error.category
    case .unknownExtension, .cannotCompress, .badCompression, .cannotShard, .badShardCount: .usage
    }
  }

  /// What the file system says; nil for the rest.
  public var wholeMessage: Message? {
    if case .file(let error) = self { error.message } else { nil }
  }

  /// What is the matter and what to do.
  public var sentence: Message {
    switch self {
    case .notTensors(let kind):
      "is neither a checkpoint nor a weight file. \(kind.advice ?? "Its first bytes match no known format.")"
    case .companion(let noun, let advice):
      "is \(noun), not weights that Decant reads.\(advice.isEmpty ? "" : " \(advice)")"
    case .file(let error): error.message
    case .archive(let kind): "is neither a checkpoint nor a weight file.\(kind.advice.map { " \($0)" } ?? "")"
    case .unknownExtension:
      """
      its name does not say which format to write. End it with one of \
      \(list: WeightFormat.allCases.flatMap(\.extensions).map { ".\($0)" }, upTo: .max), or use --to.
      """
    case .cannotCompress(let format):
      "\(format.rawValue) does not compress. Leave --compression out, or write .h5."
    case .cannotShard(let format):
      "\(format.rawValue) is one file. Leave --shards out, or write a V2 checkpoint with --to tensorflow."
    case .badShardCount(let count, let limit): "the number of shards must be 1 to \(limit), not \(count)."
    case .badCompression(let level): "the compression level must be 0 to 9, not \(level)."
    }
  }
}

extension LocatedError<TensorFileDefect> {
  /// An error about a file that another program keeps under this name.
  init(_ known: KnownFile, file: String) {
    let advice: Message =
      switch known.kind {
      case .shardIndex: "Decant reads each shard by itself: name one of the files that it lists."
      case .companion where file.lastPart.hasSuffix(".pb"): "Name the directory of the SavedModel."
      case .companion: "Name the weights that it belongs to."
      case .foreignWeights, .weights: known.advice
      }
    self.init(.companion(known.noun, advice: advice), file: file)
  }
}
