internal import Bytes
internal import Files
internal import Messages
internal import Tensors

/// Walks a model: its graph, the graphs in it, its functions and its training graphs.
///
/// Values keep their names. A name that occurs again in an inner graph or a function is prefixed with the path to it,
/// such as `outer_if.else_branch/weight`, because the graphs of a model share one list here.
/// - Source: ONNX 1.23 `onnx.proto3`, `ModelProto`, `GraphProto`, `NodeProto`, `AttributeProto`, `FunctionProto`;
///   `docs/IR.md`.
struct ONNXModelReader {
  let walk: ProtobufFile
  let externalFiles: CompanionFiles
  private(set) var found: [ScopedTensor] = []
  var summary = ONNXSummary()
  private(set) var unnamedCount = 0
  private(set) var hasGraph = false

  /// Graphs inside each other. protobuf's limit for messages is 100, and a graph in a graph is three of them.
  static let maximumDepth = 32

  init(_ file: InputFile) {
    walk = ProtobufFile(file)
    let temporary = TemporaryName(file.path.lastPart)
    externalFiles = CompanionFiles(beside: file.path) { name in
      // While a model is being written, the file beside it has a temporary name too.
      guard let temporary, name.hasPrefix(temporary.finalName) else { return name }
      return temporary.name + name.dropFirst(temporary.finalName.count)
    }
  }

  /// Reads the model.
  mutating func read() throws {
    try walk.forEachField(in: walk.wholeRange) { field, payload in
      switch (field, payload) {
      case (7, .bytes(let range)): try readGraph(range, scope: "", depth: 0)
      case (20, .bytes(let range)): try readTraining(range)
      case (25, .bytes(let range)): try readFunction(range)
      default: try summary.addModelField(field, payload, walk)
      }
    }
  }

  private mutating func readTraining(_ range: Range<Int>) throws {
    try walk.forEachField(in: range) { field, payload in
      guard case .bytes(let graph) = payload, field == 1 || field == 2 else { return }
      try readGraph(graph, scope: field == 1 ? "training.initialization" : "training.algorithm", depth: 0)
    }
  }

  private mutating func readFunction(_ range: Range<Int>) throws {
    var (name, domain, overload) = ("", "", "")
    try walk.forEachField(in: range) { field, payload in
      guard case .bytes(let part) = payload else { return }
      switch field {
      case 1: name = try walk.text(in: part)
      case 10: domain = try walk.text(in: part)
      case 13: overload = try walk.text(in: part)
      default: break
      }
    }
    hasGraph = true
    let scope = [domain, name, overload].filter { !$0.isEmpty }.joined(separator: ".")
    try walk.forEachField(in: range) { field, payload in
      if field == 7, case .bytes(let node) = payload { try readNode(node, scope: scope, depth: 0) }
    }
  }

  private mutating func readGraph(_ range: Range<Int>, scope: String, depth: Int) throws {
    hasGraph = true
    guard depth < Self.maximumDepth else {
      throw WeightFileError(.onnx(.tooDeep(limit: Self.maximumDepth)), file: walk.file.path, offset: range.lowerBound)
    }
    try walk.forEachField(in: range) { field, payload in
      guard case .bytes(let part) = payload else { return }
      switch field {
      case 1: try readNode(part, scope: scope, depth: depth)
      case 5: try addTensor(part, scope: scope)
      case 15: try addSparse(part, scope: scope)
      default: if scope.isEmpty { try summary.addGraphField(field, part, walk) }
      }
    }
  }

  private mutating func readNode(_ range: Range<Int>, scope: String, depth: Int) throws {
    var (name, operation, domain, output) = ("", "", "", "")
    try walk.forEachField(in: range) { field, payload in
      guard case .bytes(let part) = payload else { return }
      switch field {
      case 2: if output.isEmpty { output = try walk.text(in: part) }
      case 3: name = try walk.text(in: part)
      case 4: operation = try walk.text(in: part)
      case 7: domain = try walk.text(in: part)
      default: break
      }
    }
    summary.count(operation: operation, domain: domain)
    let isConstant = operation == "Constant" && (domain.isEmpty || domain == "ai.onnx")
    try walk.forEachField(in: range) { field, payload in
      guard field == 5, case .bytes(let part) = payload else { return }
      let attribute = try ONNXAttribute(in: part, of: walk)
      if isConstant { try addConstant(attribute, named: output, scope: scope) }
      guard attribute.hasGraphs else { return }
      let inner = (scope.isEmpty ? "" : scope + "/") + (name.isEmpty ? output : name) + "." + attribute.name
      try walk.forEachField(in: part) { field, payload in
        if field == 6 || field == 11, case .bytes(let graph) = payload {
          try readGraph(graph, scope: inner, depth: depth + 1)
        }
      }
    }
  }

  // MARK: - Tensors

  private mutating func addTensor(_ range: Range<Int>, scope: String) throws {
    let tensor = try ONNXTensor(in: range, of: walk)
    try add(tensor.name, scope) { [walk, externalFiles] (name) throws(WeightFileDefect) in
      try tensor.element(named: name, of: walk.file, externalFiles)
    }
  }

  private mutating func addSparse(_ range: Range<Int>, scope: String) throws {
    var name = ""
    try walk.forEachField(in: range) { field, payload in
      if field == 1, case .bytes(let part) = payload { name = try ONNXTensor(in: part, of: walk).name }
    }
    try add(name, scope) { (_) throws(WeightFileDefect) in throw .onnx(.sparse) }
  }

  private mutating func addConstant(_ attribute: ONNXAttribute, named name: String, scope: String) throws {
    guard attribute.isValue else { return }
    try add(name, scope) { [walk, externalFiles] (name) throws(WeightFileDefect) in
      try attribute.element(named: name, of: walk.file, externalFiles)
    }
  }

  private mutating func add(
    _ name: String, _ scope: String, _ make: @escaping (String) throws(WeightFileDefect) -> IndexedTensor
  ) throws {
    guard !name.isEmpty else {
      unnamedCount += 1
      return
    }
    try found.append(name, in: scope, of: walk.file, make)
  }
}
