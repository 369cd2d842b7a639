internal import Bytes
internal import Files
internal import Messages
internal import Tensors

/// Walks a Core ML model: its description, and its neural network, program or pipeline.
///
/// - Source: coremltools 9 `mlmodel/format/Model.proto`, `NeuralNetwork.proto`.
struct CoreMLModelReader {
  let walk: ProtobufFile
  let storage: CoreMLStorage
  var found: [ScopedTensor] = []
  private(set) var metadata: [String: String] = [:]
  private(set) var hasNetwork = false

  /// Models, networks and blocks inside each other; each is up to three messages of the hundred that protobuf allows.
  static let maximumDepth = 32
  /// The most bytes of a text about the model; longer ones are left out.
  private static let maximumTextByteCount = 1 << 16
  /// The most bytes of a name, which becomes a part of the names of many tensors.
  static let maximumNameByteCount = 1 << 12

  init(_ file: InputFile) {
    walk = ProtobufFile(file)
    storage = CoreMLStorage(files: CompanionFiles(beside: file.path))
  }

  /// Reads a model.
  mutating func read(_ range: Range<Int>, scope: String = "", depth: Int = 0) throws {
    try requireDepth(depth, range)
    try walk.forEachField(in: range) { field, payload in
      switch (field, payload) {
      case (1, .number(let version)) where depth == 0: metadata["coreml.specification_version"] = "\(version)"
      case (2, .bytes(let part)) where depth == 0: try readDescription(part)
      case (303, .bytes(let part)), (403, .bytes(let part)), (500, .bytes(let part)):
        try readNetwork(part, scope: scope, depth: depth)
      case (502, .bytes(let part)): try readProgram(part, scope: scope, depth: depth)
      // A pipeline's classifier and regressor have the pipeline in their field 1.
      case (202, .bytes(let part)): try readPipeline(part, scope: scope, depth: depth)
      case (200, .bytes(let part)), (201, .bytes(let part)):
        try walk.forEachField(in: part) { field, payload in
          if field == 1, case .bytes(let pipeline) = payload { try readPipeline(pipeline, scope: scope, depth: depth) }
        }
      default: break
      }
    }
  }

  func requireDepth(_ depth: Int, _ range: Range<Int>) throws {
    guard depth < Self.maximumDepth else {
      throw WeightFileError(
        .coreML(.tooDeep(limit: Self.maximumDepth)), file: walk.file.path, offset: range.lowerBound)
    }
  }

  mutating func foundNetwork() { hasNetwork = true }

  private mutating func readPipeline(_ range: Range<Int>, scope: String, depth: Int) throws {
    var number = 0
    try walk.forEachField(in: range) { field, payload in
      guard field == 1, case .bytes(let model) = payload else { return }
      try read(model, scope: (scope.isEmpty ? "" : scope + "/") + "model\(number)", depth: depth + 1)
      number += 1
    }
  }

  /// ModelDescription: 100 is its Metadata, with texts in 1 to 4 and a map of the writer's own in 100.
  private mutating func readDescription(_ range: Range<Int>) throws {
    let names: [UInt32: String] = [1: "short_description", 2: "version", 3: "author", 4: "license"]
    try walk.forEachField(in: range) { field, payload in
      guard field == 100, case .bytes(let part) = payload else { return }
      try walk.forEachField(in: part) { field, payload in
        guard case .bytes(let text) = payload, text.count <= Self.maximumTextByteCount else { return }
        if let name = names[field] {
          if !text.isEmpty { metadata["coreml.\(name)"] = try walk.text(in: text) }
        } else if field == 100, metadata.count < 1000 {
          let (key, value) = try walk.entry(in: text)
          metadata[key] = value
        }
      }
    }
  }

  // MARK: - Neural networks

  /// NeuralNetwork, NeuralNetworkClassifier and NeuralNetworkRegressor: 1 is a layer.
  private mutating func readNetwork(_ range: Range<Int>, scope: String, depth: Int) throws {
    try requireDepth(depth, range)
    hasNetwork = true
    try walk.forEachField(in: range) { field, payload in
      if field == 1, case .bytes(let layer) = payload { try readLayer(layer, scope: scope, depth: depth) }
    }
  }

  private mutating func readLayer(_ range: Range<Int>, scope: String, depth: Int) throws {
    var name = ""
    try walk.forEachField(in: range) { field, payload in
      if field == 1, case .bytes(let part) = payload {
        name = try walk.text(in: part, limit: Self.maximumNameByteCount)
      }
    }
    try walk.forEachField(in: range) { field, payload in
      guard let kind = CoreMLLayers.kinds[field], case .bytes(let part) = payload else { return }
      try readPart(kind, part, name: name, scope: scope, depth: depth)
    }
  }

  /// Reads a part of a layer; `name` is the path of fields that leads to it.
  private mutating func readPart(
    _ kind: CoreMLLayers, _ range: Range<Int>, name: String, scope: String, depth: Int
  ) throws {
    switch kind {
    case .weights, .manyWeights: try addWeights(range, name: name, scope: scope)
    case .network:
      try readNetwork(range, scope: (scope.isEmpty ? "" : scope + "/") + name, depth: depth + 1)
    case .message(let fields), .many(let fields):
      var numbers: [UInt32: Int] = [:]
      try walk.forEachField(in: range) { field, payload in
        guard let (fieldName, kind) = fields[field], case .bytes(let part) = payload else { return }
        var path = "\(name)/\(fieldName)"
        switch kind {
        case .many, .manyWeights:
          path += "/\(numbers[field, default: 0])"
          numbers[field, default: 0] += 1
        case .weights, .message, .network: break
        }
        try readPart(kind, part, name: path, scope: scope, depth: depth)
      }
    }
  }

  /// WeightParams: 1 has float32 numbers, 2 the bytes of float16 numbers; others are quantized. The layer's sizes are
  /// not here, so the tensor has one axis.
  private mutating func addWeights(_ range: Range<Int>, name: String, scope: String) throws {
    let floats = try CoreMLValues(in: range, field: 1, of: walk)
    var halves: Range<Int>?
    var isQuantized = false
    try walk.forEachField(in: range) { field, payload in
      guard case .bytes(let part) = payload else { return }
      if field == 2 { halves = part }
      if field == 30 || field == 31 { isQuantized = true }
    }
    try found.append(name, in: scope, of: walk.file) { [file = walk.file] (name) throws(WeightFileDefect) in
      if isQuantized { throw .coreML(.quantized) }
      if let halves, !halves.isEmpty {
        guard let type = CoreMLType(10) else { throw .coreML(.unsupportedType(10)) }
        guard halves.count.isMultiple(of: 2) else {
          throw .coreML(.byteCount(found: halves.count, expected: halves.count + 1))
        }
        return try type.tensor(name, Shape(checking: [halves.count / 2]), .file(file, halves), file: 0)
      }
      guard let type = CoreMLType(11) else { throw .coreML(.unsupportedType(11)) }
      let count = floats.count(width: 4) ?? 0
      return try floats.tensor(name, type, Shape(checking: [count]), coding: .fixed32, of: file)
    }
  }
}
