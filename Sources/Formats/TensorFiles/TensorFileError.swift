public import Files
public import Messages
public import WeightFiles

/// Why a path is not a file of tensors, or cannot become one.
public struct TensorFileError: DecantError, Equatable {
  /// What went wrong.
  public enum Reason: Equatable, Sendable {
    /// The file is something else.
    case notTensors(FileKind)
    /// The file is an archive that is not read.
    case archive(ArchiveKind)
    /// The file is something else by its name, which the text says with its article.
    case companion(String, advice: String)
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
  }

  /// What went wrong.
  public let reason: Reason
  /// The path as it was given.
  public let path: String

  /// An error about `path`.
  public init(_ reason: Reason, path: String) {
    self.reason = reason
    self.path = path
  }

  /// An error about a file that another program keeps under this name.
  init(_ known: KnownFile, path: String) {
    let advice =
      switch known.kind {
      case .shardIndex: "Decant reads each shard by itself: name one of the files that it lists."
      case .companion where path.lastPart.hasSuffix(".pb"): "Name the directory of the SavedModel."
      case .companion: "Name the weights that it belongs to."
      case .foreignWeights, .weights: known.advice
      }
    self.init(.companion(known.noun, advice: advice), path: path)
  }

  /// Bad data for a file that is something else, usage for the rest.
  public var category: ErrorCategory {
    switch reason {
    case .notTensors, .archive, .companion: .badData
    case .file(let error): error.category
    case .unknownExtension, .cannotCompress, .badCompression, .cannotShard, .badShardCount: .usage
    }
  }

  /// The path, what is the matter and what to do.
  public var description: String {
    let path = path.escapedForDisplay
    switch reason {
    case .notTensors(let kind):
      return
        "\(path): is neither a checkpoint nor a weight file. \(kind.advice ?? "Its first bytes match no known format.")"
    case .companion(let noun, let advice):
      return "\(path): is \(noun), not weights that Decant reads." + (advice.isEmpty ? "" : " \(advice)")
    case .file(let error): return error.description
    case .archive(let kind): return "\(path): is neither a checkpoint nor a weight file. \(kind.advice ?? "")"
    case .unknownExtension:
      let names = WeightFormat.allCases.flatMap(\.extensions).map { ".\($0)" }.joined(separator: ", ")
      return "\(path): its name does not say which format to write. End it with one of \(names), or use --to."
    case .cannotCompress(let format):
      return "\(path): \(format.rawValue) does not compress. Leave --compression out, or write .h5."
    case .cannotShard(let format):
      return
        "\(path): \(format.rawValue) is one file. Leave --shards out, or write a V2 checkpoint with --to tensorflow."
    case .badShardCount(let count, let limit):
      return "\(path): a number of \(count.counted("shard")) is not in 1...\(limit)."
    case .badCompression(let level): return "\(path): compression \(level) is not in 0...9."
    }
  }
}
