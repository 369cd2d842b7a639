internal import Bytes
internal import Messages

/// A value of a pack's JSON text and where it is, so that errors name a line and a column.
struct PackNode {
  indirect enum Value {
    case text(String)
    case integer(Int)
    case number(Double)
    case boolean(Bool)
    case null
    case array([PackNode])
    case object([(key: String, node: PackNode)])
  }

  let value: Value
  /// The index of its first byte.
  let offset: Int

  /// Reads the next value.
  init(from reader: inout JSONReader) throws {
    let next = reader.peek()
    offset = reader.position
    switch next {
    case UInt8(ascii: "{"):
      var members: [(key: String, node: PackNode)] = []
      try reader.readObject { reader, key in members.append((key, try PackNode(from: &reader))) }
      value = .object(members)
    case UInt8(ascii: "["): value = .array(try reader.readList { try PackNode(from: &$0) })
    case UInt8(ascii: "\""): value = .text(try reader.readString())
    default:
      if reader.readIfNext("true") {
        value = .boolean(true)
      } else if reader.readIfNext("false") {
        value = .boolean(false)
      } else if reader.readIfNext("null") {
        value = .null
      } else {
        let number = try reader.readNumber()
        value = Int(exactly: number).map { .integer($0) } ?? .number(number)
      }
    }
  }
}

/// A mistake in a pack, and where it is.
struct PackMistake: Error {
  let words: Message
  let offset: Int

  init(_ words: Message, at offset: Int) {
    (self.words, self.offset) = (words, offset)
  }
}

extension PackNode {
  func mistake(_ words: Message) -> PackMistake { PackMistake(words, at: offset) }

  func text(_ what: Message) throws(PackMistake) -> String {
    guard case .text(let text) = value else { throw mistake("\(what) must be a string") }
    return text
  }

  func integer(_ what: Message) throws(PackMistake) -> Int {
    guard case .integer(let number) = value else { throw mistake("\(what) must be a whole number") }
    return number
  }

  func number(_ what: Message) throws(PackMistake) -> Double {
    switch value {
    case .integer(let number): return Double(number)
    case .number(let number): return number
    default: throw mistake("\(what) must be a number")
    }
  }

  func isTrue(_ what: Message) throws(PackMistake) -> Bool {
    guard case .boolean(let flag) = value else { throw mistake("\(what) must be true or false") }
    return flag
  }

  func members(_ what: Message) throws(PackMistake) -> [(key: String, node: PackNode)] {
    guard case .object(let members) = value else { throw mistake("\(what) must be an object") }
    return members
  }

  func elements(_ what: Message) throws(PackMistake) -> [PackNode] {
    guard case .array(let elements) = value else { throw mistake("\(what) must be a list") }
    return elements
  }

  /// The elements of a list, or the value itself as the only one.
  var oneOrMore: [PackNode] {
    if case .array(let elements) = value { elements } else { [self] }
  }

  func texts(_ what: Message) throws(PackMistake) -> [String] {
    try elements(what).map { element throws(PackMistake) in try element.text("each element of \(what)") }
  }

  func integers(_ what: Message) throws(PackMistake) -> [Int] {
    try elements(what).map { element throws(PackMistake) in try element.integer("each element of \(what)") }
  }

  /// The value as JSON on one line.
  var json: String {
    switch value {
    case .text(let text): JSONText.string(text)
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .boolean(let flag): "\(flag)"
    case .null: "null"
    case .array(let elements): "[\(elements.map(\.json).joined(separator: ", "))]"
    case .object(let members):
      "{\(members.map { "\(JSONText.string($0.key)): \($0.node.json)" }.joined(separator: ", "))}"
    }
  }
}
