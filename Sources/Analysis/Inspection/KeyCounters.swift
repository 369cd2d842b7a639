internal import Bytes

/// A counter for each key of values, reused for one tensor after the other.
///
/// Clearing and searching 65,536 counters takes longer than counting a small tensor, so it is done once, in `take`.
final class KeyCounters {
  /// Two counters for each key, side by side, so that in a run of equal values an increment need not wait for the
  /// previous one.
  private var counters: [UInt32] = []
  /// Counts that did not fit in the counters.
  private var carried: [Int: Int] = [:]
  /// Values since the last carry; no counter holds more.
  private var pendingCount = 0
  /// The most that a counter may hold.
  private let largestCount: Int

  /// - Parameter largestCount: at most what 32 bits hold.
  init(largestCount: Int = Int(UInt32.max)) {
    self.largestCount = largestCount
  }

  /// Counts the values of whole elements.
  func add(_ bytes: RawSpan, _ layout: KeyLayout, _ blocks: ElementBlocks) {
    let valueCount = bytes.byteCount / blocks.valueByteCount
    if counters.count < 2 * layout.keyCount {
      counters += [UInt32](repeating: 0, count: 2 * layout.keyCount - counters.count)
    }
    if pendingCount + valueCount > largestCount { carry() }
    pendingCount += valueCount
    // Keys are less than `keyCount`, because they have no more bits.
    unsafe counters.withUnsafeMutableBufferPointer { buffer in
      guard let counters = buffer.baseAddress else { return }
      switch layout {
      case .byte: unsafe Self.countBytes(bytes, counters)
      case .half: unsafe Self.countHalves(bytes, counters)
      case .single: unsafe Self.countSingles(bytes, counters)
      case .double: unsafe Self.countDoubles(bytes, blocks, counters)
      }
    }
  }

  /// Passes on all keys that occurred and their counts, in ascending order, and clears them.
  func take(_ body: (_ key: Int, _ count: Int) -> Void) {
    if !carried.isEmpty { carry() }
    let carried = carried
    if !carried.isEmpty {
      for key in carried.keys.sorted() { body(key, carried[key] ?? 0) }
      self.carried = [:]
      return
    }
    forEachCount(body)
  }

  /// Clears all counters, for a tensor that could not be read to its end.
  func clear() {
    if pendingCount > 0 || !carried.isEmpty { take { _, _ in } }
  }

  private func carry() {
    var carried = carried
    forEachCount { key, count in carried[key, default: 0] += count }
    self.carried = carried
  }

  private func forEachCount(_ body: (_ key: Int, _ count: Int) -> Void) {
    pendingCount = 0
    // `add` makes their number a multiple of 16.
    unsafe counters.withUnsafeMutableBufferPointer { counters in
      let bytes = UnsafeRawBufferPointer(counters)
      for start in stride(from: 0, to: counters.count, by: 16) {
        let sixteen = unsafe bytes.loadUnaligned(fromByteOffset: 4 * start, as: SIMD16<UInt32>.self)
        if sixteen == .zero { continue }
        for place in stride(from: start, to: start + 16, by: 2) {
          let count = unsafe Int(counters[place]) + Int(counters[place + 1])
          guard count > 0 else { continue }
          unsafe counters[place] = 0
          unsafe counters[place + 1] = 0
          body(place / 2, count)
        }
      }
    }
  }

  @inline(__always)
  private static func increment(_ counters: UnsafeMutablePointer<UInt32>, _ key: some FixedWidthInteger, _ lane: Int) {
    unsafe counters[2 * Int(truncatingIfNeeded: key) + lane] &+= 1
  }

  private static func countBytes(_ bytes: RawSpan, _ counters: UnsafeMutablePointer<UInt32>) {
    for offset in 0..<bytes.byteCount {
      let key = unsafe bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self)
      unsafe increment(counters, key, offset & 1)
    }
  }

  private static func countHalves(_ bytes: RawSpan, _ counters: UnsafeMutablePointer<UInt32>) {
    let wholeByteCount = bytes.byteCount & ~7
    for offset in stride(from: 0, to: wholeByteCount, by: 8) {
      let four = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
      unsafe increment(counters, four & 0xffff, 0)
      unsafe increment(counters, four >> 16 & 0xffff, 1)
      unsafe increment(counters, four >> 32 & 0xffff, 0)
      unsafe increment(counters, four >> 48, 1)
    }
    for offset in stride(from: wholeByteCount, to: bytes.byteCount, by: 2) {
      let key = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt16.self)
      unsafe increment(counters, key, 0)
    }
  }

  private static func countSingles(_ bytes: RawSpan, _ counters: UnsafeMutablePointer<UInt32>) {
    let wholeByteCount = bytes.byteCount & ~15
    for offset in stride(from: 0, to: wholeByteCount, by: 16) {
      let first = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self)
      let second = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset + 8, as: UInt64.self)
      unsafe increment(counters, first >> 16 & 0xffff, 0)
      unsafe increment(counters, first >> 48, 1)
      unsafe increment(counters, second >> 16 & 0xffff, 0)
      unsafe increment(counters, second >> 48, 1)
    }
    for offset in stride(from: wholeByteCount, to: bytes.byteCount, by: 4) {
      let key = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset + 2, as: UInt16.self)
      unsafe increment(counters, key, 0)
    }
  }

  private static func countDoubles(
    _ bytes: RawSpan, _ blocks: ElementBlocks, _ counters: UnsafeMutablePointer<UInt32>
  ) {
    let blockByteCount = 8 * blocks.valueByteCount
    let wholeByteCount = bytes.byteCount / blockByteCount * blockByteCount
    func keys(_ block: SIMD8<Double>) -> SIMD8<UInt64> {
      // Same size and layout.
      unsafe unsafeBitCast(block, to: SIMD8<UInt64>.self) &>> 45
    }
    blocks.forEach(bytes.extracting(0..<wholeByteCount)) { block in
      let keys = keys(block)
      for lane in 0..<8 { unsafe increment(counters, keys[lane], lane & 1) }
    }
    for value in blocks.values([UInt8](bytes.extracting(wholeByteCount..<bytes.byteCount))) {
      unsafe increment(counters, value.bitPattern >> 45, 0)
    }
  }
}
