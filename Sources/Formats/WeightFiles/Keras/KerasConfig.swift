internal import Bytes

/// What `config.json` of a Keras archive says about a model or a layer: its class, its name, its settings and its parts.
///
/// - Source: Keras 3.15, `saving/serialization_lib.py`.
struct KerasConfig {
  /// The name of the class, such as `Conv2D`.
  private(set) var className = ""
  /// Whether the class is Keras's own. A program may have another class of the same name.
  private(set) var isBuiltIn = false
  /// Whether it is a function in place of a layer, which has no variables and no group in the weights.
  private(set) var isOperation = false
  /// Numbers, truth values, `null` and strings as text; of lists and objects, only that they are there.
  private(set) var settings: [String: String] = [:]
  /// Layers within this one, by the setting that has them.
  private(set) var parts: [String: [KerasConfig]] = [:]

  /// The layer's own name.
  var name: String? { settings["name"] }

  /// Models within models, each with a few levels of JSON.
  private static let maximumDepth = 128
  private static let partKeys: Set<String> = ["layers", "cells", "cell", "layer", "backward_layer"]

  /// Parses the text of a `config.json`.
  ///
  /// - Throws: `JSONError` if it is not such a text.
  init(parsing text: [UInt8]) throws {
    var reader = JSONReader(text, maximumDepth: Self.maximumDepth)
    try self.init(&reader)
    try reader.readEnd()
  }

  private init(_ reader: inout JSONReader) throws {
    var module: String?
    var registeredName: String?
    // Keras 2 leaves it out in models within models that it has also saved otherwise.
    var namesModule = false
    try reader.readObject { reader, key in
      switch key {
      case "class_name": className = try reader.readString()
      case "module":
        module = try Self.readText(&reader)
        namesModule = true
      case "registered_name": registeredName = try Self.readText(&reader)
      case "config" where reader.peek() == UInt8(ascii: "{"): try readSettings(&reader)
      default: try reader.skipValue()
      }
    }
    // Keras registers no names for its own classes.
    let isKeras = module == "keras" || module?.hasPrefix("keras.") == true
    isBuiltIn = (isKeras || !namesModule) && registeredName == nil
    isOperation = module?.hasPrefix("keras.src.ops") == true || module?.hasPrefix("keras.ops") == true
  }

  private mutating func readSettings(_ reader: inout JSONReader) throws {
    try reader.readObject { reader, key in
      let first = reader.peek()
      switch first {
      case UInt8(ascii: "{") where Self.partKeys.contains(key): parts[key] = [try KerasConfig(&reader)]
      case UInt8(ascii: "[") where Self.partKeys.contains(key):
        try reader.readArray { reader in
          guard reader.peek() == UInt8(ascii: "{") else { return try reader.skipValue() }
          parts[key, default: []].append(try KerasConfig(&reader))
        }
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        settings[key] = "set"
        try reader.skipValue()
      default: settings[key] = try Self.readText(&reader)
      }
    }
  }

  /// A value as text; nil for `null`.
  private static func readText(_ reader: inout JSONReader) throws -> String? {
    if reader.readIfNext("null") { return nil }
    if reader.peek() == UInt8(ascii: "\"") { return try reader.readString() }
    let start = reader.position
    try reader.skipValue()
    return String(decoding: reader.bytes[start..<reader.position], as: UTF8.self)
  }
}
