internal import Bytes
internal import Messages

/// What a model says about itself besides its tensors: who made it, for which operators, with which inputs and outputs.
///
/// - Source: `onnx.proto3`, `ModelProto`, `GraphProto`, `ValueInfoProto`, `TypeProto`.
struct ONNXSummary {
  private(set) var metadata: [String: String] = [:]
  /// The keys of texts that were too long.
  private(set) var leftOut: [String] = []
  private var operatorSets: [String] = []
  private var operations: [String: Int] = [:]
  private var inputs: [(name: String, type: String)] = []
  private var outputs: [(name: String, type: String)] = []
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
    case 11: if inputs.count < Self.maximumListCount { inputs.append(try value(range, walk)) }
    case 12: if outputs.count < Self.maximumListCount { outputs.append(try value(range, walk)) }
    default: break
    }
  }

  /// Counts a node.
  mutating func count(operation: String, domain: String) {
    let name = domain.isEmpty || domain == "ai.onnx" ? operation : "\(domain).\(operation)"
    guard operations[name] != nil || operations.count < Self.maximumListCount else { return }
    operations[name, default: 0] += 1
  }

  /// Ends the summary.
  ///
  /// - Parameter initializers: the names of the main graph's tensors, which old models list among the inputs too.
  mutating func finish(initializers: Set<ByteString>) {
    inputs.removeAll { initializers.contains(ByteString($0.name)) }
    let counts = operations.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }
    let lists = [
      ("onnx.opset_import", operatorSets), ("onnx.operators", counts),
      ("onnx.inputs", inputs.map { "\($0.name) \($0.type)" }),
      ("onnx.outputs", outputs.map { "\($0.name) \($0.type)" }),
    ]
    for (key, list) in lists where !list.isEmpty { metadata[key] = list.joined(separator: ", ") }
  }

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
    var (domain, version) = ("ai.onnx", "")
    try walk.forEachField(in: range) { field, payload in
      switch (field, payload) {
      case (1, .bytes(let part)) where !part.isEmpty: domain = try walk.text(in: part)
      case (2, .number(let number)): version = " \(Int64(bitPattern: number))"
      default: break
      }
    }
    if operatorSets.count < Self.maximumListCount { operatorSets.append(domain + version) }
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

  /// The name and the type of an input or output, such as `float32 [batch, 3]`.
  private func value(_ range: Range<Int>, _ walk: ProtobufFile) throws -> (name: String, type: String) {
    var (name, type) = ("", "")
    try walk.forEachField(in: range) { field, payload in
      guard case .bytes(let part) = payload else { return }
      if field == 1 { name = try walk.text(in: part) }
      guard field == 2 else { return }
      try walk.forEachField(in: part) { kind, payload in
        guard case .bytes(let part) = payload else { return }
        switch kind {
        case 1: type = try tensorType(part, walk)
        case 4: type = "sequence"
        case 5: type = "map"
        case 8: type = try "sparse \(tensorType(part, walk))"
        case 9: type = "optional"
        default: break
        }
      }
    }
    return (name, type)
  }

  private func tensorType(_ range: Range<Int>, _ walk: ProtobufFile) throws -> String {
    var element = ""
    var shape = ""
    try walk.forEachField(in: range) { field, payload in
      switch (field, payload) {
      case (1, .number(let number)): element = ONNXDataType.shownName(Int(truncatingIfNeeded: number))
      case (2, .bytes(let part)): shape = try " [\(axes(part, walk).joined(separator: ", "))]"
      default: break
      }
    }
    return element + shape
  }

  /// The axes of a shape: numbers, names, or `?`.
  private func axes(_ range: Range<Int>, _ walk: ProtobufFile) throws -> [String] {
    var axes: [String] = []
    try walk.forEachField(in: range) { field, payload in
      guard field == 1, case .bytes(let part) = payload, axes.count < Self.maximumListCount else { return }
      var axis = "?"
      try walk.forEachField(in: part) { field, payload in
        switch (field, payload) {
        case (1, .number(let number)): axis = "\(Int64(bitPattern: number))"
        case (2, .bytes(let name)) where !name.isEmpty: axis = try walk.text(in: name)
        default: break
        }
      }
      axes.append(axis)
    }
    return axes
  }
}
