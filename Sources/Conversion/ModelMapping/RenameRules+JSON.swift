internal import Bytes
internal import Files
internal import Messages
internal import Patterns

extension RenameRules {
  /// Files of rules are small; a larger one is something else.
  private static let maximumFileByteCount = 1 << 20

  /// Reads a file of rules, as `Schemas/rename-rules.schema.json` describes it.
  ///
  /// ```json
  /// { "rules": [{ "match": "^conv(\\d+)/w$", "replace": "block$1.weight", "transpose": [3, 2, 0, 1], "dtype": "f16" }] }
  /// ```
  /// - Throws: `FileError` if the file cannot be read, `RenameError` with the line and column of the mistake.
  public init(path: String) throws {
    let file = try InputFile(path: path)
    do {
      guard file.byteCount <= Self.maximumFileByteCount else {
        throw RenameError(.badFile("a file of \(file.byteCount.counted("byte")) is too large for rules"))
      }
      try self.init(json: file.read(at: 0, count: file.byteCount))
    } catch var error as RenameError {
      error.file = path
      throw error
    }
  }

  /// Reads rules from JSON text.
  ///
  /// - Throws: `RenameError` with the line and column of the mistake.
  public init(json bytes: [UInt8]) throws(RenameError) {
    var reader = JSONReader(bytes)
    var rules: [Rule] = []
    var hasRules = false
    do {
      try reader.readObject { reader, key in
        guard key == "rules" else { throw Unfit("the key '\(key)' is unknown", reader.position) }
        hasRules = true
        try reader.readArray { reader in
          rules.append(try Self.readRule(from: &reader, number: rules.count + 1))
        }
      }
      try reader.readEnd()
      guard hasRules else { throw Unfit("the key 'rules' is missing", 0) }
    } catch let error as RenameError {
      throw error
    } catch {
      let (words, offset): (Message, Int) =
        switch error {
        case let error as JSONError: ("\(error)", error.offset)
        case let error as Unfit: (error.words, error.offset)
        default: ("\(error)", reader.position)
        }
      var failure = RenameError(.badFile(words))
      failure.position = TextPosition(of: offset, in: bytes)
      throw failure
    }
    self.init(rules)
  }

  /// Something that JSON allows and the schema does not.
  private struct Unfit: Error {
    let words: Message
    let offset: Int

    init(_ words: Message, _ offset: Int) {
      self.words = words
      self.offset = offset
    }
  }

  /// What a rule's members say, before they are combined.
  private struct Draft {
    var match: String?
    var replace: String?
    var steps: [Step] = []
    /// The templates of the parts, which can be read only when the expression is known.
    var into: [String?] = []
    var dtype: String?
  }

  private static func readRule(from reader: inout JSONReader, number: Int) throws -> Rule {
    var draft = Draft()
    let start = reader.position
    try reader.readObject { reader, key in
      switch key {
      case "match": draft.match = try reader.readString()
      case "replace": draft.replace = try reader.readString()
      case "dtype": draft.dtype = try reader.readString()
      case "drop":
        guard reader.readIfNext("true") else {
          throw Unfit("'drop' in rule \(number) must be true; remove it to keep the tensor", reader.position)
        }
        draft.steps.append(.drop)
      default:
        guard let step = try readStep(key, from: &reader, into: &draft.into, number: number) else {
          throw Unfit("the key '\(key)' is unknown in rule \(number)", reader.position)
        }
        draft.steps.append(step)
      }
    }
    guard let match = draft.match else { throw Unfit("rule \(number) has no 'match'", start) }
    let named = dtypes.first { $0.name == draft.dtype }
    if let dtype = draft.dtype, named == nil {
      let names = dtypes.map(\.name).joined(separator: ", ")
      throw Unfit("'\(dtype)' in rule \(number) is not one of the dtypes \(names)", reader.position)
    }
    guard draft.replace != nil || !draft.steps.isEmpty || named != nil else {
      throw Unfit("rule \(number) changes nothing", start)
    }
    if draft.steps.contains(.drop), draft.steps.count > 1 || draft.replace != nil || named != nil {
      throw Unfit("rule \(number) drops the tensor and also changes it; remove one of the two", start)
    }
    if !draft.into.isEmpty, draft.replace != nil {
      throw Unfit("rule \(number) has 'replace' and 'split'; the names of the parts are those of 'into'", start)
    }
    do {
      let groupCount = (try? NamePattern(match))?.groupCount ?? 0
      let steps = try draft.steps.map { step throws(RenameError) in
        guard case .split(var split) = step else { return step }
        split.into = try draft.into.map { template throws(RenameError) in
          guard let template else { return nil }
          return try Rule.parts(of: template, groupCount: groupCount)
        }
        return .split(split)
      }
      // Without a template, the name stays.
      return try Rule(match: match, replace: draft.replace ?? "$0", steps: steps, dtype: named?.dtype)
    } catch {
      var failure = error
      failure.rule = number
      failure.position = TextPosition(of: start, in: reader.bytes)
      throw failure
    }
  }

  /// Reads the value of a key that changes the layout; nil for any other key.
  private static func readStep(
    _ key: String, from reader: inout JSONReader, into: inout [String?], number: Int
  ) throws -> Step? {
    switch key {
    case "transpose": return .transpose(try reader.readList { try $0.readCount() })
    case "squeeze": return reader.readIfNext("true") ? .squeeze(nil) : .squeeze(try readAxes(from: &reader))
    case "unsqueeze": return .unsqueeze(try readAxes(from: &reader))
    case "reshape": return .reshape(try reader.readList { try readExtent(from: &$0, number: number) })
    case "split": return .split(try readSplit(from: &reader, into: &into, number: number))
    case "concatenate": return .concatenate(try readConcatenation(from: &reader, number: number))
    case "reorder": return try readReordering(from: &reader, number: number)
    case "add": return try readAddition(from: &reader, number: number)
    default: return nil
    }
  }

  /// One axis, or a list of them.
  private static func readAxes(from reader: inout JSONReader) throws -> [Int] {
    guard reader.peek() == UInt8(ascii: "[") else { return [try reader.readInteger()] }
    return try reader.readList { try $0.readInteger() }
  }

  private static func readExtent(from reader: inout JSONReader, number: Int) throws -> Extent {
    let words: Message =
      "in rule \(number), an extent is a number, -1 for whatever the others leave, or \"@0\" for the extent of axis 0"
    if reader.peek() == UInt8(ascii: "\"") {
      let offset = reader.position
      let text = try reader.readString()
      guard text.hasPrefix("@"), let axis = Int(text.dropFirst()) else { throw Unfit(words, offset) }
      return .axis(axis)
    }
    let offset = reader.position
    let extent = try reader.readInteger()
    guard extent >= -1 else { throw Unfit(words, offset) }
    return extent == -1 ? .rest : .count(extent)
  }

  private static func readSplit(from reader: inout JSONReader, into: inout [String?], number: Int) throws -> Split {
    var axis: Int?
    var sizes: [Int?]?
    var names: [String?] = []
    let start = reader.position
    try reader.readObject { reader, key in
      switch key {
      case "axis": axis = try reader.readInteger()
      case "sizes":
        sizes = try reader.readList { reader in
          if case .count(let size) = try readExtent(from: &reader, number: number) { size } else { nil }
        }
      case "into": names = try reader.readList { $0.readIfNext("null") ? nil : try $0.readString() }
      default:
        throw Unfit(
          "the key '\(key)' is unknown in 'split' of rule \(number); the keys are 'axis', 'into' and 'sizes'",
          reader.position)
      }
    }
    guard let axis, !names.isEmpty else {
      throw Unfit("'split' of rule \(number) requires 'axis', and the names of the parts in 'into'", start)
    }
    into = names
    return Split(axis: axis, sizes: sizes, into: names.map { _ in nil })
  }

  private static func readReordering(from reader: inout JSONReader, number: Int) throws -> Step {
    var axis: Int?
    var blocks: [Int] = []
    let start = reader.position
    try reader.readObject { reader, key in
      switch key {
      case "axis": axis = try reader.readInteger()
      case "blocks": blocks = try reader.readList { try $0.readCount() }
      default:
        throw Unfit(
          "the key '\(key)' is unknown in 'reorder' of rule \(number); the keys are 'axis' and 'blocks'",
          reader.position)
      }
    }
    guard let axis, !blocks.isEmpty, blocks.sorted() == Array(blocks.indices) else {
      throw Unfit("'reorder' of rule \(number) requires 'axis', and in 'blocks' each number from 0 once", start)
    }
    return .reorder(axis: axis, blocks: blocks)
  }

  private static func readAddition(from reader: inout JSONReader, number: Int) throws -> Step {
    var value: Double?
    var (block, count) = (0, 1)
    let start = reader.position
    try reader.readObject { reader, key in
      switch key {
      case "value": value = try reader.readNumber()
      case "block": block = try reader.readCount()
      case "blocks": count = try reader.readCount()
      default:
        throw Unfit(
          "the key '\(key)' is unknown in 'add' of rule \(number); the keys are 'value', 'block' and 'blocks'",
          reader.position)
      }
    }
    guard let value, block < count else {
      throw Unfit("'add' of rule \(number) requires 'value', and a 'block' that is less than 'blocks'", start)
    }
    return .add(value, block: block, of: count)
  }

  private static func readConcatenation(from reader: inout JSONReader, number: Int) throws -> Concatenation {
    var axis: Int?
    var group: Int?
    var order: [String]?
    let start = reader.position
    try reader.readObject { reader, key in
      switch key {
      case "axis": axis = try reader.readInteger()
      case "group": group = try reader.readCount()
      case "order": order = try reader.readList { try $0.readString() }
      default:
        throw Unfit(
          "the key '\(key)' is unknown in 'concatenate' of rule \(number); the keys are 'axis', 'group' and 'order'",
          reader.position)
      }
    }
    guard let axis, let group else {
      throw Unfit(
        "'concatenate' of rule \(number) requires 'axis', and in 'group' the number of the group that distinguishes the tensors",
        start)
    }
    return Concatenation(axis: axis, group: group, order: order)
  }
}
