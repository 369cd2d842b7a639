internal import Bytes

/// A recurrent cell's variable, or a slot of one, taken apart: the program's scopes, TensorFlow's scopes, the variable,
/// and what follows it.
struct RecurrentName {
  /// The scope that one of TensorFlow's functions opens around cells unless a program names another.
  enum Root: Equatable {
    /// None: the cell is called directly, or the scope has a name from the program.
    case none
    /// `static_rnn`, `dynamic_rnn`, `raw_rnn`.
    case rnn
    /// `bidirectional_rnn`: its own scope or the program's, and one for each direction.
    case bidirectional(isForward: Bool, hasDefaultScope: Bool)
    /// `stack_bidirectional_rnn`. The names of 0.x do not distinguish a static stack from a dynamic one; those of 1.x
    /// do.
    case stack(layer: String, isForward: Bool, isDynamic: Bool?)
  }

  /// A scope between root and cell.
  enum Node: Equatable {
    /// `MultiRNNCell` and one of its cells.
    case multi(String)
    /// A wrapper, by its index in `RecurrentCell.all`.
    case wrapper(Int)
  }

  /// The most bytes and components of a name that is examined. TensorFlow's names have far fewer of both.
  static let maximumByteCount = 4096
  static let maximumComponentCount = 64

  let components: [Substring]
  /// The number of the program's own scopes, which no era changes.
  let prefixCount: Int
  let root: Root
  /// The components of the root.
  let rootCount: Int
  let chain: [Node]
  /// The components that each node of the chain takes.
  private let chainCounts: [Int]
  /// The cell's index in `RecurrentCell.all`; nil for `attention_decoder`, which has no scope of its own.
  let cell: Int?
  /// The variable's components below the cell's scope, by era.
  private let variable: [[String]]
  /// Where the part after the variable begins.
  let suffixStart: Int
  /// The eras in which the variable and its cell have this spelling.
  let eras: Set<NamingEra>
  /// One of TensorFlow's scopes among the program's own, or the scope of a cell that no row has: what is between is not
  /// understood.
  let stranger: String?

  /// The components of a name that is short enough to examine.
  static func components(of name: String) -> [Substring]? {
    guard name.utf8.count <= maximumByteCount else { return nil }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count <= maximumComponentCount ? parts : nil
  }

  /// Parses the name of a cell's variable; nil for any other. The last position where whole components spell one
  /// counts.
  init?(_ components: [Substring]) {
    for start in components.indices.reversed() {
      // Every scope in the table ends in "ell" or "rapper", so this check rules out most components.
      guard let last = components[start].utf8.last, last == UInt8(ascii: "l") || last == UInt8(ascii: "r") else {
        continue
      }
      for index in RecurrentCell.indicesByScope[String(components[start])] ?? [] {
        let cell = RecurrentCell.all[index]
        let rest = components[(start + 1)...]
        guard let (variable, count, eras) = Self.variable(of: cell, scope: components[start], rest) else { continue }
        self.init(
          components, cellStart: start, cell: index, variable: variable, suffixStart: start + 1 + count, eras: eras)
        return
      }
    }
    return nil
  }

  /// A variable of `attention_decoder` in a scope that has its `AttnW_<n>`; nil for anything else.
  init?(_ components: [Substring], attentionScopes: Set<ByteString>) {
    for start in components.indices.reversed() {
      guard let (spellings, count) = RecurrentCell.attentionVariable(components[start...]),
        attentionScopes.contains(Self.path(components, upTo: start))
      else { continue }
      let spelled = components[start..<(start + count)]
      let eras = NamingEra.allCases.filter { spelled.starts(with: spellings[$0.index]) }
      self.init(
        components, cellStart: start, cell: nil, variable: spellings, suffixStart: start + count, eras: Set(eras))
      return
    }
    return nil
  }

  private init(
    _ components: [Substring], cellStart: Int, cell: Int?, variable: [[String]], suffixStart: Int,
    eras: Set<NamingEra>
  ) {
    self.components = components
    self.cell = cell
    self.variable = variable
    self.suffixStart = suffixStart
    self.eras = eras
    var start = cellStart
    var chain: [Node] = []
    var counts: [Int] = []
    // The spelling of the next scope shows whose `RNN` it is: a program's own scope stays as it is with newer cells.
    var isOld = eras.contains(.tensorFlow0)
    var isNew = eras.contains(.tensorFlow1_0) || eras.contains(.modern)
    if cell != nil {
      while let (node, count, isNodeOld) = Self.node(endingAt: start, in: components) {
        chain.insert(node, at: 0)
        counts.insert(count, at: 0)
        (isOld, isNew) = (isNodeOld, !isNodeOld)
        start -= count
      }
    }
    self.chain = chain
    chainCounts = counts
    (root, rootCount) =
      cell == nil ? (.none, 0) : Self.root(endingAt: start, in: components, isOld: isOld, isNew: isNew)
    prefixCount = start - rootCount
    stranger = Self.stranger(in: components[..<prefixCount], root: root, isOld: isOld, isNew: isNew)
  }

  private static func variable(
    of cell: RecurrentCell, scope: Substring, _ rest: ArraySlice<Substring>
  ) -> (spellings: [[String]], count: Int, eras: Set<NamingEra>)? {
    let eras = NamingEra.allCases.filter { scope.equals(cell.scopes[$0.index]) }
    for spellings in cell.variables {
      let matching = eras.filter { rest.starts(with: spellings[$0.index]) }
      if let era = matching.first { return (spellings, spellings[era.index].count, Set(matching)) }
    }
    if cell.keepsCapitals, let name = rest.first,
      name.utf8.starts(with: "W_".utf8) || name.equals("B") || name.utf8.starts(with: "B_".utf8)
    {
      return (Array(repeating: [String(name)], count: 3), 1, Set(eras))
    }
    return nil
  }

  private static func node(endingAt end: Int, in components: [Substring]) -> (Node, count: Int, isOld: Bool)? {
    guard end > 0 else { return nil }
    if end > 1, components[end - 2].equals("MultiRNNCell"), let number = components[end - 1].number(after: "Cell") {
      return (.multi(String(number)), 2, true)
    }
    if end > 1, components[end - 2].equals("multi_rnn_cell"), let number = components[end - 1].number(after: "cell_") {
      return (.multi(String(number)), 2, false)
    }
    for index in RecurrentCell.indicesByScope[String(components[end - 1])] ?? []
    where RecurrentCell.all[index].role != .cell {
      return (.wrapper(index), 1, components[end - 1].equals(RecurrentCell.all[index].scopes[0]))
    }
    return nil
  }

  private static func root(
    endingAt end: Int, in components: [Substring], isOld: Bool, isNew: Bool
  ) -> (Root, count: Int) {
    func component(_ distance: Int) -> Substring { end >= distance ? components[end - distance] : "" }
    if isOld && component(1).equals("RNN") || isNew && component(1).equals("rnn") { return (.rnn, 1) }
    if isOld, component(1).equals("FW") || component(1).equals("BW") {
      let isForward = component(1).equals("FW")
      guard component(2).equals("BiRNN") else {
        return (.bidirectional(isForward: isForward, hasDefaultScope: false), 1)
      }
      if component(4).equals("StackRNN"), let layer = component(3).number(after: "Layer") {
        return (.stack(layer: String(layer), isForward: isForward, isDynamic: nil), 4)
      }
      return (.bidirectional(isForward: isForward, hasDefaultScope: true), 2)
    }
    if isNew, component(1).equals("fw") || component(1).equals("bw") {
      let isForward = component(1).equals("fw")
      let isNamed = component(2).equals("bidirectional_rnn")
      let more = isNamed ? 1 : 0
      if component(3 + more).equals("stack_bidirectional_rnn"), let layer = component(2 + more).number(after: "cell_") {
        return (.stack(layer: String(layer), isForward: isForward, isDynamic: isNamed), 3 + more)
      }
      return (.bidirectional(isForward: isForward, hasDefaultScope: isNamed), 1 + more)
    }
    return (.none, 0)
  }

  /// The first of the program's scopes that is really TensorFlow's, or that one of the program's own cells may have
  /// opened.
  private static func stranger(in scopes: ArraySlice<Substring>, root: Root, isOld: Bool, isNew: Bool) -> String? {
    var isBidirectional = false
    if case .bidirectional = root { isBidirectional = true }
    for (offset, scope) in scopes.enumerated() {
      let isFunction =
        isOld && ["RNN", "BiRNN", "StackRNN"].contains { scope.equals($0) }
        || isNew && ["rnn", "bidirectional_rnn", "stack_bidirectional_rnn"].contains { scope.equals($0) }
      if isFunction && root == .none { return String(scope) }
      // A stack under a name from the program.
      let isLast = offset == scopes.count - 1
      if isBidirectional, isLast, scope.number(after: isOld ? "Layer" : "cell_") != nil { return String(scope) }
      let ends = isOld ? ["Cell", "Wrapper"] : ["_cell", "_wrapper"]
      if ends.contains(where: { scope.utf8.count > $0.utf8.count && scope.hasSuffix($0) }) { return String(scope) }
      if scope.equals(isOld ? "MultiRNNCell" : "multi_rnn_cell") { return String(scope) }
    }
    return nil
  }

  // MARK: - Paths

  /// Components joined, as a key.
  static func path(_ components: [Substring], upTo count: Int) -> ByteString {
    ByteString(components[..<count].joined(separator: "/"))
  }

  /// The scope that contains everything of TensorFlow's: the root's or, without one, that of the outermost wrapper or
  /// cell.
  var ownedCount: Int {
    if rootCount > 0 { return prefixCount + rootCount }
    return cell == nil ? prefixCount : prefixCount + (chainCounts.first ?? 1)
  }

  /// The cell's own scope.
  var cellCount: Int { cellStart + (cell == nil ? 0 : 1) }

  private var cellStart: Int { prefixCount + rootCount + chainCounts.reduce(0, +) }

  /// For each wrapper or cell on the path, outermost first: how many components and how many nodes are before it.
  var places: [(componentCount: Int, nodeCount: Int)] {
    var result: [(Int, Int)] = []
    var count = prefixCount + rootCount
    for (index, nodeComponents) in chainCounts.enumerated() {
      result.append((count, index))
      count += nodeComponents
    }
    if cell != nil { result.append((count, chain.count)) }
    return result
  }

  /// The name in an era.
  ///
  /// - Parameters:
  ///   - era: the era.
  ///   - wrappers: wrappers that an inner cell moves into, by the number of nodes before it; for the modern era only.
  /// - Returns: the whole name, with the program's scopes and what follows the variable.
  func name(in era: NamingEra, wrappers: [Int: Int] = [:]) -> String {
    let isOld = era == .tensorFlow0
    var parts = components[..<prefixCount].map(String.init) + rootScopes(isOld: isOld)
    for (index, node) in chain.enumerated() {
      if let wrapper = wrappers[index] { parts.append(RecurrentCell.all[wrapper].scopes[era.index]) }
      switch node {
      case .multi(let number):
        parts += isOld ? ["MultiRNNCell", "Cell\(number)"] : ["multi_rnn_cell", "cell_\(number)"]
      case .wrapper(let wrapper):
        let row = RecurrentCell.all[wrapper]
        if row.role == .container || era == .modern { parts.append(row.scopes[era.index]) }
      }
    }
    if let wrapper = wrappers[chain.count] { parts.append(RecurrentCell.all[wrapper].scopes[era.index]) }
    if let cell { parts.append(RecurrentCell.all[cell].scopes[era.index]) }
    return (parts + variable[era.index] + components[suffixStart...].map(String.init)).joined(separator: "/")
  }

  private func rootScopes(isOld: Bool) -> [String] {
    func direction(_ isForward: Bool) -> String { isOld ? (isForward ? "FW" : "BW") : (isForward ? "fw" : "bw") }
    switch root {
    case .none: return []
    case .rnn: return [isOld ? "RNN" : "rnn"]
    case .bidirectional(let isForward, let hasDefaultScope):
      return (hasDefaultScope ? [isOld ? "BiRNN" : "bidirectional_rnn"] : []) + [direction(isForward)]
    case .stack(let layer, let isForward, let isDynamic):
      if isOld { return ["StackRNN", "Layer\(layer)", "BiRNN", direction(isForward)] }
      return ["stack_bidirectional_rnn", "cell_\(layer)"] + (isDynamic == true ? ["bidirectional_rnn"] : [])
        + [direction(isForward)]
    }
  }
}
