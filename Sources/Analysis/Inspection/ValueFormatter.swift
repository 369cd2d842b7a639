internal import Messages
package import Tensors

/// Writes elements as text that loses nothing.
///
/// Floating-point numbers have the fewest digits that read back as the same number (for float16, bfloat16 and smaller
/// types, as the same float32). All NaNs are written `nan`. Strings are quoted, with bytes that are not printable text
/// escaped.
package enum ValueFormatter {
  /// The text of each element of packed, little-endian bytes; bytes that do not fill an element are left out.
  ///
  /// - Returns: an empty array for dtypes without a fixed width.
  package static func texts(of bytes: [UInt8], dtype: DType) -> [String] {
    guard let width = dtype.byteCount else { return [] }
    let table = ByteTable(dtype)
    return stride(from: 0, to: bytes.count / width * width, by: width).map { start in
      text(of: bytes[start..<(start + width)], dtype: dtype, table: table)
    }
  }

  /// A string element: quoted, and escaped so that different bytes give different text.
  package static func text(of string: [UInt8]) -> String {
    var text = "\""
    var rest = string[...]
    while let first = rest.first {
      guard let character = leadingScalar(of: rest) else {
        text += hex(first)
        rest = rest.dropFirst()
        continue
      }
      switch character {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      default: text += ("\(String(character))" as Message).text
      }
      rest = rest.dropFirst(String(character).utf8.count)
    }
    return text + "\""
  }

  private static func leadingScalar(of bytes: ArraySlice<UInt8>) -> Unicode.Scalar? {
    for count in 1...4 where count <= bytes.count {
      if let text = String(validating: bytes.prefix(count), as: UTF8.self) { return text.unicodeScalars.first }
    }
    return nil
  }

  private static func hex(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return "\\x" + (digits.count == 1 ? "0" : "") + digits
  }

  /// One element; `bytes` has the dtype's width.
  private static func text(of bytes: ArraySlice<UInt8>, dtype: DType, table: ByteTable?) -> String {
    if dtype.kind == .complex {
      let half = bytes.count / 2
      let component: DType = half == 4 ? .float32 : .float64
      let imaginary = text(of: bytes.suffix(half), dtype: component, table: nil)
      return text(of: bytes.prefix(half), dtype: component, table: nil) + (imaginary.hasPrefix("-") ? "" : "+")
        + imaginary + "j"
    }
    if dtype == .bool { return bytes.first == 0 ? "false" : "true" }
    return number(bytes, dtype, table).map { text(of: $0) } ?? ""
  }

  private static func text(of value: ElementValue) -> String {
    value.doubleValue.isNaN ? "nan" : value.description
  }

  private static func number(_ bytes: ArraySlice<UInt8>, _ dtype: DType, _ table: ByteTable?) -> ElementValue? {
    let bits = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    if let table {
      let value = table.values[Int(bits & 0xff)]
      return switch dtype.kind {
      case .signedInteger: .signed(Int64(value))
      case .unsignedInteger: .unsigned(UInt64(value))
      default: .single(value)
      }
    }
    switch (dtype.kind, bytes.count) {
    case (.float, 8): return .double(Double(bitPattern: bits))
    case (.float, 4): return .single(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
    case (.float, 2) where dtype == .float16: return .single(Float(halfBits: UInt16(truncatingIfNeeded: bits)))
    case (.float, 2): return .single(Float(bitPattern: UInt32(truncatingIfNeeded: bits) << 16))
    case (.signedInteger, let width):
      // Sign extension by shifting up and back.
      let unused = UInt64(64 - 8 * width)
      return .signed(Int64(bitPattern: bits << unused) >> Int64(unused))
    case (.unsignedInteger, _): return .unsigned(bits)
    default: return nil
    }
  }
}
