/// Sums of values in many slots.
struct ChannelSums {
  let slotCount: Int
  /// What is kept for all slots; see `Planes`.
  private var planes: [Double]

  init(slotCount: Int) {
    self.slotCount = slotCount
    planes = Planes.initial.flatMap { [Double](repeating: $0, count: slotCount) }
  }

  /// Adds rows of neighboring values; each value of a row belongs to the next slot.
  ///
  /// - Parameters:
  ///   - values: `Double`s.
  ///   - start: the index of the first row's first value.
  ///   - rowCount: the number of consecutive rows.
  ///   - slots: the slots of each row.
  ///
  /// - Precondition: `values` contains all rows, and the slots exist.
  mutating func add(_ values: UnsafeRawBufferPointer, from start: Int, rowCount: Int, slots: Range<Int>) {
    precondition(slots.lowerBound >= 0 && slots.upperBound <= slotCount && rowCount >= 0)
    precondition(start >= 0 && 8 * (start + rowCount * slots.count) <= values.count)
    let slotCount = slotCount
    unsafe planes.withUnsafeMutableBytes { bytes in
      let planes = unsafe Planes(bytes: bytes, slotCount: slotCount)
      for slot in stride(from: slots.lowerBound, to: slots.upperBound, by: 4) {
        let offset = 8 * (start + slot - slots.lowerBound)
        let isWhole = slot + 4 <= slots.upperBound
        // In registers for all rows.
        var four = isWhole ? planes.four(slot) : Four()
        var isChanged = false
        for row in 0..<rowCount {
          let rowOffset = offset + 8 * row * slots.count
          if isWhole, unsafe four.add(values.loadUnaligned(fromByteOffset: rowOffset, as: SIMD4<Double>.self)) {
            isChanged = true
            continue
          }
          if isChanged { planes.set(four, slot) }
          isChanged = false
          for lane in 0..<min(4, slots.upperBound - slot) {
            let value = unsafe values.loadUnaligned(fromByteOffset: rowOffset + 8 * lane, as: Double.self)
            planes.add(value, slot + lane)
          }
          if isWhole { four = planes.four(slot) }
        }
        if isChanged { planes.set(four, slot) }
      }
    }
  }

  /// Adds neighboring values that belong to one slot.
  ///
  /// - Precondition: as for rows.
  mutating func add(_ values: UnsafeRawBufferPointer, _ range: Range<Int>, slot: Int) {
    precondition(slot >= 0 && slot < slotCount && range.lowerBound >= 0 && 8 * range.upperBound <= values.count)
    let slotCount = slotCount
    unsafe planes.withUnsafeMutableBytes { bytes in
      let planes = unsafe Planes(bytes: bytes, slotCount: slotCount)
      var place = range.lowerBound
      func addOne() {
        unsafe planes.add(values.loadUnaligned(fromByteOffset: 8 * place, as: Double.self), slot)
        place += 1
      }
      // Up to the first finite value.
      while place < range.upperBound, planes[.shift, slot].isNaN { addOne() }
      var four = Four()
      four.shift = SIMD4(repeating: planes[.shift, slot])
      while place + 4 <= range.upperBound {
        if unsafe four.add(values.loadUnaligned(fromByteOffset: 8 * place, as: SIMD4<Double>.self)) {
          place += 4
        } else {
          for _ in 0..<4 { addOne() }
        }
      }
      planes.join(four, slot)
      while place < range.upperBound { addOne() }
    }
  }

  /// The moments of a slot, given the number of its values.
  func moments(ofSlot slot: Int, valueCount: Int) -> ChannelMoments {
    func value(_ plane: Planes.Plane) -> Double { planes[plane.rawValue * slotCount + slot] }
    var moments = ChannelMoments()
    moments.nonFiniteCount = Int(value(.nonFiniteCount))
    let count = valueCount - moments.nonFiniteCount
    guard count > 0 else { return moments }
    let shiftedMean = value(.sum) / Double(count)
    moments.count = count
    moments.mean = value(.shift) + shiftedMean
    moments.squares = value(.squares) - shiftedMean * value(.sum)
    (moments.minimum, moments.maximum) = (value(.minimum), value(.maximum))
    return moments
  }
}

/// The sums of four slots, or of one in four parts.
private struct Four {
  var shift = SIMD4<Double>(repeating: .nan)
  var sum = SIMD4<Double>()
  var squares = SIMD4<Double>()
  var minimum = SIMD4<Double>(repeating: .infinity)
  var maximum = SIMD4<Double>(repeating: -.infinity)

  /// Adds a value to each. Adds nothing and returns false if one of them is not finite, or is a slot's first value.
  @inline(__always)
  mutating func add(_ x: SIMD4<Double>) -> Bool {
    let shifted = x - shift
    guard shifted - shifted == .zero else { return false }
    sum += shifted
    squares += shifted * shifted
    minimum.replace(with: x, where: x .< minimum)
    maximum.replace(with: x, where: x .> maximum)
    return true
  }
}

/// The sums of all slots, one kind after the other.
@safe private struct Planes {
  enum Plane: Int {
    /// Subtracted from every value before summing, so that squares of values far from zero lose nothing: the first
    /// finite value; NaN until there is one.
    case shift
    case sum
    case squares
    case minimum
    case maximum
    /// Values that are NaN or infinite.
    case nonFiniteCount
  }

  /// The initial value of each.
  static let initial: [Double] = [.nan, 0, 0, .infinity, -.infinity, 0]

  /// For each kind, one `Double` for each slot. The creator has checked all slots.
  let bytes: UnsafeMutableRawBufferPointer
  let slotCount: Int

  @inline(__always)
  private func offset(_ plane: Plane, _ slot: Int) -> Int { 8 * (plane.rawValue * slotCount + slot) }

  subscript(plane: Plane, slot: Int) -> Double {
    @inline(__always) get { unsafe bytes.loadUnaligned(fromByteOffset: offset(plane, slot), as: Double.self) }
    @inline(__always) nonmutating set {
      unsafe bytes.storeBytes(of: newValue, toByteOffset: offset(plane, slot), as: Double.self)
    }
  }

  @inline(__always)
  private func load(_ plane: Plane, _ slot: Int) -> SIMD4<Double> {
    unsafe bytes.loadUnaligned(fromByteOffset: offset(plane, slot), as: SIMD4<Double>.self)
  }

  @inline(__always)
  func four(_ slot: Int) -> Four {
    Four(
      shift: load(.shift, slot), sum: load(.sum, slot), squares: load(.squares, slot), minimum: load(.minimum, slot),
      maximum: load(.maximum, slot))
  }

  @inline(__always)
  func set(_ four: Four, _ slot: Int) {
    func store(_ plane: Plane, _ value: SIMD4<Double>) {
      unsafe bytes.storeBytes(of: value, toByteOffset: offset(plane, slot), as: SIMD4<Double>.self)
    }
    store(.sum, four.sum)
    store(.squares, four.squares)
    store(.minimum, four.minimum)
    store(.maximum, four.maximum)
  }

  /// Adds the four parts of a slot's values.
  func join(_ four: Four, _ slot: Int) {
    self[.sum, slot] += four.sum.sum()
    self[.squares, slot] += four.squares.sum()
    self[.minimum, slot] = min(self[.minimum, slot], four.minimum.min())
    self[.maximum, slot] = max(self[.maximum, slot], four.maximum.max())
  }

  /// Adds any value.
  func add(_ value: Double, _ slot: Int) {
    guard value.isFinite else {
      self[.nonFiniteCount, slot] += 1
      return
    }
    if self[.shift, slot].isNaN { self[.shift, slot] = value }
    let shifted = value - self[.shift, slot]
    self[.sum, slot] += shifted
    self[.squares, slot] += shifted * shifted
    self[.minimum, slot] = min(self[.minimum, slot], value)
    self[.maximum, slot] = max(self[.maximum, slot], value)
  }
}
