import Checkpoints
import Testing

/// Vectors of TensorFlow's `ordered_code_test.cc` and of keys in files that TensorFlow wrote.
@Suite("Ordered code")
struct OrderedCodeTests {
  static let signed: [(value: Int64, code: [UInt8])] = [
    (0, [0x80]), (-1, [0x7f]), (1, [0x81]), (63, [0xbf]), (-64, [0x40]), (64, [0xc0, 0x40]), (-65, [0x3f, 0xbf]),
    (-2048, [0x38, 0x00]), (8191, [0xdf, 0xff]), (8192, [0xe0, 0x20, 0x00]), (0x424242, [0xf0, 0x42, 0x42, 0x42]),
    (1 << 31, [0xf8, 0x80, 0, 0, 0]), (1 << 62, [0xff, 0xc0, 0x40, 0, 0, 0, 0, 0, 0, 0]),
    (.max, [0xff, 0xc0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    (.min, [0x00, 0x3f, 0x80, 0, 0, 0, 0, 0, 0, 0]),
  ]

  @Test("Signed numbers are written as published and read back", arguments: signed)
  func signedVectors(value: Int64, code: [UInt8]) {
    #expect(OrderedCode.encode(signed: value) == code)
    var rest = (code + [0xaa])[...]
    #expect(OrderedCode.decodeSigned(&rest) == value)
    #expect(rest == [0xaa])
  }

  /// Around every power of two, where the number of bytes changes.
  static let edges: [Int64] =
    (0..<63).flatMap { bit in [-1, 0, 1].flatMap { [(1 << bit) + $0, -(1 << bit) + $0] } } + [.min, .max]

  @Test("The order of the codes is the order of the numbers, and each code reads back")
  func signedOrder() {
    let sorted = Set(Self.edges).sorted()
    for (low, high) in zip(sorted, sorted.dropFirst()) {
      #expect(OrderedCode.encode(signed: low).lexicographicallyPrecedes(OrderedCode.encode(signed: high)), "\(low)")
    }
    for value in sorted {
      var rest = OrderedCode.encode(signed: value)[...]
      #expect(OrderedCode.decodeSigned(&rest) == value)
      #expect(rest.isEmpty)
    }
  }

  static let unsigned: [(value: UInt64, code: [UInt8])] = [
    (0, [0]), (1, [1, 1]), (255, [1, 255]), (256, [2, 1, 0]), (300, [2, 1, 0x2c]),
    (.max, [8, 255, 255, 255, 255, 255, 255, 255, 255]),
  ]

  @Test("Unsigned numbers are written as published and read back", arguments: unsigned)
  func unsignedVectors(value: UInt64, code: [UInt8]) {
    #expect(OrderedCode.encode(unsigned: value) == code)
    var rest = code[...]
    #expect(OrderedCode.decodeUnsigned(&rest) == value)
    #expect(rest.isEmpty)
  }

  static let strings: [(bytes: [UInt8], code: [UInt8])] = [
    ([], [0, 1]), ([0x61], [0x61, 0, 1]), ([0], [0, 0xff, 0, 1]), ([0xff], [0xff, 0, 0, 1]),
    ([0, 0xff, 1], [0, 0xff, 0xff, 0, 1, 0, 1]),
  ]

  @Test("Strings are written as published and read back", arguments: strings)
  func stringVectors(bytes: [UInt8], code: [UInt8]) {
    #expect(OrderedCode.encode(string: bytes) == code)
    var rest = code[...]
    #expect(OrderedCode.decodeString(&rest) == bytes)
    #expect(rest.isEmpty)
  }

  @Test(
    "Codes that end early or have no meaning are refused",
    arguments: [[], [1], [8, 1], [9, 1, 1, 1, 1, 1, 1, 1, 1, 1], [255]] as [[UInt8]])
  func badUnsigned(code: [UInt8]) {
    var rest = code[...]
    #expect(OrderedCode.decodeUnsigned(&rest) == nil)
  }

  @Test(
    "Strings without an end or with an unknown escape are refused",
    arguments: [[], [0x61], [0x61, 0], [0, 2], [0xff, 0xff, 0, 1], [0xff]] as [[UInt8]])
  func badStrings(code: [UInt8]) {
    var rest = code[...]
    #expect(OrderedCode.decodeString(&rest) == nil)
  }

  @Test(
    "Signed codes that end early or exceed 64 bits are refused",
    arguments: [
      [], [0xc0], [0xff], [0xff, 0xc0], [0x00], [0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0],
      [0xff, 0xc0, 0x80, 0, 0, 0, 0, 0, 0, 0], [0xff, 0xdf, 0, 0, 0, 0, 0, 0, 0, 0],
    ] as [[UInt8]])
  func badSigned(code: [UInt8]) {
    var rest = code[...]
    #expect(OrderedCode.decodeSigned(&rest) == nil)
  }
}
