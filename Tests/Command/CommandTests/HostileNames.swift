import Foundation
import TestSupport

/// Files with hostile text that affects a terminal: colors, cursor movements, other directions, forged lines.
enum HostileNames {
  /// Erases the line, breaks it and begins one that looks like ours; a C1 control, a mark that turns the direction, a delete.
  static let text = "a\u{1b}[2K\r\nFORGED\t\u{202e}\u{9b}2J\u{7f}\u{2028}\u{feff}z"

  /// The text as a string of JSON, all of it escaped as JSON allows.
  static let json =
    "\""
    + text.utf16.map { "\\u" + String(repeating: "0", count: 4 - String($0, radix: 16).count) + String($0, radix: 16) }
    .joined() + "\""

  /// As many bytes as `word` has that do the same, for files in which a name cannot become longer.
  static func bytes(inPlaceOf word: String) -> [UInt8] {
    let text = Array("\n\u{1b}[2K\u{9b}\r\u{7f}\u{202e}".utf8)
    // A character that is cut is one byte more that is not UTF-8.
    return (0..<word.utf8.count).map { text[$0 % text.count] }
  }

  /// A file with every occurrence of some words replaced.
  static func patched(_ bytes: [UInt8], _ words: [String]) -> [UInt8] {
    var bytes = bytes
    for word in words {
      let old = Array(word.utf8)
      let new = Self.bytes(inPlaceOf: word)
      var start = 0
      while start + old.count <= bytes.count {
        if bytes[start..<start + old.count].elementsEqual(old) {
          bytes.replaceSubrange(start..<start + old.count, with: new)
          start += old.count
        } else {
          start += 1
        }
      }
    }
    return bytes
  }

  /// A safetensors file of float tensors with these names as JSON, and this metadata as JSON.
  static func safetensors(_ names: [String], dtype: String = "F32", metadata: String? = nil) -> [UInt8] {
    var members = metadata.map { ["\"__metadata__\":\($0)"] } ?? []
    for (index, name) in names.enumerated() {
      members.append("\(name):{\"dtype\":\"\(dtype)\",\"shape\":[1],\"data_offsets\":[\(4 * index),\(4 * index + 4)]}")
    }
    return HostileArchives.safetensors(
      "{" + members.joined(separator: ",") + "}", data: [UInt8](repeating: 0, count: 4 * names.count))
  }

  /// A name in JSON that ends otherwise.
  static func json(endingIn end: String) -> String { "\(json.dropLast())\(end)\"" }

  /// A graph with a variable, a constant and another node whose names, operations, devices and inputs are the text.
  static func graph() -> [UInt8] {
    let bad = Array(text.utf8)
    func node(_ name: [UInt8], _ op: [UInt8], _ inputs: [[UInt8]] = [], _ attributes: [UInt8] = []) -> [UInt8] {
      HostileMessages.field(
        1,
        HostileMessages.field(1, name) + HostileMessages.field(2, op)
          + inputs.flatMap { HostileMessages.field(3, $0) } + HostileMessages.field(4, bad) + attributes)
    }
    func attribute(_ name: [UInt8], _ value: [UInt8]) -> [UInt8] {
      HostileMessages.field(5, HostileMessages.field(1, name) + HostileMessages.field(2, value))
    }
    let type = attribute(Array("dtype".utf8), [0x30, 0x01])
    // A tensor of one float.
    let value = attribute(
      Array("value".utf8), HostileMessages.field(8, [0x08, 0x01, 0x12, 0x00, 0x2a, 0x04, 0, 0, 0x80, 0x3f]))
    return node(bad + [0x31], Array("VariableV2".utf8), [], type)
      + node(bad + [0x32], Array("Const".utf8), [], type + value)
      + node(bad + [0x33], bad, [bad + [0x32]], attribute(bad, HostileMessages.field(2, bad)))
      + node(bad + [0x2f] + bad, bad, [bad + [0x33], [0x5e] + bad + [0x31]])
  }

  /// The same as the graph of a checkpoint, with a collection and a signature.
  static func metaGraph() -> [UInt8] {
    let bad = Array(text.utf8)
    let info = HostileMessages.field(4, bad) + HostileMessages.field(5, bad)
    let collection = HostileMessages.field(
      4,
      HostileMessages.field(1, bad) + HostileMessages.field(2, HostileMessages.field(1, HostileMessages.field(1, bad))))
    let signature = HostileMessages.field(
      5,
      HostileMessages.field(1, bad)
        + HostileMessages.field(
          2,
          HostileMessages.field(
            1, HostileMessages.field(1, bad) + HostileMessages.field(2, HostileMessages.field(1, bad)))
            + HostileMessages.field(3, bad)))
    return HostileMessages.field(1, info) + HostileMessages.field(2, graph()) + collection + signature
  }
}
