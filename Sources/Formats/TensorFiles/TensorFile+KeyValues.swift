package import Tensors
package import WeightFiles

extension TensorFile {
  /// The key-values of a GGUF model as its files store them; none for other formats.
  package static func keyValues(of source: any TensorSource) -> GGUFKeyValues {
    if let shown = source.underlying { return keyValues(of: shown) }
    return (reader(of: source) as? IndexedFile)?.keyValues ?? GGUFKeyValues()
  }
}
