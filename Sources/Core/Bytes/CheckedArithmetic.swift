extension Int {
  /// `self + other`, or nil if it does not fit.
  package func addingChecked(_ other: Int) -> Int? {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? nil : sum
  }

  /// `self * other`, or nil if it does not fit.
  package func multipliedChecked(by other: Int) -> Int? {
    let (product, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? nil : product
  }
}
