internal import Markup

extension HTML {
  /// A text as a part of an address: a value in a query, or the name of a file. What is not plain gets percent signs.
  ///
  /// - Source: RFC 3986, section 2.3.
  static func encoded(_ text: String) -> HTML {
    var escaped = ""
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
        escaped.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16)
        escaped += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return HTML(text: escaped)
  }
}
