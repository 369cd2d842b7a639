internal import Essentials

/// Numbers in decimal, rounded as C's `printf` rounds them.
package enum DecimalText {
  /// With this many decimals: `0.318`.
  package static func fixed(_ value: Double, decimals: Int) -> String { formatted(value, decimals, "%.*f") }

  /// With this many significant digits, in the shorter of both notations: `0.318`, `1.2e-05`.
  package static func significant(_ value: Double, digits: Int) -> String { formatted(value, digits, "%.*g") }

  /// With this many decimals and an exponent: `1.2e-05`.
  package static func scientific(_ value: Double, decimals: Int) -> String { formatted(value, decimals, "%.*e") }

  private static func formatted(_ value: Double, _ precision: Int, _ format: StaticString) -> String {
    // The longest number has 309 digits before the point.
    let precision = Int32(clamping: min(max(precision, 0), 100))
    return unsafe withVaList([precision, value]) { arguments in
      unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
        // A static string ends with a zero, as in C.
        let format = unsafe UnsafeRawPointer(format.utf8Start).assumingMemoryBound(to: CChar.self)
        let count = unsafe vsnprintf(buffer.baseAddress, buffer.count, format, arguments)
        let bytes = unsafe UnsafeRawBufferPointer(buffer).prefix(Int(clamping: max(count, 0)))
        return unsafe String(decoding: bytes, as: UTF8.self)
      }
    }
  }
}
