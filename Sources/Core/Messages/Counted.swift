extension BinaryInteger {
  /// The number with its noun: `0 tensors`, `1 tensor`, `1200 bytes`. The digits are not grouped.
  ///
  /// - Parameters:
  ///   - singular: the noun for one.
  ///   - plural: the noun for any other number; by default the singular and an `s`.
  /// - Returns: number and noun.
  package func counted(_ singular: String, _ plural: String? = nil) -> String {
    "\(self) \(noun(singular, plural))"
  }

  /// The noun, or the verb, that fits the number: `file` or `files`, `is` or `are`.
  package func noun(_ singular: String, _ plural: String? = nil) -> String {
    self == 1 ? singular : plural ?? singular + "s"
  }
}
