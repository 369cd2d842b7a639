internal import Bytes
internal import Messages

/// The recurrent cells among the names of one source, and their names in another era.
///
/// Either all variables of a network are renamed or none: one of TensorFlow's scopes changes its name only if every
/// name in it is understood, and a cell's variables change only if all of them are. Names that stay have a reason.
struct RecurrentNames {
  /// The outcome for one name.
  enum Outcome: Equatable {
    /// The name is the same in the era, or does not belong to a cell's variable.
    case unchanged
    /// The variable has this name in the era.
    case renamed(String)
    /// The variable belongs to an older or newer cell and keeps its name.
    case left(Message)
  }

  private let names: [String]
  /// The cells' variables by index; slots whose variable exists have their variable's index instead.
  private var parsed: [Int: RecurrentName] = [:]
  private var slots: [Int: Slot] = [:]
  private let places: [ByteString: Int]
  /// Names that do not belong to a cell, with their components; only those short enough to examine.
  private var others: [Int: [Substring]] = [:]
  /// Scopes that belong to an `attention_decoder`.
  private var attentionScopes: Set<ByteString> = []
  /// Scopes with a wrapper around the cell in them or beside it.
  private var wrappersByScope: [ByteString: Set<Int>] = [:]
  /// Scopes of the wrappers above, with the cells and nested wrappers in them.
  private var cellsByScope: [ByteString: Set<String>] = [:]

  /// A slot of a variable that exists.
  private struct Slot {
    /// The part before the variable's name, with its slash.
    let prefix: Substring
    /// The index of the variable.
    let variable: Int
    /// The part after the variable's name, such as `/Adam`.
    let suffix: String
  }

  init(_ names: some Sequence<String>) {
    self.names = Array(names)
    var places: [ByteString: Int] = [:]
    var components: [Int: [Substring]] = [:]
    for (place, name) in self.names.enumerated() {
      places[ByteString(name)] = place
      // Most names do not belong to a cell, and this check rules them out.
      guard let parts = RecurrentName.components(of: name) else { continue }
      components[place] = parts
      if let end = parts.firstIndex(where: { $0.number(after: "AttnW_") != nil }) {
        attentionScopes.insert(RecurrentName.path(parts, upTo: end))
      }
    }
    self.places = places
    for (place, parts) in components {
      var name = RecurrentName(parts)
      if name == nil, !attentionScopes.isEmpty { name = RecurrentName(parts, attentionScopes: attentionScopes) }
      guard let name else {
        others[place] = parts
        continue
      }
      parsed[place] = name
    }
    for (place, name) in parsed {
      if let slot = slot(of: name) { slots[place] = slot }
    }
    for place in slots.keys { parsed[place] = nil }
    findWrappers()
  }

  /// The variable that a name continues, directly or within scopes that only the slot has.
  private func slot(of name: RecurrentName) -> Slot? {
    guard name.suffixStart < name.components.count else { return nil }
    let suffix = "/" + name.components[name.suffixStart...].joined(separator: "/")
    // An optimizer in its own scope puts that scope before the whole name.
    for start in 0...min(4, name.prefixCount) {
      let base = name.components[start..<name.suffixStart].joined(separator: "/")
      if let variable = places[ByteString(base)] {
        let prefix = name.components[..<start].map { $0 + "/" }.joined()
        return Slot(prefix: prefix[...], variable: variable, suffix: suffix)
      }
    }
    return nil
  }

  private mutating func findWrappers() {
    for name in parsed.values {
      if let cell = name.cell, RecurrentCell.all[cell].role == .wrapper, let place = name.places.last {
        wrappersByScope[RecurrentName.path(name.components, upTo: place.componentCount), default: []].insert(cell)
      }
    }
    guard !wrappersByScope.isEmpty else { return }
    for name in parsed.values {
      for place in name.places where place.componentCount < name.components.count {
        if let cell = name.cell, RecurrentCell.all[cell].role == .wrapper, place.nodeCount == name.chain.count {
          continue
        }
        let scope = RecurrentName.path(name.components, upTo: place.componentCount)
        if wrappersByScope[scope] != nil {
          cellsByScope[scope, default: []].insert(String(name.components[place.componentCount]))
        }
      }
    }
  }

  // MARK: - Eras

  /// The eras of the names of cells that are completely understood.
  var eras: Set<NamingEra> {
    let strange = strangeScopes { name in [RecurrentName.path(name.components, upTo: name.cellCount)] }
    var found: Set<NamingEra> = []
    for name in parsed.values where name.eras.count == 1 {
      guard strange[RecurrentName.path(name.components, upTo: name.cellCount)] == nil else { continue }
      found.formUnion(name.eras)
    }
    return found
  }

  /// The one era of such names; nil if there is none, or more than one.
  var era: NamingEra? { eras.count == 1 ? eras.first : nil }

  // MARK: - Renaming

  /// The outcome for each name, in the order in which they were given.
  func outcomes(in era: NamingEra) -> [Outcome] {
    var targets: [Int: String] = [:]
    var reasons: [ByteString: Message] = [:]
    var keys: [Int: ByteString] = [:]
    var crossing: Set<ByteString> = []
    for place in parsed.keys.sorted() {
      guard let name = parsed[place] else { continue }
      let key = networkKey(of: name)
      keys[place] = key
      let (wrappers, problem) = wrappers(around: name, in: era)
      let target = name.name(in: era, wrappers: wrappers)
      targets[place] = target
      guard let problem = problem ?? self.problem(of: name, to: target, in: era, &crossing, key) else { continue }
      if reasons[key] == nil { reasons[key] = problem }
    }
    requireBothDirections(in: era, keys, targets, &reasons)
    let strangeNetworks = strangeScopes(includesCells: true) { name in
      [RecurrentName.path(name.components, upTo: name.ownedCount)]
    }
    let strangeCells = strangeScopes { name in [RecurrentName.path(name.components, upTo: name.cellCount)] }
    for (place, name) in parsed.sorted(by: { $0.key < $1.key }) {
      guard let key = keys[place], reasons[key] == nil else { continue }
      let scope = RecurrentName.path(name.components, upTo: name.ownedCount)
      if crossing.contains(key), let stranger = strangeNetworks[scope] { reasons[key] = Self.unknown(names[stranger]) }
    }
    var result = Array(repeating: Outcome.unchanged, count: names.count)
    for (place, name) in parsed {
      guard let target = targets[place], let key = keys[place], !target.equalsInBytes(names[place]) else { continue }
      let stranger = strangeCells[RecurrentName.path(name.components, upTo: name.cellCount)]
      if let reason = reasons[key] ?? stranger.map({ Self.unknown(names[$0]) }) {
        result[place] = .left(reason)
      } else {
        result[place] = .renamed(target)
      }
    }
    for (place, slot) in slots {
      switch result[slot.variable] {
      case .unchanged: break
      case .renamed(let variable): result[place] = .renamed(slot.prefix + variable + slot.suffix)
      case .left(let reason): result[place] = .left(reason)
      }
    }
    if era != .tensorFlow0 {
      for (place, parts) in others {
        if parts.dropLast().contains(where: Self.isOldCell) { result[place] = .left(Self.reason(of: parts)) }
      }
    }
    return result
  }

  /// Why a name with an older cell's scope in it stays.
  private static func reason(of components: [Substring]) -> Message {
    let isShard = zip(components, components.dropFirst()).contains { scope, variable in
      scope.equals("LSTMCell") && variable.number(after: "W_") != nil
    }
    return isShard
      ? "the kernel is in shards, which renaming cannot join; join them along axis 0 with rename rules"
      : "no rule for its name"
  }

  private static func unknown(_ name: String) -> Message {
    "no rule for '\(name)', which is in the same scope"
  }

  /// A scope that 0.x opens for a class of cells.
  private static func isOldCell(_ scope: Substring) -> Bool {
    scope.utf8.count > 4 && scope.hasSuffix("Cell") && scope.utf8.first.map { (65...90).contains($0) } == true
  }

  /// Names with the same key are renamed together.
  private func networkKey(of name: RecurrentName) -> ByteString {
    let scope = RecurrentName.path(name.components, upTo: name.prefixCount)
    if case .bidirectional(_, hasDefaultScope: false) = name.root { return scope }
    if name.rootCount == 0 {
      let isShared = wrappersByScope[scope] != nil || attentionScopes.contains(scope)
      return isShared ? scope : RecurrentName.path(name.components, upTo: name.ownedCount)
    }
    // Both directions, and all layers.
    return RecurrentName.path(name.components, upTo: name.prefixCount + 1)
  }

  /// The wrappers that a cell moves into, or why that cannot be determined.
  private func wrappers(around name: RecurrentName, in era: NamingEra) -> ([Int: Int], problem: Message?) {
    guard era == .modern, !wrappersByScope.isEmpty else { return ([:], nil) }
    let isWrapper = name.cell.map { RecurrentCell.all[$0].role == .wrapper } ?? false
    var result: [Int: Int] = [:]
    for place in name.places {
      let scope = RecurrentName.path(name.components, upTo: place.componentCount)
      guard let wrappers = wrappersByScope[scope] else { continue }
      let cells = cellsByScope[scope] ?? []
      // In the modern era, the cell is already in the wrapper's scope.
      if name.eras == [.modern] { continue }
      guard wrappers.count == 1, cells.count == 1, let wrapper = wrappers.first else {
        if cells.isEmpty, name.eras.contains(.modern) { continue }
        return ([:], "its names do not say which cell is in which wrapper; since TensorFlow 1.2, they must")
      }
      if !(isWrapper && place.nodeCount == name.chain.count) { result[place.nodeCount] = wrapper }
    }
    return (result, nil)
  }

  /// Why a name's whole network stays; notes networks whose scopes change.
  private func problem(
    of name: RecurrentName, to target: String, in era: NamingEra, _ crossing: inout Set<ByteString>,
    _ key: ByteString
  ) -> Message? {
    guard let place = places[ByteString(name.components.joined(separator: "/"))],
      !target.equalsInBytes(names[place])
    else { return nil }
    let scopes = name.components[..<name.cellCount].joined(separator: "/") + "/"
    let changesScopes = name.cell != nil && !target.utf8.starts(with: scopes.utf8)
    if changesScopes {
      crossing.insert(key)
      if let stranger = name.stranger { return "no rule for '\(stranger)' in its path" }
    }
    if case .stack(_, _, isDynamic: nil) = name.root, changesScopes {
      return "TensorFlow 1.x names the layers of stack_bidirectional_rnn and of stack_bidirectional_dynamic_rnn "
        + "differently, and 0.x does not"
    }
    // It came with 1.2; before that, DynamicAttentionWrapper had no scope and computed something else.
    if name.components[..<name.prefixCount].contains(where: { $0.equals("attention_wrapper") }) {
      return "TensorFlow before 1.2 has no AttentionWrapper"
    }
    let outer = name.components[..<name.prefixCount].map { $0 + "/" }.joined()
    if era == .modern, places[ByteString(outer + "attention_v")] != nil {
      return "TensorFlow 1.2 and later have no DynamicAttentionWrapper"
    }
    return nil
  }

  /// One of the program's scopes is a bidirectional network's only if both directions are in it.
  private func requireBothDirections(
    in era: NamingEra, _ keys: [Int: ByteString], _ targets: [Int: String], _ reasons: inout [ByteString: Message]
  ) {
    var directions: [ByteString: Set<Bool>] = [:]
    for (place, name) in parsed {
      if case .bidirectional(let isForward, hasDefaultScope: false) = name.root, let key = keys[place] {
        directions[key, default: []].insert(isForward)
      }
    }
    for (key, found) in directions where found.count < 2 && reasons[key] == nil {
      reasons[key] = "only one direction of a bidirectional network is present"
    }
  }

  /// Scopes that contain a name that does not belong to a cell, with the first such name.
  ///
  /// - Parameters:
  ///   - includesCells: whether a cell under an unknown scope counts too.
  ///   - scopes: the scopes of a name to look at.
  /// - Returns: each such scope with the index of a name in it.
  private func strangeScopes(
    includesCells: Bool = false, _ scopes: (RecurrentName) -> [ByteString]
  ) -> [ByteString: Int] {
    let owned = Set(parsed.values.flatMap(scopes))
    guard !owned.isEmpty else { return [:] }
    var strangers = others
    if includesCells {
      for (place, name) in parsed where name.stranger != nil {
        strangers[place] = Array(name.components[...name.prefixCount])
      }
    }
    // Most names are in other scopes of the program.
    let outermost = Set(parsed.values.compactMap(\.components.first))
    var result: [ByteString: Int] = [:]
    for place in strangers.keys.sorted() {
      guard let parts = strangers[place], let first = parts.first, outermost.contains(first) else { continue }
      for count in 1..<max(1, parts.count) {
        let path = RecurrentName.path(parts, upTo: count)
        if owned.contains(path), result[path] == nil { result[path] = place }
      }
    }
    return result
  }
}
