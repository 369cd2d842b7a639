internal import Messages
internal import SSTable
internal import Tensors

extension TensorSink {
  /// Checks a list of tensors before anything is written.
  ///
  /// - Throws: `CheckpointDefect.writing(.refused)` for the first tensor that the format cannot hold, `.entry(.duplicate)` for a
  ///   repeated name.
  func refuse(_ descriptors: [TensorDescriptor], file: String) throws(CheckpointError) {
    var names: Set<[UInt8]> = []
    for descriptor in descriptors {
      if let refusal = refusal(of: descriptor) {
        throw CheckpointError(.writing(.refused(refusal)), file: file, tensor: descriptor.name)
      }
      guard names.insert(Array(descriptor.name.utf8)).inserted else {
        throw CheckpointError(.entry(.duplicate), file: file, tensor: descriptor.name)
      }
    }
  }
}

/// Names that cannot be keys of a checkpoint's table.
///
/// Everything else is allowed: `..`, slashes at either end, control characters and zero bytes are ordinary bytes, because a name
/// never becomes a path.
enum NameRefusal {
  /// Why a V2 index cannot hold a name.
  static func ofBundle(_ name: String) -> Message? {
    if name.utf8.first == 0 {
      return
        "its name begins with a zero byte, which marks slices in a V2 checkpoint; rename it, or leave it out with --drop"
    }
    return of(name, keyByteCount: name.utf8.count)
  }

  /// Why a tensor cannot have this name, if its key has this many bytes.
  static func of(_ name: String, keyByteCount: Int) -> Message? {
    if name.isEmpty {
      return "it has no name, but checkpoints reserve the empty name for their header; leave it out with --drop '^$'"
    }
    if keyByteCount > TableFormat.maximumKeyByteCount {
      return
        "its key has \(keyByteCount.counted("byte")), but the limit is \(TableFormat.maximumKeyByteCount); give it a shorter name"
    }
    return nil
  }
}
