internal import Bytes
package import Files
package import Messages
package import Tensors

/// Writes an ONNX file, a graph and its weights: always the same bytes for the same graph, tensors and metadata.
///
/// A tensor keeps its name, its layout and its bytes. Metadata are the model's `metadata_props`.
/// - Source: `onnx.proto3`; ONNX `docs/IR.md` and `docs/ExternalData.md`.
package final class ONNXWriter: TensorSink, TensorSinkBody, FinishedTensors {
  /// The format in words.
  package let format = "ONNX"
  /// The file, or the file of elements and then the model.
  package let files: [SinkFile]
  private let path: String
  private let graph: ONNXGraph
  private let externalName: String?
  private let output: ONNXOutput
  private var turns: TensorTurns
  private var layout: ONNXLayout?

  /// What follows the model's name in that of the file of elements.
  package static let externalSuffix = ".data"

  /// Creates temporary files beside `path`.
  ///
  /// - Parameters:
  ///   - path: the model's path.
  ///   - graph: what the model computes.
  ///   - keepsDataBeside: whether large tensors are in a file of their own; they always are if there is no room in one.
  ///   - replacesExisting: whether existing files may be replaced.
  ///   - permissions: who may do what with the files.
  /// - Throws: `FileError` if a file exists and is not to be replaced, or the directory cannot be written.
  package init(
    path: String, graph: ONNXGraph, keepsDataBeside: Bool = false, replacesExisting: Bool = false,
    permissions: OutputPermissions = .ofNewFile
  ) throws {
    self.path = path
    self.graph = graph
    turns = TensorTurns(path: path)
    let isExternal = Self.isExternal(graph, keepsDataBeside: keepsDataBeside)
    externalName = isExternal ? path.lastPart + Self.externalSuffix : nil
    output = try ONNXOutput(
      path: path, externalSuffix: isExternal ? Self.externalSuffix : nil, replacesExisting: replacesExisting,
      permissions: permissions)
    files = output.files.map { SinkFile(path: $0.path, temporaryPath: $0.temporaryPath) }
  }

  /// Whether a graph's weights are kept beside the model: if that is wanted, or if one file has no room for them and
  /// for the metadata.
  package static func isExternal(_ graph: ONNXGraph, keepsDataBeside: Bool) -> Bool {
    keepsDataBeside || graph.weights.reduce(0) { $0 &+ $1.byteCount } > ONNXLayout.maximumByteCount - 1 << 26
  }

  /// The paths of the files that a model consists of, its own last.
  package static func paths(_ path: String, _ graph: ONNXGraph, keepsDataBeside: Bool) -> [String] {
    isExternal(graph, keepsDataBeside: keepsDataBeside) ? [path + externalSuffix, path] : [path]
  }

  /// Why the file has no place for a tensor; nil if it has one.
  package func refusal(of descriptor: TensorDescriptor) -> Message? { Self.refusal(of: descriptor, graph: graph) }

  /// Why a file with this graph has no place for a tensor, decided before a file is created; nil if it has one.
  package static func refusal(of descriptor: TensorDescriptor, graph: ONNXGraph) -> Message? {
    guard graph.weights.contains(where: { $0.name.equalsInBytes(descriptor.name) }) else {
      return "the network does not compute with it"
    }
    return ONNXDataType.canCompute(with: descriptor.dtype)
      ? nil : "ONNX cannot compute with \(descriptor.dtype); write it with --dtype f32"
  }

  /// Writes everything but the elements.
  package func begin(_ contents: SinkContents) throws -> any TensorSinkBody {
    let descriptors = contents.descriptors
    turns.begin(descriptors)
    try refuse(descriptors, file: path)
    if let absent = graph.weights.first(where: { weight in
      !descriptors.contains { $0.name.equalsInBytes(weight.name) }
    }) {
      throw WeightFileError(.refused("the network needs it, but it is left out"), file: path, tensor: absent.name)
    }
    let layout = try laidOut(contents.metadata)
    self.layout = layout
    try output.reserve(byteCount: layout.byteCount)
    try write(layout.parts)
    return self
  }

  private func laidOut(_ metadata: [String: String]) throws(WeightFileError) -> ONNXLayout {
    do throws(WeightFileDefect) {
      return try ONNXLayout(
        graph, tensors: turns.descriptors, metadata: metadata.filter { !ContentDigests.isDerived($0.key) },
        externalName: externalName)
    } catch {
      throw WeightFileError(error, file: path)
    }
  }

  private func write(_ parts: [ONNXLayout.Part]) throws(FileError) {
    for part in parts {
      try output.write(part.bytes.rawSpan, at: ONNXLayout.Place(isExternal: false, offset: part.offset))
    }
  }

  /// Appends elements of the tensor whose turn it is.
  package func write(_ piece: RawSpan) throws {
    guard let (tensor, offset) = try turns.take(piece), var place = layout?.places[tensor] else { return }
    place.offset += offset
    try output.write(piece, at: place)
  }

  /// Fails: there are no string tensors.
  package func writeStrings(_ strings: [[UInt8]]) throws {
    throw WeightFileError(.wrongKind(.string), file: path)
  }

  /// The temporary path: everything but the metadata is final.
  package func pathBeforeEnd() throws -> String? {
    try turns.requireAll()
    return temporaryPath
  }

  /// Ends the data, and writes the metadata again if it changed; it has the same length.
  package func finish(metadata: [String: String]?) throws -> any FinishedTensors {
    try turns.requireAll()
    if let metadata {
      let final = try laidOut(metadata)
      guard let layout, final.places == layout.places, final.byteCount == layout.byteCount else {
        throw WeightFileError(.refused(SafetensorsBody.otherMetadata), file: path)
      }
      try write(final.parts.suffix(1))
    }
    return self
  }

  /// Where the model is until it is committed.
  package var temporaryPath: String { files.last?.temporaryPath ?? path }

  /// Makes the files durable and gives them their names.
  package func commit() throws { try output.commit() }
}
