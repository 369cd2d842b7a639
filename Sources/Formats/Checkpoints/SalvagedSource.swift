internal import Tensors

/// The tensors of a damaged source that were read completely and proven.
struct SalvagedSource: TensorSource {
  let base: any TensorSource
  let descriptors: [TensorDescriptor]

  var format: String { base.format }
  var files: [SourceFile] { base.files }
  var metadata: [String: String] { base.metadata }
  var hasChecksums: Bool { base.hasChecksums }
  var isCheckpoint: Bool { base.isCheckpoint }
  /// Always empty: the salvage has already reported what is lost.
  var problems: [SourceProblem] { [] }

  func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    try base.read(require(descriptor), maximumByteCount: maximumByteCount, body)
  }

  func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] {
    try base.readStrings(require(descriptor))
  }

  func origin(of descriptor: TensorDescriptor) -> TensorOrigin? { base.origin(of: descriptor) }

  private func require(_ descriptor: TensorDescriptor) throws(MissingTensorError) -> TensorDescriptor {
    guard let index = descriptors.index(ofName: descriptor.name) else {
      throw MissingTensorError(names: [descriptor.name], source: self)
    }
    return descriptors[index]
  }
}
