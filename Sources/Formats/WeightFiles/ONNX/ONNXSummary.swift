internal import Bytes
internal import Messages

/// What a model says about itself besides its tensors: who made it, for which operators, with which inputs and outputs.
///
/// - Source: `onnx.proto3`, `ModelProto`, `GraphProto`, `ValueInfoProto`, `TypeProto`.
struct ONNXSummary {
  private(set) var metadata: [String: String] = [:]
  /// The keys of texts that were too long.
  private(set) var leftOut: [String] = []
  /// What the graph computes.
  private(set) var network = NetworkSummary()
  private var operations: [String: Int] = [:]
  private var byteCount = 0

  /// The most bytes of a text, and of all together.
  static let maximumTextByteCount = 1 << 20
  private static let maximumByteCount = 1 << 24
  /// The most operators that are counted by name, and the most axes, inputs and outputs that are shown.
  private static let maximumListCount = 1000

  /// Takes a field of the model.
  mutating func addModelField(_ field: UInt32, _ payload: ProtobufFile.Payload, _ walk: ProtobufFile) throws {
    switch (field, payload) {
    case (1, .number(let version)): metadata["onnx.ir_version"] = "\(Int64(bitPattern: version))"
    case (2, .bytes(let range)): try add("onnx.producer_name", range, walk)
    case (3, .bytes(let range)): try add("onnx.producer_version", range, walk)
    case (4, .bytes(let range)): try add("onnx.domain", range, walk)
    case (5, .number(let version)): metadata["onnx.model_version"] = "\(Int64(bitPattern: version))"
    case (6, .bytes(let range)): try add("onnx.doc_string", range, walk)
    case (8, .bytes(let range)): try addOperatorSet(range, walk)
    case (14, .bytes(let range)): try addProperty(range, walk)
    default: break
    }
  }

  /// Takes a field of the main graph that holds no tensors.
  mutating func addGraphField(_ field: UInt32, _ range: Range<Int>, _ walk: ProtobufFile) throws {
    switch field {
    case 2: try add("onnx.graph_name", range, walk)
    case 11: if network.inputs.count < Self.maximumListCount { network.inputs.append(try value(range, walk)) }
    case 12: if network.outputs.count < Self.maximumListCount { network.outputs.append(try value(range, walk)) }
    default: break
    }
  }

  /// Counts a node.
  mutating func count(operation: String, domain: String) {
    network.nodeCount += 1
    let name = domain.isEmpty || domain == "ai.onnx" ? operation : "\(domain).\(operation)"
    guard operations[name] != nil || operations.count < Self.maximumListCount else { return }
    operations[name, default: 0] += 1
  }

  /// Ends the summary.
  ///
  /// - Parameter initializers: the names of the main graph's tensors, which old models list among the inputs too.
  mutating func finish(initializers: Set<ByteString>) {
    network.inputs.removeAll { initializers.contains(ByteString($0.name)) }
    network.operations = operations.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
      NetworkSummary.Operation(name: $0.key, count: $0.value)
    }
    let producer = [metadata["onnx.producer_name"], metadata["onnx.producer_version"]].compactMap { $0 }
    network.producer = producer.isEmpty ? nil : producer.joined(separator: " ")
    network.graphName = metadata["onnx.graph_name"]
    let lists = [
      (Self.operatorSetsKey, network.operatorSets.map(\.description)),
      (Self.operatorsKey, network.operations.map { "\($0.name) \($0.count)" }),
      (Self.inputsKey, network.inputs.map(\.description)), (Self.outputsKey, network.outputs.map(\.description)),
    ]
    for (key, list) in lists where !list.isEmpty { metadata[key] = list.joined(separator: ", ") }
  }

  private static let (operatorSetsKey, operatorsKey) = ("onnx.opset_import", "onnx.operators")
  private static let (inputsKey, outputsKey) = ("onnx.inputs", "onnx.outputs")

  private mutating func add(_ key: String, _ range: Range<Int>, _ walk: ProtobufFile) throws {
    guard range.count <= Self.maximumTextByteCount, byteCount + range.count <= Self.maximumByteCount else {
      if leftOut.count < Self.maximumListCount { leftOut.append(key) }
      return
    }
    byteCount += range.count
    let text = try walk.text(in: range, limit: Self.maximumTextByteCount)
    metadata[key] = text.isEmpty ? nil : text
  }

  private mutating func addOperatorSet(_ range: Range<Int>, _ walk: ProtobufFile) throws {
    var set = NetworkSummary.OperatorSet(domain: "ai.onnx")
    try walk.forEachField(in: range) { field, payload in
      switch (field, payload) {
      case (1, .bytes(let part)) where !part.isEmpty: set.domain = try walk.text(in: part)
      case (2, .number(let number)): set.version = Int64(bitPattern: number)
      default: break
      }
    }
    if network.operatorSets.count < Self.maximumListCount { network.operatorSets.append(set) }
  }

  private mutating func addProperty(_ range: Range<Int>, _ walk: ProtobufFile) throws {
    var key = ""
    var value: Range<Int>?
    try walk.forEachField(in: range) { field, payload in
      guard case .bytes(let part) = payload else { return }
      if field == 1 { key = try walk.text(in: part) }
      if field == 2 { value = part }
    }
    byteCount += key.utf8.count
    if let value, !key.isEmpty { try add(key, value, walk) }
  }

  /// The name and the type of an input or output.
  private func value(_ range: Range<Int>, _ walk: ProtobufFile) throws -> NetworkSummary.Value {
    var value = NetworkSummary.Value()
    try walk.forEachField(in: range) { field, payload in
      guard case .bytes(let part) = payload else { return }
      if field == 1 { value.name = try walk.text(in: part) }
      guard field == 2 else { return }
      try walk.forEachField(in: part) { kind, payload in
        guard case .bytes(let part) = payload else { return }
        switch kind {
        case 1: try addTensorType(part, walk, to: &value)
        case 4: value.type = "sequence"
        case 5: value.type = "map"
        case 8:
          try addTensorType(part, walk, to: &value)
          value.type = "sparse \(value.type)"
        case 9: value.type = "optional"
        default: break
        }
      }
    }
    return value
  }

  private func addTensorType(
    _ range: Range<Int>, _ walk: ProtobufFile, to value: inout NetworkSummary.Value
  ) throws {
    try walk.forEachField(in: range) { field, payload in
      switch (field, payload) {
      case (1, .number(let number)): value.type = ONNXDataType.shownName(Int(truncatingIfNeeded: number))
      case (2, .bytes(let part)): value.axes = try axes(part, walk)
      default: break
      }
    }
  }

  private func axes(_ range: Range<Int>, _ walk: ProtobufFile) throws -> [NetworkSummary.Axis] {
    var axes: [NetworkSummary.Axis] = []
    try walk.forEachField(in: range) { field, payload in
      guard field == 1, case .bytes(let part) = payload, axes.count < Self.maximumListCount else { return }
      var axis = NetworkSummary.Axis.unknown
      try walk.forEachField(in: part) { field, payload in
        switch (field, payload) {
        case (1, .number(let number)): axis = .extent(Int64(bitPattern: number))
        case (2, .bytes(let name)) where !name.isEmpty: axis = .name(try walk.text(in: name))
        default: break
        }
      }
      axes.append(axis)
    }
    return axes
  }
}
