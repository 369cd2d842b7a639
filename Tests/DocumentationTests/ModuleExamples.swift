import Bytes
import Checkpoints
import Digests
import Tensors

// Examples of modules that only this package imports; the others are in Tests/Examples.

/// The overview of `Digests`.
func digests(bytes: [UInt8]) {
  var digest = SHA256()
  digest.update(bytes.rawSpan)
  print(digest.finish())
}

/// The overview of `Checkpoints`.
func checkpoints() throws {
  let checkpoint = try Checkpoint.open("model.ckpt-3000000")
  for tensor in checkpoint.source.descriptors { print(tensor.name, tensor.dtype, tensor.shape) }
}
