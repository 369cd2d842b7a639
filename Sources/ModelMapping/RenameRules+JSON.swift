internal import Bytes

extension RenameRules {
  /// Files of rules are small; a larger one is something else.
  private static let maximumFileByteCount = 1 << 20

  /// Reads a file of rules, as `Schemas/rename-rules.schema.json` describes it.
  ///
  /// ```json
  /// { "rules": [{ "match": "^conv(\\d+)/w$", "replace": "block$1.weight", "transpose": [3, 2, 0, 1], "dtype": "f16" }] }
  /// ```
  /// - Throws: `FileError` where the file cannot be read, `RenameError` with the line and column of what is wrong with it.
  public init(path: String) throws {
    let file = try InputFile(path: path)
    do {
      guard file.byteCount <= Self.maximumFileByteCount else {
        throw RenameError(.badFile("a file of \(file.byteCount.counted("byte")) holds no rules"))
      }
      try self.init(json: file.read(at: 0, count: file.byteCount))
    } catch var error as RenameError {
      error.file = path
      throw error
    }
  }

  /// Reads rules from JSON text.
  ///
  /// - Throws: `RenameError` with the line and column of what is wrong.
  public init(json bytes: [UInt8]) throws(RenameError) {
    var reader = JSONReader(bytes)
    var rules: [Rule] = []
    var hasRules = false
    do {
      try reader.readObject { reader, key in
        guard key == "rules" else { throw Unfit("the key '\(key.escapedForDisplay)' is not known", reader.position) }
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
      let (words, offset) =
        switch error {
        case let error as JSONError: (error.description, error.offset)
        case let error as Unfit: (error.words, error.offset)
        default: ("\(error)", reader.position)
        }
      var failure = RenameError(.badFile(words))
      failure.position = Self.position(of: offset, in: bytes)
      throw failure
    }
    self.init(rules)
  }

  /// Something that JSON allows and the schema does not.
  private struct Unfit: Error {
    let words: String
    let offset: Int

    init(_ words: String, _ offset: Int) {
      self.words = words
      self.offset = offset
    }
  }

  private static func readRule(from reader: inout JSONReader, number: Int) throws -> Rule {
    var match: String?
    var replace: String?
    var axes: [Int]?
    var dtype: String?
    let start = reader.position
    try reader.readObject { reader, key in
      switch key {
      case "match": match = try reader.readString()
      case "replace": replace = try reader.readString()
      case "dtype": dtype = try reader.readString()
      case "transpose":
        var numbers: [Int] = []
        try reader.readArray { numbers.append(try $0.readCount()) }
        axes = numbers
      default: throw Unfit("the key '\(key.escapedForDisplay)' is not known in rule \(number)", reader.position)
      }
    }
    guard let match else { throw Unfit("rule \(number) has no 'match'", start) }
    let named = dtypes.first { $0.name == dtype }
    if let dtype, named == nil {
      let names = dtypes.map(\.name).joined(separator: ", ")
      throw Unfit("'\(dtype.escapedForDisplay)' in rule \(number) is none of the dtypes \(names)", reader.position)
    }
    guard replace != nil || axes != nil || named != nil else { throw Unfit("rule \(number) changes nothing", start) }
    do {
      // Without a template the name stays.
      return try Rule(match: match, replace: replace ?? "$0", axes: axes, dtype: named?.dtype)
    } catch {
      var failure = error
      failure.rule = number
      failure.position = position(of: start, in: reader.bytes)
      throw failure
    }
  }

  private static func position(of offset: Int, in bytes: [UInt8]) -> RenameError.Position {
    let before = bytes.prefix(min(max(offset, 0), bytes.count))
    let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    return RenameError.Position(
      line: before.count { $0 == UInt8(ascii: "\n") } + 1, column: before.count - lineStart + 1)
  }
}
