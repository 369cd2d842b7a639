package import Tensors
package import WeightFiles

extension TensorFile {
  /// What a TensorFlow.js model says about its network; nil for other formats, and for a list of weights alone.
  package static func webModel(of source: any TensorSource) -> TFJSModel? {
    (reader(of: source) as? IndexedFile)?.webModel
  }
}
