package import Tensors
package import WeightFiles

extension TensorFile {
  /// The key-values of a GGUF model as its files store them; none for other formats.
  package static func keyValues(of source: any TensorSource) -> GGUFKeyValues {
    if let archived = source as? ArchivedSource { return keyValues(of: archived.source) }
    if let shown = source.underlying { return keyValues(of: shown) }
    return (source as? IndexedFile)?.keyValues ?? GGUFKeyValues()
  }
}
