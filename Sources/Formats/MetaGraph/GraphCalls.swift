/// Which nodes call functions, and which functions they call.
struct GraphCalls {
  /// How a node calls.
  enum Kind {
    /// The node calls one function, with all its inputs.
    case call
    /// The node calls a condition and a body, with all its inputs; what the body returns is its next input.
    case loop
    /// The node calls one of several functions, chosen by the first input, with all other inputs.
    case branch
  }

  private struct Call {
    let kind: Kind
    let functions: [Int]
    /// The functions whose results are the node's results.
    let returning: [Int]
  }

  /// The nodes that call functions, in order.
  private(set) var callers: [(node: Int, kind: Kind)] = []
  private var calls: [Int: Call] = [:]

  /// How operations call the functions that their attributes name.
  ///
  /// - Source: TensorFlow `core/ops/functional_ops.cc`.
  private static let operations: [String: Kind] = [
    "PartitionedCall": .call, "StatefulPartitionedCall": .call, "TPUPartitionedCall": .call, "While": .loop,
    "StatelessWhile": .loop, "_While": .loop, "If": .branch, "StatelessIf": .branch, "_If": .branch, "Case": .branch,
    "StatelessCase": .branch,
  ]

  /// Finds the calls. Reads the attributes only of nodes that call functions.
  init(_ nodes: [GraphNode], _ functions: [GraphFunction], _ source: WireFile) throws(MetaGraphError) {
    guard !functions.isEmpty else { return }
    let numbers = Dictionary(functions.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    for (place, node) in nodes.enumerated() {
      let call: Call
      if let kind = Self.operations[node.op] {
        let named = try source.functionNames(of: node)
        let called = named.compactMap { numbers[$0.function] }
        let bodies = named.filter { kind != .loop || $0.attribute == "body" }.compactMap { numbers[$0.function] }
        call = Call(kind: kind, functions: Self.unique(called), returning: Self.unique(bodies))
      } else if let function = numbers[node.op] {
        call = Call(kind: .call, functions: [function], returning: [function])
      } else {
        continue
      }
      calls[place] = call
      callers.append((place, call.kind))
    }
  }

  /// How a node calls functions; nil if it does not.
  func kind(of node: Int) -> Kind? { calls[node]?.kind }

  /// The functions that a node may run.
  func called(by node: Int) -> [Int] { calls[node]?.functions ?? [] }

  /// The functions whose results may be a node's results.
  func returning(_ node: Int) -> [Int] { calls[node]?.returning ?? [] }

  private static func unique(_ numbers: [Int]) -> [Int] {
    var seen: Set<Int> = []
    return numbers.filter { seen.insert($0).inserted }
  }
}

extension WireFile {
  /// The functions that a node's attributes name, in file order.
  ///
  /// A value has a function in field 10, and in 1 a list, whose functions are its 9. A function's 1 is its name.
  fileprivate func functionNames(of node: GraphNode) throws(MetaGraphError) -> [(attribute: String, function: String)] {
    var names: [(attribute: String, function: String)] = []
    try forEachAttribute(of: node) { (key, value) throws(MetaGraphError) in
      try forEachField(in: value) { (field, payload) throws(MetaGraphError) in
        guard case .range(let part) = payload else { return }
        if field == 10 { names.append((key, try text(1, in: part))) }
        guard field == 1, key == "branches" else { return }
        try forEachField(in: part) { (field, payload) throws(MetaGraphError) in
          if field == 9, case .range(let part) = payload { names.append((key, try text(1, in: part))) }
        }
      }
    }
    return names
  }
}
