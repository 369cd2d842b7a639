internal import ModelMapping
internal import Tensors

/// Stands in for ModelMapping's.
enum CanonicalSource {
  static func make(_ source: any TensorSource) throws -> any TensorSource {
    let map = try NameMap(source.descriptors.map(\.name), scheme: .modern)
    return map.renamings.isEmpty ? source : EraSource(source, map)
  }
}

/// A source under modern names.
struct EraSource: TensorSource {
  let base: any TensorSource
  let descriptors: [TensorDescriptor]
  private let originals: [[UInt8]: TensorDescriptor]

  init(_ base: any TensorSource, _ map: NameMap) {
    self.base = base
    var originals: [[UInt8]: TensorDescriptor] = [:]
    descriptors = base.descriptors.map { descriptor in
      var renamed = descriptor
      renamed.name = map[descriptor.name]
      originals[Array(renamed.name.utf8)] = descriptor
      return renamed
    }.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    self.originals = originals
  }

  var format: String { base.format }
  var files: [SourceFile] { base.files }
  var metadata: [String: String] { base.metadata }
  var problems: [SourceProblem] { base.problems }

  func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    try base.read(original(descriptor), maximumByteCount: maximumByteCount, body)
  }

  func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] {
    try base.readStrings(original(descriptor))
  }

  private func original(_ descriptor: TensorDescriptor) throws -> TensorDescriptor {
    guard let found = originals[Array(descriptor.name.utf8)] else {
      throw MissingTensorError(names: [descriptor.name], source: base)
    }
    return found
  }
}
