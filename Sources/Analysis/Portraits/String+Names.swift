internal import Bytes

extension String {
  /// The scope of a tensor's name, and the rest: `a/b` and `c` for `a/b/c`; split at dots if the name has no slash.
  var scopeAndVariable: (scope: String, variable: String) {
    guard let separator = lastIndex(of: "/") ?? lastIndex(of: ".") else { return ("", self) }
    return (String(self[..<separator]), String(self[index(after: separator)...]))
  }

  /// Whether the name comes before another in numeric order: `layer_2` before `layer_10`, `layer` before `layer_1`.
  func precedesAsCounted(_ other: String) -> Bool {
    let (left, right) = (Array(utf8), Array(other.utf8))
    var (i, j) = (0, 0)
    while i < left.count, j < right.count {
      guard left[i].isDigit, right[j].isDigit else {
        if left[i] != right[j] { return left[i] < right[j] }
        i += 1
        j += 1
        continue
      }
      let (a, b) = (left[i...].prefix(while: \.isDigit), right[j...].prefix(while: \.isDigit))
      let (x, y) = (a.drop { $0 == UInt8(ascii: "0") }, b.drop { $0 == UInt8(ascii: "0") })
      if x.count != y.count { return x.count < y.count }
      if !x.elementsEqual(y) { return x.lexicographicallyPrecedes(y) }
      i += a.count
      j += b.count
    }
    if left.count - i != right.count - j { return left.count - i < right.count - j }
    return precedesInBytes(other)
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
