internal import Bytes
internal import Files
internal import Messages
internal import Tensors

extension ModelPack {
  /// Packs are small; a larger file is something else.
  static let maximumFileByteCount = 1 << 20

  /// Reads a person's own pack and checks it.
  ///
  /// - Throws: `FileError` if the file cannot be read, `ModelPackError` with the line and column of the mistake.
  package init(path: String) throws {
    let file = try InputFile(path: path)
    guard file.byteCount <= Self.maximumFileByteCount else {
      throw ModelPackError(
        .badFile("a file of \(file.byteCount.counted("byte")) is too large for a pack", nil), file: path)
    }
    let bytes = try file.read(at: 0, count: file.byteCount)
    do throws(ModelPackError) {
      try self.init(json: bytes)
      try check()
    } catch {
      throw error.inFile(path)
    }
  }

  /// Reads a pack from JSON text.
  ///
  /// - Throws: `ModelPackError` with the line and column of the mistake.
  package init(json bytes: [UInt8]) throws(ModelPackError) {
    var reader = JSONReader(bytes)
    do {
      let node = try PackNode(from: &reader)
      try reader.readEnd()
      var parser = PackParser()
      self = try parser.pack(node)
    } catch {
      let (words, offset): (Message, Int) =
        switch error {
        case let error as JSONError: ("\(error)", error.offset)
        case let error as PackMistake: (error.words, error.offset)
        default: ("\(error)", reader.position)
        }
      throw ModelPackError(.badFile(words, TextPosition(of: offset, in: bytes)))
    }
  }
}

/// Turns JSON into a pack, taking modules apart.
private struct PackParser {
  private var libraries: [String] = []
  private var layouts: [String: [Int: PackLayout]] = [:]
  private var modules: [String: PackNode] = [:]
  private var sizes: Set<String> = []
  private var series: [String: PackSeries] = [:]
  private var scopeCount = 0
  private var rows: [PackRow] = []

  /// Rows and uses of modules so far.
  private var visitCount = 0

  /// More rows and uses of modules than any pack has.
  private static let maximumRowCount = 20_000

  mutating func pack(_ node: PackNode) throws -> ModelPack {
    var given: [String: PackNode] = [:]
    for (key, value) in try node.members("a pack") {
      guard Self.keys.contains(key) else {
        throw value.mistake("the key '\(key)' is unknown; the keys of a pack are \(list: Self.keys)")
      }
      given[key] = value
    }
    func required(_ key: String) throws(PackMistake) -> PackNode {
      guard let value = given[key] else { throw node.mistake("the key '\(key)' is missing") }
      return value
    }
    let family = try required("family").text("'family'")
    let title = try given["title"]?.text("'title'") ?? family
    let names = try required("names").members("'names'")
    guard !names.isEmpty else { throw node.mistake("'names' is empty; the first library is the reference") }
    libraries = names.map(\.key)
    for (name, value) in names where !Self.isLibraryName(name) {
      throw value.mistake("'\(name)' cannot be the name of a library; use a letter, then letters, digits, '-' and '_'")
    }
    sizes = Set(try given["sizes"]?.texts("'sizes'") ?? [])
    series = try given["series"].map(readSeries) ?? [:]
    for (name, value) in try given["layouts"]?.members("'layouts'") ?? [] {
      layouts[name] = try readLayouts(value, named: name)
    }
    for (name, value) in try given["modules"]?.members("'modules'") ?? [] { modules[name] = value }
    let groups = try required("tensors").elements("'tensors'").map { value in
      try addRow(value, to: PackRow(offset: value.offset), [])
    }
    guard !rows.isEmpty else { throw node.mistake("'tensors' is empty") }
    let variants = try given["variants"]?.elements("'variants'").map(readVariant)
    return ModelPack(
      family: family, title: title,
      libraries: try names.map { name, value in try readLibrary(value, named: name) },
      variants: variants.flatMap { $0.isEmpty ? nil : $0 } ?? [ModelPack.Variant(name: nil, series: series)],
      rows: rows,
      groups: groups)
  }

  private static let keys = [
    "family", "title", "names", "variants", "series", "sizes", "layouts", "modules", "tensors",
  ]

  private static func isLibraryName(_ name: String) -> Bool {
    guard let first = name.utf8.first, Self.isLetter(first), !rowKeys.contains(name) else { return false }
    return name.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x5f }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte) || (0x41...0x5a).contains(byte) }

  // MARK: - Libraries

  private func readLibrary(_ node: PackNode, named name: String) throws -> ModelPack.Library {
    var origin: String?
    var library = ModelPack.Library(name: name, origin: "")
    var directory = PackDirectory()
    for (key, value) in try node.members("'\(name)'") {
      switch key {
      case "origin": origin = try value.text("'origin'")
      case "network":
        library.network = try value.text("'network'")
      case "notes": library.notes = try value.texts("'notes'")
      case "order": library.order = try value.texts("'order'")
      case "classes": library.classes = try value.elements("'classes'").map(readClass)
      case "config":
        try readConfiguration(value, into: &directory)
        library.directory = directory
      case "files":
        directory.files = try value.elements("'files'").map { file in
          var (from, to): ([String], String?) = ([], nil)
          for (key, value) in try file.members("a file") {
            switch key {
            case "from": from = try value.texts("'from'")
            case "to": to = try value.text("'to'")
            default: throw value.mistake("the key '\(key)' is unknown; a file has 'from' and 'to'")
            }
          }
          guard let to, !from.isEmpty, (from + [to]).allSatisfy({ !$0.isEmpty && !$0.contains("/") }) else {
            throw file.mistake("a file needs 'from' and 'to', names without '/'")
          }
          return (from, to)
        }
        library.directory = directory
      case "tokenizer":
        directory.tokenizer = try value.members("'tokenizer'").map { ($0.key, $0.node.json) }
        library.directory = directory
      default: throw value.mistake("the key '\(key)' is unknown in '\(name)'")
      }
    }
    guard let origin else { throw node.mistake("'\(name)' must say in 'origin' which program has these names") }
    guard library.network == "same" || !library.notes.isEmpty else {
      throw node.mistake("'\(name)' has another network; say in 'notes' what differs")
    }
    // A library without classes takes every part.
    if library.classes.isEmpty { library.classes = [ModelPack.Class(parts: Set(rows.compactMap(\.part)).sorted())] }
    return ModelPack.Library(
      name: name, origin: origin, network: library.network, notes: library.notes, classes: library.classes,
      order: library.order, directory: library.directory)
  }

  private func readClass(_ node: PackNode) throws -> ModelPack.Class {
    var result = ModelPack.Class()
    for (key, value) in try node.members("a class") {
      switch key {
      case "name": result.name = try value.text("'name'")
      case "parts": result.parts = try value.texts("'parts'")
      case "leaves_out": result.leavesOut = try value.texts("'leaves_out'")
      case "with":
        result.bindings = try value.members("'with'").map { ($0.key, try $0.node.text("a value of 'with'")) }
      default: throw value.mistake("the key '\(key)' is unknown in a class")
      }
    }
    return result
  }

  private func readConfiguration(_ node: PackNode, into directory: inout PackDirectory) throws {
    for (key, value) in try node.members("'config'") {
      switch key {
      case "set": directory.fixed = try value.members("'set'").map { ($0.key, $0.node.json) }
      case "sizes":
        directory.sizes = try value.members("'sizes'").map { ($0.key, try Self.expression($0.node)) }
      case "assumed":
        directory.assumed = try value.members("'assumed'").map { ($0.key, try Self.expression($0.node)) }
      case "beside":
        for (key, value) in try value.members("'beside'") {
          switch key {
          case "files": directory.configurations = try value.texts("'files'")
          case "keys":
            directory.keys = try value.members("'keys'").map { ($0.key, try $0.node.text("a value of 'keys'")) }
          case "values":
            for (member, names) in try value.members("'values'") {
              directory.values += try names.members("'values'").map {
                (member, JSONText.string($0.key), $0.node.json)
              }
            }
          default: throw value.mistake("the key '\(key)' is unknown; 'beside' has 'files', 'keys' and 'values'")
          }
        }
      default: throw value.mistake("the key '\(key)' is unknown; 'config' has 'set', 'sizes', 'beside' and 'assumed'")
      }
    }
  }

  /// A number, or a text such as `hidden/64`.
  private static func expression(_ node: PackNode) throws(PackMistake) -> String {
    if case .integer(let number) = node.value { return "\(number)" }
    return try node.text("a value of 'sizes' or 'assumed'")
  }

  // MARK: - Variants and series

  private func readVariant(_ node: PackNode) throws -> ModelPack.Variant {
    var variant = ModelPack.Variant(name: nil, series: series)
    for (key, value) in try node.members("a variant") {
      switch key {
      case "name": variant.name = try value.text("'name'")
      case "series": variant.series.merge(try readSeries(value)) { $1 }
      case "with":
        variant.bindings = try value.members("'with'").map { ($0.key, try readValue($0.node)) }
      default: throw value.mistake("the key '\(key)' is unknown in a variant")
      }
    }
    return variant
  }

  private func readSeries(_ node: PackNode) throws -> [String: PackSeries] {
    var result: [String: PackSeries] = [:]
    for (name, value) in try node.members("'series'") {
      switch value.value {
      case .text("any"): result[name] = .any
      case .text: throw value.mistake("a series is \"any\", a number or a list of numbers")
      default:
        let counts = try value.oneOrMore.map { try $0.integer("a count of a series") }
        guard counts.allSatisfy({ $0 >= 0 }),
          counts.reduce(0, { $0 &+ min($1, PackSeries.maximumCount + 1) }) <= PackSeries.maximumCount
        else { throw value.mistake("a series has from 0 to \(PackSeries.maximumCount) numbers") }
        result[name] = .stages(counts)
      }
    }
    return result
  }

  private func readValue(_ node: PackNode) throws(PackMistake) -> PackBindings.Value {
    switch node.value {
    case .text(let text): return .text(text)
    case .integer(let number): return .number(number)
    case .object(let members):
      var texts: [Int: String] = [:]
      for (key, value) in members { texts[try library(key, value)] = try value.text("a value of 'with'") }
      return .texts(texts)
    default: throw node.mistake("a value of 'with' is a string, a whole number, or an object of strings by library")
    }
  }

  private func library(_ name: String, _ node: PackNode) throws(PackMistake) -> Int {
    guard let index = libraries.firstIndex(of: name) else {
      throw node.mistake("'\(name)' is not one of the libraries in 'names': \(list: libraries)")
    }
    return index
  }

  // MARK: - Layouts

  private func readLayouts(_ node: PackNode, named name: String) throws -> [Int: PackLayout] {
    var result: [Int: PackLayout] = [:]
    for (key, value) in try node.members("the layout '\(name)'") {
      let index = try library(key, value)
      if case .object(let members) = value.value, members.contains(where: { ["to", "from"].contains($0.key) }) {
        var layout = PackLayout(to: [], from: [])
        for (key, steps) in members {
          switch key {
          case "to": layout.to = try readSteps(steps)
          case "from": layout.from = try readSteps(steps)
          default: throw steps.mistake("the key '\(key)' is unknown; a layout has 'to' and 'from'")
          }
        }
        result[index] = layout
      } else {
        let to = try readSteps(value)
        guard let from = PackStep.inverse(of: to) else {
          throw value.mistake("the way back of the layout '\(name)' cannot be derived; give both 'to' and 'from'")
        }
        result[index] = PackLayout(to: to, from: from)
      }
    }
    return result
  }

  private func readSteps(_ node: PackNode) throws -> [PackStep] {
    let elements = try node.elements("a layout")
    if let first = elements.first, case .integer = first.value { return [.rule(.transpose(try readAxes(node)))] }
    return try elements.flatMap { step in try step.members("a step").map { try readStep($0.key, $0.node) } }
  }

  private func readAxes(_ node: PackNode) throws(PackMistake) -> [Int] {
    let axes = try node.integers("the axes")
    guard axes.sorted() == Array(axes.indices) else { throw node.mistake("\(axes) is not an order of axes") }
    return axes
  }

  private func readStep(_ key: String, _ node: PackNode) throws -> PackStep {
    func axes() throws(PackMistake) -> [Int] {
      try node.oneOrMore.map { element throws(PackMistake) in try element.integer("an axis") }
    }
    switch key {
    case "transpose": return .rule(.transpose(try readAxes(node)))
    case "squeeze": return .rule(.squeeze(try axes()))
    case "unsqueeze": return .rule(.unsqueeze(try axes()))
    case "reshape":
      return .reshape(
        try node.elements("'reshape'").map { extent in
          switch extent.value {
          case .integer(-1): return .known(.rest)
          case .integer(let number) where number >= 0: return .known(.count(number))
          case .text(let text) where text.hasPrefix("@"):
            guard let axis = Int(text.dropFirst()) else { throw extent.mistake("'\(text)' does not name an axis") }
            return .known(.axis(axis))
          default: return .size(try PackExtent(extent))
          }
        })
    case "reorder":
      var (axis, blocks): (Int?, [Int]?) = (nil, nil)
      for (key, value) in try node.members("'reorder'") {
        switch key {
        case "axis": axis = try value.integer("'axis'")
        case "blocks": blocks = try readAxes(value)
        default: throw value.mistake("the key '\(key)' is unknown; 'reorder' has 'axis' and 'blocks'")
        }
      }
      guard let axis, let blocks, !blocks.isEmpty else { throw node.mistake("'reorder' needs 'axis' and 'blocks'") }
      return .rule(.reorder(axis: axis, blocks: blocks))
    case "add":
      var (number, block, count): (Double?, Int?, Int?) = (nil, nil, nil)
      for (key, value) in try node.members("'add'") {
        switch key {
        case "value": number = try value.number("'value'")
        case "block": block = try value.integer("'block'")
        case "blocks": count = try value.integer("'blocks'")
        default: throw value.mistake("the key '\(key)' is unknown; 'add' has 'value', 'block' and 'blocks'")
        }
      }
      guard let number, let block, let count, count > 0, (0..<count).contains(block) else {
        throw node.mistake("'add' needs 'value', and a 'block' from 0 that is less than 'blocks'")
      }
      return .rule(.add(number, block: block, of: count))
    default:
      throw node.mistake(
        "the step '\(key)' is unknown; the steps are transpose, reshape, squeeze, unsqueeze, reorder and add")
    }
  }

  // MARK: - Rows

  private static let rowKeys = [
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
  /// - Throws: `PackMistake` for the first thing that cannot be.
  private mutating func addRow(_ node: PackNode, to outer: PackRow, _ path: [String]) throws -> PackGroup {
    visitCount += 1
    guard visitCount <= Self.maximumRowCount else { throw node.mistake("the modules make too many rows") }
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
        guard !values.isEmpty else { throw value.mistake("'constant' has no number") }
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
    var group = PackGroup(
      loops: Array(row.loops.dropFirst(outer.loops.count)),
      conditions: Array(row.conditions.dropFirst(outer.conditions.count)), content: .row(rows.count))
    // A row for libraries that the rows around it leave out.
    if row.entries.isEmpty, !path.isEmpty {
      group.content = .groups([])
      return group
    }
    guard let module else {
      rows.append(row)
      return group
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
    group.content = .groups(
      try content.elements("the module '\(module.name)'").map { inner in
        try addRow(inner, to: row, path + [module.name])
      })
    return group
  }

  private static let dtypes: [(name: String, dtype: DType)] = RenameRules.dtypes + [("i32", .int32), ("i64", .int64)]

  /// The names of a row after those of the row around it.
  private func joined(
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

  private func readEntry(_ node: PackNode) throws -> PackRow.Entry {
    func templates(_ node: PackNode) throws -> [PackTemplate] {
      let templates = try node.elements("the names").map { try PackTemplate($0.text("a name"), at: $0.offset) }
      guard !templates.isEmpty else { throw node.mistake("at least one name is needed") }
      return templates
    }
    if case .text(let text) = node.value { return .name(try PackTemplate(text, at: node.offset), also: []) }
    var (join, copies): ([PackTemplate]?, [PackTemplate]?) = (nil, nil)
    var (name, also): (PackTemplate?, [PackTemplate]) = (nil, [])
    var axis = 0
    var sizes: [PackExtent]?
    for (key, value) in try node.members("a name, or an object that") {
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
      throw node.mistake("one of 'name', 'join' and 'copies' is needed")
    }
    return .copies(copies)
  }

  private func readConditions(_ node: PackNode, isInverted: Bool) throws -> [PackRow.Condition] {
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

extension PackStep {
  /// The steps that undo others; nil if a reshape is among them, whose way back only the pack can say.
  static func inverse(of steps: [PackStep]) -> [PackStep]? {
    var result: [PackStep] = []
    for step in steps.reversed() {
      switch step {
      case .rule(.transpose(let axes)):
        result.append(.rule(.transpose(axes.indices.map { axes.firstIndex(of: $0) ?? $0 })))
      case .rule(.reorder(let axis, let blocks)):
        result.append(.rule(.reorder(axis: axis, blocks: blocks.indices.map { blocks.firstIndex(of: $0) ?? $0 })))
      case .rule(.add(let number, let block, let count)): result.append(.rule(.add(-number, block: block, of: count)))
      case .rule(.squeeze(let axes?)): result.append(.rule(.unsqueeze(axes)))
      case .rule(.unsqueeze(let axes)): result.append(.rule(.squeeze(axes)))
      default: return nil
      }
    }
    return result
  }
}
