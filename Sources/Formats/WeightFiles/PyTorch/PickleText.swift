internal import Messages

/// Values of a pickle as text, for metadata and for keys.
enum PickleText {
  /// The longest text of one value.
  private static let maximumLength = 4096
  private static let maximumDepth = 8

  /// A value as Python prints it, more or less; cut if it is long.
  static func text(of value: PickleValue, in heap: PickleHeap) throws -> String {
    var text = ""
    try append(value, heap, depth: 0, isQuoted: false, to: &text)
    return text
  }

  /// A key of a dictionary as a part of a name.
  static func key(_ value: PickleValue, in heap: PickleHeap) throws -> String {
    try value.text() ?? text(of: value, in: heap)
  }

  private static func append(
    _ value: PickleValue, _ heap: PickleHeap, depth: Int, isQuoted: Bool, to text: inout String
  ) throws {
    guard text.utf8.count < maximumLength, depth < maximumDepth else {
      if !text.hasSuffix("…") { text += "…" }
      return
    }
    switch value {
    case .none: text += "None"
    case .boolean(let value): text += value ? "True" : "False"
    case .integer(let integer): text += "\(integer)"
    case .large(let bytes): text += "integer of \(bytes.count.counted("byte"))"
    case .number(let number): text += "\(number)"
    case .text(let string): text += isQuoted ? "'\(string)'" : string
    case .bytes(let bytes):
      if let string = try value.text() {
        text += isQuoted ? "'\(string)'" : string
      } else {
        text += bytes.byteCount.counted("byte")
      }
    case .node: try appendNode(value, heap, depth: depth, to: &text)
    }
  }

  private static func appendNode(_ value: PickleValue, _ heap: PickleHeap, depth: Int, to text: inout String) throws {
    func list(_ values: [PickleValue], _ open: String, _ close: String) throws {
      text += open
      for (index, value) in values.enumerated() where text.utf8.count < maximumLength {
        if index > 0 { text += ", " }
        try append(value, heap, depth: depth + 1, isQuoted: true, to: &text)
      }
      text += close
    }
    switch heap.node(value) {
    case .tuple(let values): try list(values, "(", values.count == 1 ? ",)" : ")")
    case .list(let values): try list(heap.values(values), "[", "]")
    case .set(let values): try list(heap.values(values), "{", "}")
    case .dictionary(let entries):
      text += "{"
      for (index, entry) in heap.entries(entries).enumerated() where text.utf8.count < maximumLength {
        if index > 0 { text += ", " }
        try append(entry.key, heap, depth: depth + 1, isQuoted: true, to: &text)
        text += ": "
        try append(entry.value, heap, depth: depth + 1, isQuoted: true, to: &text)
      }
      text += "}"
    case .global(let global): text += global.text
    case .object(let object):
      text += object.type.text
      try list(object.arguments, "(", ")")
    case .tensor: text += "tensor"
    case .storage: text += "storage"
    case .array: text += "array"
    case .dtype(let dtype): text += dtype.name
    case nil: break
    }
  }
}
