internal import Messages
internal import Tensors

extension TensorSink {
  /// Checks a list of tensors before anything is written.
  ///
  /// - Throws: `WeightFileDefect.refused` for the first tensor that the format cannot hold, `.duplicateName` for a repeated name.
  func refuse(_ descriptors: [TensorDescriptor], file: String) throws(WeightFileError) {
    var names: Set<[UInt8]> = []
    for descriptor in descriptors {
      if let refusal = refusal(of: descriptor) {
        throw WeightFileError(.refused(refusal), file: file, tensor: descriptor.name)
      }
      guard names.insert(Array(descriptor.name.utf8)).inserted else {
        throw WeightFileError(.duplicateName, file: file, tensor: descriptor.name)
      }
    }
  }
}
