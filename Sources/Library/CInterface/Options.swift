internal import Conversion
internal import Essentials
internal import Messages
internal import ModelMapping
internal import TensorFiles
internal import Tensors
internal import Vocabulary

/// The fields that options in JSON may have; every function knows some of them.
struct CallOptions: Decodable {
  // How a source is read.
  var verify: Bool?
  var objectNames: String?
  var dequantize: Bool?
  var ignoreCode: Bool?
  // What a conversion changes.
  var names: String?
  var dtype: String?
  var inferenceOnly: Bool?
  var weightsOnly: Bool?
  var foldBatchNorm: Bool?
  var ema: Bool?
  var match: String?
  var drop: String?
  // How a file is written.
  var format: String?
  var metadata: [String: String]?
  var compression: Int?
  var shards: Int?
  var maxShardSize: String?
  var force: Bool?
  // What a conversion does beside.
  var externalData: Bool?
  var vocab: String?
  var rename: String?
  var check: Bool?
  var digest: Bool?
  // How pictures are captioned.
  var threads: Int?
  var precision: String?
  var beams: Int?
  var maxLength: Int?
  var lengthNormalization: Double?

  /// The fields' names in JSON; `decant.h` describes them.
  enum CodingKeys: String, CodingKey {
    case verify, dequantize, names, dtype, ema, match, drop, format, metadata, compression, shards, force, vocab, rename
    case check, digest, threads, precision, beams
    case objectNames = "object_names"
    case ignoreCode = "ignore_code"
    case inferenceOnly = "inference_only"
    case weightsOnly = "weights_only"
    case foldBatchNorm = "fold_batch_norm"
    case maxLength = "max_length"
    case maxShardSize = "max_shard_size"
    case externalData = "external_data"
    case lengthNormalization = "length_normalization"
  }

  static let reading: Set<CodingKeys> = [.verify, .objectNames, .dequantize, .ignoreCode]
  static let changing: Set<CodingKeys> = [
    .names, .dtype, .inferenceOnly, .weightsOnly, .foldBatchNorm, .ema, .match, .drop,
  ]
  static let writing: Set<CodingKeys> = [.format, .metadata, .compression, .shards, .maxShardSize, .force]
  static let converting = reading.union(changing).union(writing.subtracting([.metadata])).union([
    .externalData, .vocab, .rename, .check, .digest,
  ])
  static let opening: Set<CodingKeys> = [.vocab, .threads, .precision]
  static let captioning: Set<CodingKeys> = [.beams, .maxLength, .lengthNormalization]

  /// Reads options.
  ///
  /// - Parameters:
  ///   - json: a JSON object; nil for none.
  ///   - known: the fields that the function knows.
  /// - Returns: the options; none if there is no text.
  /// - Throws: `CallError.badOptions` for other fields, and for values of the wrong type.
  static func parse(_ json: UnsafePointer<CChar>?, known: Set<CodingKeys>) throws(CallError) -> CallOptions {
    guard let json = unsafe json else { return CallOptions() }
    let data = Data(unsafe String(cString: json).utf8)
    do {
      let fields = try JSONDecoder().decode([String: Ignored].self, from: data).keys
      let names = known.map(\.rawValue).sorted()
      if let other = fields.sorted().first(where: { !names.contains($0) }) {
        throw CallError.badOptions(
          "there is no field '\(other)' here. The fields are \(list: names, upTo: 30).")
      }
      return try JSONDecoder().decode(CallOptions.self, from: data)
    } catch let error as CallError {
      throw error
    } catch let DecodingError.typeMismatch(_, context) {
      throw .badOptions("'\(context.codingPath.map(\.stringValue).joined(separator: "."))' has a wrong type.")
    } catch let DecodingError.dataCorrupted(context) where !context.codingPath.isEmpty {
      throw .badOptions("'\(context.codingPath.map(\.stringValue).joined(separator: "."))' has a bad value.")
    } catch {
      throw .badOptions("they are not a JSON object.")
    }
  }

  private struct Ignored: Decodable {
    init(from decoder: any Decoder) {}
  }

  /// How a source is read.
  func readOptions() throws(CallError) -> ReadOptions {
    var options = ReadOptions(
      verifiesChecksums: verify ?? true,
      objectNaming: try value(of: objectNames, .objectNames, ObjectNaming.init(rawValue:)) ?? .keys,
      dequantizes: dequantize ?? false)
    options.ignoresCode = ignoreCode ?? false
    return options
  }

  /// Whether a source is shown as a conversion would write it.
  var changesTensors: Bool {
    names != nil || dtype != nil || match != nil || drop != nil
      || [inferenceOnly, weightsOnly, foldBatchNorm, ema].contains(true)
  }

  /// What a conversion does.
  ///
  /// - Parameter standardNames: the names if none are given.
  /// - Returns: the options of the conversion.
  /// - Throws: `CallError.badOptions`, or what a file of words or rules throws.
  func conversion(standardNames: NamingScheme) throws -> ConversionOptions {
    var options = ConversionOptions()
    options.names = standardNames
    if let names {
      // Only im2txt has the scheme `keras`; other models have the library of that name.
      options.library = LibraryNames(names)
      options.library?.acceptsMisfits = force ?? false
      if options.library == nil {
        options.names = try value(of: names, .names, NamingScheme.init(name:)) ?? standardNames
      }
    }
    options.dtype = try value(of: dtype, .dtype, DType.init(name:))
    if let dtype = options.dtype, ![.float16, .bfloat16, .float32, .float64].contains(dtype) {
      throw CallError.badOptions("'dtype' must be float16, bfloat16, float32 or float64.")
    }
    options.inferenceOnly = inferenceOnly ?? false
    options.weightsOnly = weightsOnly ?? false
    options.foldsBatchNorm = foldBatchNorm ?? false
    options.takesAverages = ema ?? false
    options.match = match
    options.drop = drop
    options.rename = try rename.map { try RenameRules(path: $0) }
    options.readsBack = check ?? true
    options.hashesSource = digest ?? true
    options.format = try value(of: format, .format, WeightFormat.init(name:))
    options.sink = SinkOptions(
      compression: compression ?? 0, replacesExisting: force ?? false, shardCount: shards ?? 1,
      maximumShardByteCount: try value(of: maxShardSize, .maxShardSize, ShardSize.init)?.byteCount)
    options.sink.keepsDataBeside = externalData ?? false
    if let vocab {
      let file = try VocabularyFile(path: vocab)
      options.vocabulary = try file.vocabulary().words
      options.sink.permissions = file.permissions
    }
    return options
  }

  /// A value by its name.
  func value<Value>(
    of name: String?, _ key: CodingKeys, _ make: (String) -> Value?
  ) throws(CallError) -> Value? {
    guard let name else { return nil }
    guard let value = make(name) else { throw .badOptions("'\(key.rawValue)' cannot be '\(name)'.") }
    return value
  }
}
