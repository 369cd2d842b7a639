package import Tensors
internal import WeightFiles

extension TensorFile {
  /// The attributes of an HDF5 file that are neither metadata nor about a tensor, in words; none for other formats.
  package static func otherAttributes(of source: any TensorSource) -> [String] {
    (reader(of: source) as? HDF5File)?.otherAttributes() ?? []
  }
}
