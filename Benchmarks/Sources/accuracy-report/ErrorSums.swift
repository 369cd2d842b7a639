/// How far values are from those of another program, over any number of maps.
struct ErrorSums {
  private(set) var count = 0
  private(set) var greatest: Float = 0
  private var squaredErrors = 0.0
  private var squaredValues = 0.0

  /// Root mean square of the differences.
  var rms: Double { (squaredErrors / Double(max(count, 1))).squareRoot() }
  /// Root mean square of the other program's values.
  var scale: Double { (squaredValues / Double(max(count, 1))).squareRoot() }

  mutating func add(_ found: [Float], expected: GoldenFolder.Map) {
    precondition(expected.indices != nil || found.count == expected.values.count, "maps of different sizes")
    for (place, value) in expected.values.enumerated() {
      let difference = abs(found[expected.indices?[place] ?? place] - value)
      // Written so that NaN stays.
      greatest = difference <= greatest ? greatest : difference
      squaredErrors += Double(difference) * Double(difference)
      squaredValues += Double(value) * Double(value)
    }
    count += expected.values.count
  }
}
