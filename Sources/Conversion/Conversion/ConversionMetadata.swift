internal import Bytes
internal import Messages
internal import ModelMapping
internal import Tensors
internal import WeightFiles

/// What a converted file says about itself. Decant's own keys start with `decant.`; other keys come from the source and
/// stay.
enum ConversionMetadata {
  static let version = ContentDigests.versionKey
  static let names = "decant.names"
  static let model = "decant.model"
  static let source = "decant.source"
  /// The digest of the options, if the output is to be recognized later.
  static let options = "decant.options"
  static let vocabulary = "decant.vocabulary"
  /// The forget bias that the LSTM's bias includes, if the layout is another framework's.
  static let forgetBias = "decant.forget_bias"
  /// The bytes of all tensors, in the metadata of an index of shards.
  static let totalSize = "total_size"
  /// The blocks in which tensors are stored that are shown as bytes, by the tensors' names, as GGUF's reader states them.
  static let quantization = "decant.quantization"
  /// The byte order of blocks that come from a big-endian GGUF model, as GGUF's reader states it.
  private static let byteOrder = "decant.byte_order"
  /// `folded`, if convolutions have a bias instead of a normalization.
  static let batchNorm = "decant.batch_norm"

  /// All metadata of an output except the digests of its content; `digests` are the SHA-256 of each of the source's
  /// files, in hexadecimal, if they are wanted.
  static func make(
    source: any TensorSource, sink: any TensorSink, digests: [String]?, plan: ConversionPlan,
    options: ConversionOptions,
    globalStep: Int?
  ) -> [String: String] {
    var metadata = source.metadata.merging(sink.requiredMetadata) { own, _ in own }
    // These digests are of the source's own content.
    metadata[ContentDigests.key] = nil
    // An index of shards states it, for the tensors as they were.
    metadata[totalSize] = nil
    // Only blocks have the source's byte order, and no output of GGUF has such blocks.
    if sink.format == "GGUF" || source.metadata[quantization] == nil { metadata[byteOrder] = nil }
    metadata[version] = DecantVersion.current
    let library = plan.mapping?.target.name
    metadata[names] = library ?? plan.scheme.rawValue
    metadata[Self.options] = options.recipe?.digest
    metadata[model] = plan.model.json
    // Keras treats files without a version as version 1, whose kernels have another layout.
    let isKeras = library.map { $0 == "keras" } ?? (plan.scheme == .keras)
    let keepsKeras = library == nil && plan.keepsLayout
    metadata["keras_version"] = isKeras ? "2.0.0" : keepsKeras ? metadata["keras_version"] : nil
    metadata["backend"] = isKeras ? "tensorflow" : keepsKeras ? metadata["backend"] : nil
    let layers = KerasLayers.groups(of: source, plan)
    metadata[KerasLayerList.key] = layers.isEmpty ? nil : KerasLayerList.text(of: layers)
    // The layers of an object graph, which states no version.
    if !layers.isEmpty, sink.format == "HDF5", metadata["keras_version"] == nil { metadata["keras_version"] = "2.0.0" }
    let scheme = plan.scheme == .keep ? plan.detected : plan.scheme
    metadata[forgetBias] = library == nil && scheme?.changesLayout == true ? "1.0" : nil
    if options.foldsBatchNorm { metadata[batchNorm] = "folded" }
    metadata[Self.source] = provenance(of: source, digests: digests, globalStep: globalStep)
    let stored = StoredBlocks(of: source)
    let quantized = plan.tensors.compactMap { item in
      (item.quantization?.name ?? stored.typeName(of: item)).map { (key: item.target.name, value: JSONText.string($0)) }
    }
    metadata[quantization] = quantized.isEmpty ? nil : JSONText.object(quantized)
    if plan.tensors.contains(where: { $0.quantization != nil }) {
      metadata.merge(BlockFormat.metadata) { _, new in new }
    } else if quantized.isEmpty {
      ModelFileType.correct(&metadata, for: plan)
    }
    if let words = options.vocabulary { metadata[vocabulary] = JSONText.array(words) }
    return metadata
  }

  /// Placeholders as long as digests, for metadata whose length must be known before the digests are.
  static func placeholders(for source: any TensorSource) -> [String] {
    source.files.map { _ in String(repeating: "0", count: 64) }
  }

  /// Names without directories: the paths of the machine that converted are private.
  private static func provenance(of source: any TensorSource, digests: [String]?, globalStep: Int?) -> String {
    let files = source.files.enumerated().map { index, file in
      var members = [(key: "name", value: JSONText.string(file.name))]
      if let byteCount = file.byteCount {
        members.append((key: "bytes", value: "\(byteCount)"))
        if let digests { members.append((key: "sha256", value: JSONText.string(digests[index]))) }
      }
      return JSONText.object(members)
    }
    var members = [
      (key: "format", value: JSONText.string(source.format)),
      (key: "files", value: "[\(files.joined(separator: ","))]"),
    ]
    if let globalStep { members.append((key: "global_step", value: "\(globalStep)")) }
    // A file that is converted twice still says where it first came from.
    if let earlier = source.metadata[Self.source], isJSON(earlier) { members.append((key: "from", value: earlier)) }
    return JSONText.object(members)
  }

  private static func isJSON(_ text: String) -> Bool {
    var reader = JSONReader(Array(text.utf8))
    return (try? reader.skipValue()) != nil && (try? reader.readEnd()) != nil
  }

  /// The value of `global_step`, if the source has one.
  static func globalStep(of source: any TensorSource) throws -> Int? {
    guard let descriptor = source.descriptor(named: "global_step"), descriptor.shape.elementCount == 1,
      descriptor.dtype == .int32 || descriptor.dtype == .int64
    else { return nil }
    let bytes = try source.readAll(descriptor)
    var reader = ByteReader(bytes.rawSpan)
    return descriptor.dtype == .int32
      ? Int(try reader.readLittleEndian(Int32.self)) : Int(exactly: try reader.readLittleEndian(Int64.self))
  }
}
