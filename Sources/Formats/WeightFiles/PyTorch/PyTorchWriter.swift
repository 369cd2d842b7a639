package import Files
package import Messages
package import Tensors

/// Writes PyTorch.
package final class PyTorchWriter: TensorSink {
  package let format = "PyTorch"
  package let files: [SinkFile] = []

  package init(path: String, replacesExisting: Bool = false, permissions: OutputPermissions = .ofNewFile) throws {
    throw WeightFileError(.refused("not written yet"), file: path)
  }

  package func refusal(of descriptor: TensorDescriptor) -> Message? { Self.refusal(of: descriptor) }

  package static func refusal(of descriptor: TensorDescriptor) -> Message? { "not written yet" }

  package func begin(_ contents: SinkContents) throws -> any TensorSinkBody {
    throw WeightFileError(.refused("not written yet"))
  }
}
