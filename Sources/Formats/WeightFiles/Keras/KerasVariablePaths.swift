internal import Bytes
internal import Messages
internal import Tensors

/// Where Keras looks for the variables of a model in an HDF5 file, worked out from their names: the reverse of `KerasVariableNames`.
struct KerasVariablePaths {
  /// For each name, its path, in order.
  let paths: [String]

  /// - Parameters:
  ///   - names: the names of all tensors, as an archive of the model shows them.
  ///   - model: the model's `config.json`.
  ///   - generation: the version of Keras that will load the file.
  /// - Throws: `WeightFileDefect.refused` for a tensor that the model has no place for, or a variable without a tensor.
  init(of names: [String], in model: KerasConfig, _ generation: KerasGeneration) throws(WeightFileError) {
    let variables = KerasVariableNames(of: model, generation)
    let paths = names.map { variables.path(of: $0) }
    for (name, path) in zip(names, paths) where path == nil {
      throw WeightFileError(.refused(Self.noPlace), tensor: name)
    }
    let found = paths.compactMap { $0 }
    let present = Set(found.map { ByteString($0) })
    if let missing = variables.ownPaths.first(where: { !present.contains(ByteString($0.path)) }) {
      throw WeightFileError(
        .refused("the model has this variable, but there is no tensor for it; keep all tensors of the model"),
        tensor: missing.name)
    }
    let shown = variables.variables(at: found)
    for (name, path) in zip(names, found) where !(shown[ByteString(path)]?.name ?? path).equalsInBytes(name) {
      throw WeightFileError(.refused(Self.noPlace), tensor: name)
    }
    self.paths = found
  }

  /// Why a tensor cannot be written.
  private static let noPlace: Message =
    "the model in the metadata 'keras.config' has no variable of this name; keep the names and all tensors of the model "
    + "(--names keep), or leave the tensor out with --drop"
}

extension KerasConfig {
  /// The model that metadata describes, to write its weights; nil if it describes none.
  ///
  /// - Throws: `WeightFileDefect.refused` if it describes a model that cannot be written.
  static func model(in metadata: [String: String]) throws(WeightFileError) -> KerasConfig? {
    guard let text = metadata[KerasModelText.configKey] else { return nil }
    if let assets = metadata[KerasModelText.assetsKey] {
      throw WeightFileError(
        .refused("the model has other files, such as \(assets), which Decant does not store; write safetensors"))
    }
    guard let model = try? KerasConfig(parsing: Array(text.utf8)) else {
      throw WeightFileError(.refused("the metadata 'keras.config' is not the description of a model"))
    }
    return model
  }
}

extension TensorDescriptor {
  /// Why h5py cannot read the tensor as Keras needs it; nil if it can.
  var kerasRefusal: Message? {
    switch dtype {
    case .float16, .float32, .float64, .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .bool: nil
    default: "Keras cannot load \(dtype) from HDF5; cast floating-point tensors with --dtype f32, or write safetensors"
    }
  }
}
