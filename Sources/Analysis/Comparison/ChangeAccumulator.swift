/// Counts and extremes over pairs of numbers that differ.
struct ChangeAccumulator {
  /// Numbers that one element is made of: 2 for complex dtypes.
  private let numbersPerElement: Int
  /// -1 if there is none, so that every difference exceeds it.
  private let tolerance: Double
  private(set) var differingCount = 0
  private(set) var beyondToleranceCount = 0
  private(set) var nanCount = 0
  private(set) var infinityCount = 0
  /// Below 0 until a finite pair has been seen.
  private(set) var maximumAbsolute = -1.0
  private(set) var maximumRelative = 0.0
  private(set) var maximumULP: UInt64 = 0
  /// Over the differences of finite numbers.
  private(set) var squares = SquareSum()
  /// Elements by their row-major number.
  private(set) var firstElement: Int?
  private(set) var largestElement: Int?
  private var lastElement = -1
  private var lastBeyond = -1
  private var lastSpecial = -1

  init(numbersPerElement: Int, tolerance: Double?) {
    self.numbersPerElement = numbersPerElement
    self.tolerance = tolerance ?? -1
  }

  /// Adds two numbers that differ, number `index` of the tensor.
  @inline(__always)
  mutating func add(_ index: Int, _ left: Double, _ right: Double, ulp: UInt64 = 0) {
    add(index, difference: abs(left - right), left, right, ulp: ulp)
  }

  /// Adds two numbers whose difference is known more exactly than by subtracting.
  @inline(__always)
  mutating func add(_ index: Int, difference: Double, _ left: Double, _ right: Double, ulp: UInt64 = 0) {
    let element = numbersPerElement == 1 ? index : index / numbersPerElement
    if element != lastElement {
      lastElement = element
      differingCount += 1
      if firstElement == nil { firstElement = element }
    }
    // False for NaN and for infinities.
    guard difference <= .greatestFiniteMagnitude else { return addSpecial(element, left, right, ulp: ulp) }
    addFinite(element, difference, abs(left) > abs(right) ? abs(left) : abs(right), ulp)
  }

  @inline(__always)
  private mutating func addFinite(_ element: Int, _ difference: Double, _ size: Double, _ ulp: UInt64) {
    if difference > maximumAbsolute {
      maximumAbsolute = difference
      largestElement = element
    }
    squares.add(difference)
    // A division only for a new maximum.
    if difference > maximumRelative * size { maximumRelative = difference / size }
    if ulp > maximumULP { maximumULP = ulp }
    if difference > tolerance + tolerance * size { addBeyond(element) }
  }

  @inline(__always)
  private mutating func addBeyond(_ element: Int) {
    if element != lastBeyond { beyondToleranceCount += 1 }
    lastBeyond = element
  }

  @inline(never)
  private mutating func addSpecial(_ element: Int, _ left: Double, _ right: Double, ulp: UInt64) {
    if left.isFinite, right.isFinite {
      // The difference of the two numbers overflows `Double`.
      return addFinite(element, .greatestFiniteMagnitude, max(abs(left), abs(right)), ulp)
    }
    addBeyond(element)
    guard element != lastSpecial else { return }
    lastSpecial = element
    if left.isNaN || right.isNaN { nanCount += 1 } else { infinityCount += 1 }
  }
}
