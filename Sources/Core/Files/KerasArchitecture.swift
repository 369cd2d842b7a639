internal import Bytes

/// The JSON in which Keras keeps what a model computes, and no weights: what `Model.to_json()` returns.
///
/// It is an object with `class_name` and `config`. TensorFlow.js has the same below `modelTopology`, and the list of weights
/// beside it.
/// - Source: Keras 2.15, `Model.to_json`; Keras 3.15, `serialization_lib.serialize_keras_object`.
package enum KerasArchitecture {
  /// The text has no numbers of tensors; a longer one is something else.
  private static let maximumByteCount = 1 << 26

  /// Whether a file is one; a file that cannot be read is none.
  package static func isOne(_ path: String) -> Bool {
    guard let file = try? InputFile(path: path), file.byteCount <= maximumByteCount,
      let text = try? file.read(at: 0, count: file.byteCount)
    else { return false }
    return (try? isOne(text)) ?? false
  }

  private static func isOne(_ text: [UInt8]) throws -> Bool {
    var reader = JSONReader(text)
    var keys: Set<String> = []
    try reader.readObject { reader, key in
      keys.insert(key)
      try reader.skipValue()
    }
    try reader.readEnd()
    return keys.isSuperset(of: ["class_name", "config"]) && !keys.contains("weightsManifest")
  }
}
