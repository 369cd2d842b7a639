internal import Messages

/// Turns JSON into a pack, taking modules apart.
struct PackParser {
  var libraries: [String] = []
  var layouts: [String: [Int: PackLayout]] = [:]
  var modules: [String: PackNode] = [:]
  var sizes: Set<String> = []
  var series: [String: PackSeries] = [:]
  var scopeCount = 0
  var rows: [PackRow] = []

  /// Rows and uses of modules so far.
  var visitCount = 0

  /// More rows and uses of modules than any pack has.
  static let maximumRowCount = 20_000

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
    guard !names.isEmpty else { throw node.mistake("'names' is empty; name at least one library") }
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

  static let keys = [
    "family", "title", "names", "variants", "series", "sizes", "layouts", "modules", "tensors",
  ]

  static func isLibraryName(_ name: String) -> Bool {
    guard let first = name.utf8.first, Self.isLetter(first), !rowKeys.contains(name) else { return false }
    return name.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x5f }
  }

  static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte) || (0x41...0x5a).contains(byte) }

  // MARK: - Libraries

  func readLibrary(_ node: PackNode, named name: String) throws -> ModelPack.Library {
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

  func readClass(_ node: PackNode) throws -> ModelPack.Class {
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

  func readConfiguration(_ node: PackNode, into directory: inout PackDirectory) throws {
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
  static func expression(_ node: PackNode) throws(PackMistake) -> String {
    if case .integer(let number) = node.value { return "\(number)" }
    return try node.text("a value of 'sizes' or 'assumed'")
  }

  // MARK: - Variants and series

  func readVariant(_ node: PackNode) throws -> ModelPack.Variant {
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

  func readSeries(_ node: PackNode) throws -> [String: PackSeries] {
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

  func readValue(_ node: PackNode) throws(PackMistake) -> PackBindings.Value {
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

  func library(_ name: String, _ node: PackNode) throws(PackMistake) -> Int {
    guard let index = libraries.firstIndex(of: name) else {
      throw node.mistake("'\(name)' is not one of the libraries in 'names': \(list: libraries)")
    }
    return index
  }
}
