internal import Messages
internal import Tensors

extension PackParser {
  static let rowKeys = [
    "shape", "layout", "each", "with", "when", "unless", "module", "part", "optional", "absent", "constant", "dtype",
    "left_out",
  ]

  /// Adds a row, or the rows of its module.
  ///
  /// - Parameters:
  ///   - node: the row.
  ///   - outer: what the rows around it say.
  ///   - path: the modules that it is in.
  /// - Returns: how they repeat.
  /// - Throws: `PackMistake` for the first mistake.
  mutating func addRow(_ node: PackNode, to outer: PackRow, _ path: [String]) throws -> PackGroup {
    visitCount += 1
    guard visitCount <= Self.maximumRowCount else {
      throw node.mistake("the modules make more than \(Self.maximumRowCount) rows")
    }
    var row = outer
    row.offset = node.offset
    row.shape = []
    var module: (name: String, node: PackNode)?
    var layout: (name: String, node: PackNode)?
    var dtype: DType?
    var entries: [Int: PackRow.Entry] = [:]
    for (key, value) in try node.members("a tensor") {
      switch key {
      case "shape": row.shape = try value.elements("'shape'").map { extent in try PackExtent(extent) }
      case "layout": layout = (try value.text("'layout'"), value)
      case "module": module = (try value.text("'module'"), value)
      case "part": row.part = try value.text("'part'")
      case "optional": row.isOptional = try value.isTrue("'optional'")
      case "each":
        for series in value.oneOrMore { row.loops.append(.series(try series.text("'each'"))) }
      case "with":
        for (name, given) in try value.members("'with'") {
          row.loops.append(.values(name, try given.oneOrMore.map { element in try readValue(element) }))
        }
      case "when", "unless": row.conditions += try readConditions(value, isInverted: key == "unless")
      case "absent":
        for (name, given) in try value.members("'absent'") {
          row.absent[try library(name, given)] = try given.number("a value of 'absent'")
        }
      case "left_out":
        for (name, given) in try value.members("'left_out'") {
          row.leftOut[try library(name, given)] = try given.text("a reason")
        }
      case "constant":
        let values = try value.oneOrMore.map { try $0.number("'constant'") }
        guard !values.isEmpty else { throw value.mistake("'constant' must have at least one number") }
        row.constant = (values, row.constant?.dtype ?? .float32)
      case "dtype":
        let text = try value.text("'dtype'")
        guard let named = Self.dtypes.first(where: { $0.name == text }) else {
          throw value.mistake("'\(text)' is not one of the dtypes \(list: Self.dtypes.map(\.name))")
        }
        dtype = named.dtype
      default:
        let index = try library(key, value)
        if case .null = value.value { continue }
        entries[index] = try readEntry(value)
      }
    }
    if let dtype { row.constant?.dtype = dtype }
    row.entries = try joined(outer.entries, entries, isOutermost: path.isEmpty, node)
    if let layout {
      guard let found = layouts[layout.name] else {
        throw layout.node.mistake("the layout '\(layout.name)' is not in 'layouts'")
      }
      row.layouts = found
    }
    func group(_ content: PackGroup.Content) -> PackGroup {
      PackGroup(
        loops: Array(row.loops.dropFirst(outer.loops.count)),
        conditions: Array(row.conditions.dropFirst(outer.conditions.count)), content: content)
    }
    // A row for libraries that the rows around it leave out.
    if row.entries.isEmpty, !path.isEmpty { return group(.groups([])) }
    guard let module else {
      rows.append(row)
      return group(.row(rows.count - 1))
    }
    guard row.shape.isEmpty, row.constant == nil else {
      throw node.mistake("a row with 'module' cannot have 'shape' or 'constant'; the rows of the module have them")
    }
    guard let content = modules[module.name] else {
      throw module.node.mistake("the module '\(module.name)' is not in 'modules'")
    }
    guard !path.contains(module.name) else {
      throw module.node.mistake("the module '\(module.name)' contains itself")
    }
    scopeCount += 1
    row.scope = (scopeCount, row.loops.count)
    row.sharedSizes = sizes
    let inner = try content.elements("the module '\(module.name)'").map { inner in
      try addRow(inner, to: row, path + [module.name])
    }
    return group(.groups(inner))
  }

  static let dtypes: [(name: String, dtype: DType)] = RenameRules.dtypes + [("i32", .int32), ("i64", .int64)]

  /// The names of a row, appended to those of the row around it.
  func joined(
    _ outer: [Int: PackRow.Entry], _ inner: [Int: PackRow.Entry], isOutermost: Bool, _ node: PackNode
  ) throws(PackMistake) -> [Int: PackRow.Entry] {
    if isOutermost { return inner }
    var result: [Int: PackRow.Entry] = [:]
    for (library, entry) in inner {
      guard case .name(let prefix, let also)? = outer[library], also.isEmpty else {
        guard outer[library] == nil else {
          throw node.mistake("a row with 'module' needs plain names, not 'join', 'copies' or 'also'")
        }
        continue
      }
      guard entry.templates.allSatisfy({ (prefix + $0).textCount <= RenameRules.maximumNameCharacterCount }) else {
        throw node.mistake("a name is longer than \(RenameRules.maximumNameCharacterCount) bytes")
      }
      switch entry {
      case .name(let template, let also):
        result[library] = .name(prefix + template, also: also.map { prefix + $0 })
      case .join(let templates, let axis, let sizes):
        result[library] = .join(templates.map { prefix + $0 }, axis: axis, sizes: sizes)
      case .copies(let templates): result[library] = .copies(templates.map { prefix + $0 })
      }
    }
    return result
  }

  func readEntry(_ node: PackNode) throws -> PackRow.Entry {
    func templates(_ node: PackNode) throws -> [PackTemplate] {
      let templates = try node.elements("the names").map { try PackTemplate($0.text("a name"), at: $0.offset) }
      guard !templates.isEmpty else { throw node.mistake("a list of names must have at least one name") }
      return templates
    }
    if case .text(let text) = node.value { return .name(try PackTemplate(text, at: node.offset), also: []) }
    var (join, copies): ([PackTemplate]?, [PackTemplate]?) = (nil, nil)
    var (name, also): (PackTemplate?, [PackTemplate]) = (nil, [])
    var axis = 0
    var sizes: [PackExtent]?
    for (key, value) in try node.members("a name that is not a string") {
      switch key {
      case "name": name = try PackTemplate(value.text("'name'"), at: value.offset)
      case "also": also = try templates(value)
      case "join": join = try templates(value)
      case "copies": copies = try templates(value)
      case "axis": axis = try value.integer("'axis'")
      case "sizes": sizes = try value.elements("'sizes'").map { extent in try PackExtent(extent) }
      default:
        throw value.mistake(
          "the key '\(key)' is unknown; the keys are 'name', 'also', 'join', 'axis', 'sizes' and 'copies'")
      }
    }
    if let name, join == nil, copies == nil { return .name(name, also: also) }
    if let join, name == nil, copies == nil {
      guard sizes == nil || sizes?.count == join.count else {
        throw node.mistake("'sizes' must have one size for each name in 'join'")
      }
      return .join(join, axis: axis, sizes: sizes)
    }
    guard let copies, name == nil, join == nil else {
      throw node.mistake("a name that is an object must have exactly one of 'name', 'join' and 'copies'")
    }
    return .copies(copies)
  }

  func readConditions(_ node: PackNode, isInverted: Bool) throws -> [PackRow.Condition] {
    try node.members("a condition").map { variable, value in
      let values = try value.oneOrMore.map { element throws(PackMistake) -> PackRow.Condition.Value in
        switch element.value {
        case .integer(let number): return .number(number)
        case .text("first"): return .first
        case .text("last"): return .last
        case .text(let text): return .text(text)
        default: throw element.mistake("a condition compares with numbers, strings, \"first\" or \"last\"")
        }
      }
      return PackRow.Condition(variable: variable, values: values, isInverted: isInverted)
    }
  }
}
