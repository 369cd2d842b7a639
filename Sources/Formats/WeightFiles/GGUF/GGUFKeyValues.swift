internal import Bytes

/// The key-values of a GGUF model as its files store them, for an output of the same format.
///
/// Metadata are texts, so an array of a vocabulary's size is only counted there, and a number has no type. Here each
/// value is where it is in the file, to be copied.
package struct GGUFKeyValues: Sendable, Equatable {
  private var keyValues: [ByteString: GGUFKeyValue] = [:]

  /// None, for a source of another format.
  package init() {}

  /// Those of a model; of two with one key, the first counts.
  init(_ list: [GGUFKeyValue]) {
    keyValues = Dictionary(list.map { (ByteString($0.key), $0) }) { first, _ in first }
  }

  /// Adds those of another model, except where these have the key.
  package mutating func merge(_ others: GGUFKeyValues) {
    keyValues.merge(others.keyValues) { own, _ in own }
  }

  /// The keys of long arrays, which metadata only count, sorted.
  package var countedKeys: [String] {
    keyValues.values.filter { !$0.isWhole }.map(\.key).sorted { $0.precedesInBytes($1) }
  }

  /// The key-value that an output copies for metadata; nil if the metadata changed, or if it says how Decant lays out a
  /// file.
  func unchanged(_ key: String, _ text: String) -> GGUFKeyValue? {
    guard !key.hasPrefix("decant."), key != GGUFHeader.alignmentKey, let found = keyValues[ByteString(key)],
      found.text.equalsInBytes(text)
    else { return nil }
    return found
  }
}
