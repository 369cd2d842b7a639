/// How values flow through a graph and its functions, as one list of numbered places, for walks from consumers to
/// producers.
///
/// The nodes come first, those of the graph before those of its functions. After them come joins: an argument of a function, which
/// is what any caller passes, and a result of a call, which is what the functions that it may run return. Malformed graphs are
/// accepted: an input that nothing produces is `nil`, and walks must notice cycles. Time and memory are linear in the file.
struct GraphFlow {
  /// The nodes of the graph, then those of its functions.
  let nodes: [GraphNode]
  /// How many of the nodes are the graph's own.
  let mainCount: Int
  /// Whether each function can run, according to the calls that start in the graph.
  private(set) var isReachable: [Bool]
  /// For each function, the place where its nodes start.
  private let functionStarts: [Int]
  private let functionNames: [String]
  private var edges: [Int32] = []
  private var starts: [Int] = [0]
  private var joins: [[Int32]] = []

  /// The most inputs of joins: callers times arguments may grow with the square of the file's size.
  private static let maximumJoinInputCount = 1 << 22

  /// Stands for the producer of an input that nothing produces.
  private static let nowhere: Int32 = -1

  /// Joins the nodes of a graph and of its functions.
  init(_ definition: MetaGraphDefinition) throws(MetaGraphError) {
    let functions = definition.functions
    var nodes = definition.nodes
    mainCount = nodes.count
    var functionStarts: [Int] = []
    for function in functions {
      functionStarts.append(nodes.count)
      nodes += function.nodes
    }
    self.nodes = nodes
    self.functionStarts = functionStarts
    functionNames = functions.map(\.name)
    isReachable = [Bool](repeating: false, count: functions.count)
    let calls = try GraphCalls(nodes, functions, WireFile(definition.file))

    // Arguments are the first joins.
    var argumentStarts: [Int] = []
    for function in functions {
      argumentStarts.append(nodes.count + joins.count)
      joins += [[Int32]](repeating: [], count: function.arguments.count)
    }
    var results: [GraphTopology.Edge: Int32] = [:]
    var resultKeys: [GraphTopology.Edge] = []
    func place(_ input: String, _ names: [String: Int], _ arguments: [String: Int]) -> Int32 {
      let (name, output) = GraphNode.split(input)
      guard let producer = names[name] else { return arguments[name].map { Int32($0) } ?? Self.nowhere }
      guard calls.kind(of: producer) != nil || nodes[producer].op == "IdentityN" else { return Int32(producer) }
      let key = GraphTopology.Edge(node: producer, output: output)
      if let known = results[key] { return known }
      let join = Int32(nodes.count + joins.count)
      joins.append([])
      resultKeys.append(key)
      results[key] = join
      return join
    }
    func add(_ scope: some Sequence<GraphNode>, _ names: [String: Int], _ arguments: [String: Int]) {
      for node in scope {
        for input in node.inputs where input.utf8.first != UInt8(ascii: "^") {
          edges.append(place(input, names, arguments))
        }
        starts.append(edges.count)
      }
    }
    add(definition.nodes, definition.nodeIndices, [:])
    var returned: [[Int32]] = []
    for (number, function) in functions.enumerated() {
      let names = Self.places(function.nodes.map(\.name), from: functionStarts[number])
      let arguments = Self.places(function.arguments, from: argumentStarts[number])
      add(function.nodes, names, arguments)
      returned.append(function.results.map { place($0, names, arguments) })
    }
    fillResults(resultKeys, results, calls, returned)
    fillArguments(calls, functions, argumentStarts, returned)
    markReachable(calls)
  }

  /// The number of places: nodes and joins.
  var count: Int { nodes.count + joins.count }

  /// The node at a place; nil if it is a join.
  func node(at place: Int) -> GraphNode? { place < nodes.count ? nodes[place] : nil }

  /// What a place consumes; nil for what nothing produces.
  func inputs(of place: Int) -> [Int?] {
    let inputs = place < nodes.count ? edges[starts[place]..<starts[place + 1]] : joins[place - nodes.count][...]
    return inputs.map { $0 < 0 ? nil : Int($0) }
  }

  /// How many inputs a place has.
  func inputCount(of place: Int) -> Int {
    place < nodes.count ? starts[place + 1] - starts[place] : joins[place - nodes.count].count
  }

  /// One input of a place.
  func input(_ number: Int, of place: Int) -> Int? {
    let input = place < nodes.count ? edges[starts[place] + number] : joins[place - nodes.count][number]
    return input < 0 ? nil : Int(input)
  }

  /// The number of the function that a node is in; nil for nodes of the graph itself.
  func function(of place: Int) -> Int? {
    guard place >= mainCount, place < nodes.count else { return nil }
    var (low, high) = (0, functionStarts.count)
    while low + 1 < high {
      let middle = (low + high) / 2
      if functionStarts[middle] <= place { low = middle } else { high = middle }
    }
    return low
  }

  /// Whether a node can run.
  func isReachable(_ place: Int) -> Bool { function(of: place).map { isReachable[$0] } ?? true }

  /// The name of a node; if it is in a function, the function's name comes first.
  func name(of place: Int) -> String {
    guard let function = function(of: place) else { return nodes[place].name }
    return "\(functionNames[function])/\(nodes[place].name)"
  }

  // MARK: - Construction

  private static func places(_ names: [String], from start: Int) -> [String: Int] {
    Dictionary(names.enumerated().map { ($1, start + $0) }, uniquingKeysWith: { first, _ in first })
  }

  private mutating func fillResults(
    _ keys: [GraphTopology.Edge], _ results: [GraphTopology.Edge: Int32], _ calls: GraphCalls,
    _ returned: [[Int32]]
  ) {
    var left = Self.maximumJoinInputCount
    for key in keys {
      guard let join = results[key] else { continue }
      func passed(_ number: Int) -> Int32 {
        number < inputCount(of: key.node) ? edges[starts[key.node] + number] : Self.nowhere
      }
      var inputs: [Int32] = []
      let call = calls.kind(of: key.node)
      if call == nil || call == .loop { inputs.append(key.output < 0 ? Self.nowhere : passed(key.output)) }
      for function in calls.returning(key.node) {
        let results = returned[function]
        inputs.append(results.indices.contains(key.output) ? results[key.output] : Self.nowhere)
      }
      left -= inputs.count
      joins[Int(join) - nodes.count] = left < 0 ? [Self.nowhere] : inputs
    }
  }

  private mutating func fillArguments(
    _ calls: GraphCalls, _ functions: [GraphFunction], _ argumentStarts: [Int], _ returned: [[Int32]]
  ) {
    var left = Self.maximumJoinInputCount
    for (caller, kind) in calls.callers {
      let passed = edges[starts[caller]..<starts[caller + 1]].dropFirst(kind == .branch ? 1 : 0)
      for function in calls.called(by: caller) {
        let first = argumentStarts[function] - nodes.count
        let looped = kind == .loop ? calls.returning(caller).first.map { returned[$0] } ?? [] : []
        for number in functions[function].arguments.indices {
          left -= 2
          guard left > 0 else {
            joins[first + number] = [Self.nowhere]
            continue
          }
          let input = number < passed.count ? passed[passed.startIndex + number] : Self.nowhere
          joins[first + number].append(input)
          if number < looped.count { joins[first + number].append(looped[number]) }
        }
      }
    }
  }

  private mutating func markReachable(_ calls: GraphCalls) {
    var callersIn = [[Int]](repeating: [], count: isReachable.count)
    var waiting: [Int] = []
    for (caller, _) in calls.callers {
      if let function = function(of: caller) { callersIn[function].append(caller) } else { waiting.append(caller) }
    }
    while let caller = waiting.popLast() {
      for function in calls.called(by: caller) where !isReachable[function] {
        isReachable[function] = true
        waiting += callersIn[function]
      }
    }
  }
}
