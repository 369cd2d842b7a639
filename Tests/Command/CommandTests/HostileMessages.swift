/// Protobuf messages and tables that are larger or deeper than any that TensorFlow writes.
enum HostileMessages {
  /// A graph of this many nodes, each of the fewest bytes.
  static func nodes(_ count: Int) -> [UInt8] {
    (0..<count).flatMap { field(1, field(1, Array(String($0).utf8)) + field(2, Array("NoOp".utf8))) }
  }

  /// A graph with one constant whose attribute nests functions in functions.
  static func deepGraph(_ depth: Int) -> [UInt8] {
    // AttrValue: 10 func, a NameAttrList with attributes in 2: a map from name to AttrValue.
    var attribute: [UInt8] = []
    for _ in 0..<depth {
      attribute = field(10, field(1, [0x66]) + field(2, field(1, [0x61]) + field(2, attribute)))
    }
    return field(
      1,
      field(1, [0x6e]) + field(2, Array("Const".utf8)) + field(5, field(1, Array("value".utf8)) + field(2, attribute)))
  }

  /// A graph of constants, each of which says that one float stands for `elementCount`.
  static func filled(_ count: Int, elementCount: Int) -> [UInt8] {
    (0..<count).flatMap { number in
      let shape = field(2, [0x08] + varint(elementCount))
      let tensor = [0x08, 0x01] + field(2, shape) + field(5, [0, 0, 0x80, 0x3f])
      let attributes =
        field(5, field(1, Array("dtype".utf8)) + field(2, [0x30, 0x01]))
        + field(5, field(1, Array("value".utf8)) + field(2, field(8, tensor)))
      return field(1, field(1, Array("c\(number)".utf8)) + field(2, Array("Const".utf8)) + attributes)
    }
  }

  /// A Snappy block that declares and makes this many zeros.
  static func snappyZeros(_ count: Int) -> [UInt8] {
    // A literal of one byte, then copies of 64 bytes from one byte back.
    varint(count) + [0, 0] + (0..<(count - 1) / 64).flatMap { _ in [0xfe, 0x01, 0x00] as [UInt8] }
  }

  static func field(_ number: Int, _ content: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(content.count) + content
  }

  private static func varint(_ value: Int) -> [UInt8] {
    var value = value
    var bytes: [UInt8] = []
    while value > 127 {
      bytes.append(UInt8(value & 127 | 128))
      value >>= 7
    }
    return bytes + [UInt8(value)]
  }
}
