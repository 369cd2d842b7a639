public import Messages

/// What is wrong with a TensorFlow.js model.
public enum TFJSDefect: Error, Equatable, Sendable {
  /// The JSON file is larger than Decant reads.
  case tooLarge(byteCount: Int, limit: Int)
  /// The text is not the JSON that a model has.
  case badJSON(Message)
  /// There is no list of weights.
  case noManifest
  /// A tensor or a group lacks a member.
  case missingMember(String)

  // Shards.

  /// A shard is named by an address on another machine.
  case address(String)
  /// A shard is outside the model's directory.
  case outside(String)
  /// A shard cannot be opened.
  case missing(String)
  /// None of the shards is there.
  case noShards([String])
  /// There are more shards than can be open at once.
  case tooManyShards(limit: Int)
  /// A shard is too short for the tensor.
  case shortShard(String, byteCount: Int)
  /// The shards of a group have too few bytes, and nothing shows which of them is too short.
  case shortGroup
  /// The shards end before the tensor does.
  case pastEnd(needed: Int, found: Int)
  /// The shards of a group have more bytes than its tensors, so that tensors may be elsewhere.
  case longGroup(paths: [String], needed: Int, found: Int)
  /// The tensor follows one whose length is not known.
  case unknownPlace

  // Tensors.

  /// The tensor is quantized in a way that TensorFlow.js does not have.
  case quantization(String, of: String)
  /// The scale or the minimum of a quantized tensor is missing or is not a number.
  case quantizationNumber(String)
  /// A string reaches past the end of the data.
  case badStrings

  /// The defect as a sentence.
  var words: Message {
    switch self {
    case .tooLarge(let byteCount, let limit):
      "has \(byteCount.counted("byte")) of JSON; Decant reads at most \(limit). It is probably another kind of file."
    case .badJSON(let why): "is not the JSON of a TensorFlow.js model: \(why). \(WeightFileDefect.interrupted)"
    case .noManifest:
      "has no weightsManifest, so it has no weights. Open the model.json that tensorflowjs_converter wrote."
    case .missingMember(let name): "has no '\(name)' in the weights manifest. \(WeightFileDefect.changed)"
    case .address(let path):
      "is in \(.name(path)), but Decant never opens addresses. Download that file, and name it in the weights manifest."
    case .outside(let path):
      "is in \(.name(path)), which is outside the model's directory. Copy the file into the directory, and change its "
        + "path in the weights manifest."
    case .missing(let path):
      "is in \(.name(path)), which cannot be opened. Copy that file into the model's directory."
    case .noShards(let names):
      "is only a list of weights; none of the \(names.count) files with their values is there. Copy "
        + "\(list: names, upTo: 3) to the places that the weights manifest names, from the source of the model."
    case .tooManyShards(let limit):
      "is in a shard after the first \(limit), the most that Decant opens. Save the model with larger shards, "
        + "with tensorflowjs_converter --weight_shard_size_bytes."
    case .shortShard(let path, let byteCount):
      "needs bytes of \(.name(path)) after its end at byte \(byteCount). \(WeightFileDefect.interrupted)"
    case .shortGroup:
      "cannot be located: the shards of its group have too few bytes, and nothing shows which of them is too short. "
        + "Copy the shards again."
    case .pastEnd(let needed, let found):
      "needs the first \(needed.counted("byte")) of its group, but the shards have only \(found). "
        + "\(WeightFileDefect.interrupted)"
    case .longGroup(let paths, let needed, let found):
      "\(paths.count == 1 ? "the shard" : "the shards") \(list: paths, upTo: 3) \(paths.count == 1 ? "has" : "have") "
        + "\(found.counted("byte")), but the tensors have only \(needed). A program may have changed line ends while it copied "
        + "\(paths.count == 1 ? "it" : "them"), and then values are wrong. Copy \(paths.count == 1 ? "it" : "them") again, in binary mode."
    case .unknownPlace: "follows a tensor of unknown length, so Decant cannot locate it."
    case .quantization(let stored, let dtype):
      "is \(dtype) quantized to '\(stored)', which TensorFlow.js does not have. \(WeightFileDefect.changed)"
    case .quantizationNumber(let name):
      "is quantized, but its '\(name)' is missing or is not a finite number. \(WeightFileDefect.changed)"
    case .badStrings: "has a string that reaches past the end of the data. \(WeightFileDefect.interrupted)"
    }
  }
}
