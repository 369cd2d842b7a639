internal import Bytes
internal import Messages
internal import Tensors

/// The list of weights in a `model.json`, or a `weights_manifest.json` alone.
///
/// - Source: tensorflowjs 4.22 `write_weights.py` and `converters/common.py`; tfjs `io/types.ts`, `ModelJSON`.
struct TFJSManifest {
  /// Tensors whose bytes follow each other in a row of shards.
  struct Group {
    var paths: [String] = []
    var weights: [Weight] = []
  }

  /// One tensor.
  struct Weight {
    var name = ""
    var dtype = ""
    var dimensions: [Int] = []
    var quantization: Quantization?
    /// Whether it is float16, and float32 for TensorFlow.js only; see `TFJSWriter`.
    var isHalf = false
  }

  /// How a tensor is stored in fewer bytes.
  struct Quantization {
    var dtype = ""
    var scale: Double?
    var minimum: Double?
  }

  private(set) var groups: [Group] = []
  /// What the model says about itself, strings only.
  private(set) var metadata: [String: String] = [:]
  private(set) var isPresent = false
  /// The other members of `model.json`, in the order of the file.
  private(set) var members: [TFJSModel.Member] = []

  /// The member of `model.json` that has the list.
  static let key = "weightsManifest"
  /// The member that programs may fill as they like.
  static let metadataKey = "userDefinedMetadata"
  /// The metadata that names tensors whose dtype TensorFlow.js does not have: a JSON object.
  static let dtypesKey = "decant.dtypes"

  /// Parses the text.
  ///
  /// - Throws: `JSONError`, or `WeightFileDefect` for a tensor that lacks a member.
  init(parsing text: [UInt8]) throws {
    var reader = JSONReader(text)
    if reader.peek() == UInt8(ascii: "[") {
      try readGroups(&reader)
    } else {
      try reader.readObject { reader, key in
        switch key {
        case Self.key: try readGroups(&reader)
        case Self.metadataKey where reader.peek() == UInt8(ascii: "{"):
          try reader.readObject { reader, key in try readText(&reader, as: key) }
        default:
          _ = reader.peek()
          let start = reader.position
          try readMember(&reader, key)
          members.append(TFJSModel.Member(key: key, range: start..<reader.position))
        }
      }
    }
    try reader.readEnd()
    if let note = metadata.removeValue(forKey: Self.dtypesKey) { try restoreDTypes(note) }
  }

  /// Gives the tensors in a note their dtype; each must be stored as `TFJSWriter` stores it.
  private mutating func restoreDTypes(_ note: String) throws(WeightFileDefect) {
    var names: Set<ByteString> = []
    do {
      var reader = JSONReader(Array(note.utf8))
      try reader.readObject { reader, name in
        guard try reader.readString() == DType.float16.name else {
          throw JSONError(.expected("float16"), offset: reader.position)
        }
        names.insert(ByteString(name))
      }
      try reader.readEnd()
    } catch {
      throw .badDTypeNote("\(error)")
    }
    for group in groups.indices {
      for index in groups[group].weights.indices
      where names.remove(ByteString(groups[group].weights[index].name)) != nil {
        let weight = groups[group].weights[index]
        guard weight.dtype == DType.float32.name, weight.quantization?.dtype == DType.float16.name else {
          throw .badDTypeNote("tensor '\(weight.name)' cannot be 'float16'")
        }
        groups[group].weights[index].isHalf = true
      }
    }
    guard names.isEmpty else { throw .badDTypeNote("it names tensors that are not in the file") }
  }

  private mutating func readMember(_ reader: inout JSONReader, _ key: String) throws {
    switch key {
    case "format", "generatedBy", "convertedBy": try readText(&reader, as: "tensorflowjs.\(key)")
    default: try reader.skipForeignValue()
    }
  }

  private mutating func readText(_ reader: inout JSONReader, as key: String) throws {
    if reader.peek() == UInt8(ascii: "\"") {
      metadata[key] = try reader.readString()
    } else {
      try reader.skipForeignValue()
    }
  }

  private mutating func readGroups(_ reader: inout JSONReader) throws {
    isPresent = true
    try reader.readArray { reader in
      var group = Group()
      var members: Set<String> = []
      try reader.readObject { reader, key in
        members.insert(key)
        switch key {
        case "paths": group.paths = try reader.readList { try $0.readString() }
        case "weights": group.weights = try reader.readList { try Weight(parsing: &$0) }
        default: try reader.skipForeignValue()
        }
      }
      for name in ["paths", "weights"] where !members.contains(name) {
        throw WeightFileDefect.tensorFlowJS(.missingMember(name))
      }
      groups.append(group)
    }
  }
}

extension TFJSManifest.Weight {
  fileprivate init(parsing reader: inout JSONReader) throws {
    var members: Set<String> = []
    try reader.readObject { reader, key in
      members.insert(key)
      switch key {
      case "name": name = try reader.readString()
      case "dtype": dtype = try reader.readString()
      case "shape":
        try reader.readArray { reader in
          dimensions.append(try reader.readCount())
          guard dimensions.count <= Shape.maximumRank else {
            throw WeightFileDefect.badShape(.rankTooLarge(dimensions.count))
          }
        }
      case "quantization" where reader.peek() == UInt8(ascii: "{"):
        quantization = try TFJSManifest.Quantization(parsing: &reader)
      case "quantization" where reader.readIfNext("null"): break
      case "quantization": _ = try reader.readObject { _, _ in }
      default: try reader.skipForeignValue()
      }
    }
    for member in ["name", "dtype", "shape"] where !members.contains(member) {
      throw WeightFileDefect.tensorFlowJS(.missingMember(member))
    }
  }
}

extension TFJSManifest.Quantization {
  fileprivate init(parsing reader: inout JSONReader) throws {
    try reader.readObject { reader, key in
      switch key {
      case "dtype": dtype = try reader.readString()
      case "scale": scale = try reader.readNumber()
      case "min": minimum = try reader.readNumber()
      default: try reader.skipForeignValue()
      }
    }
  }
}
