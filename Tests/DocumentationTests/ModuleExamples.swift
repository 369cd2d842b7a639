import Bytes
import Captioning
import Checkpoints
import Digests
import Explanation
import Images
import Markup
import Messages
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

/// The overview of `Explanation`.
func explanation(captioner: Captioner) throws {
  let input = try NetworkInput(path: "surfer.jpg", previewSide: 960)
  let explanation = try captioner.explanation(of: input.values, grid: PatchGrid())
  for word in explanation.words { print(word.text, word.region) }
}

/// The comment of `HTML`.
func html(tensor: TensorDescriptor, count: Int) -> HTML {
  let row: HTML = "<tr><th scope=\"row\">\(tensor.name)</th><td>\(count)</td></tr>"
  return row
}
