internal import Bytes

/// What a return at each of some places does to the checksum of all bytes.
struct ReturnDifferences {
  /// By place: the difference of the checksums with and without it, if it is the only one.
  let differences: [UInt32]
  /// The checksum without any.
  let checksum: CRC32C

  /// Computes them in one pass.
  ///
  /// - Parameters:
  ///   - bytes: without returns.
  ///   - range: the bytes that the checksum covers.
  ///   - places: before which of them a return may go, or at their end; ascending.
  ///   - start: the checksum of what is before the range.
  init(_ bytes: [UInt8], _ range: Range<Int>, _ places: [Int], start: CRC32C = CRC32C()) {
    var running = start
    var position = range.lowerBound
    differences = places.map { place in
      running.extend(by: bytes.rawSpan.extracting(position..<place))
      position = place
      var changed = running
      changed.extend(by: ([0x0d] as [UInt8]).rawSpan)
      return ZeroShift.shared.applied(to: changed.value ^ running.value, byteCount: range.upperBound - place)
    }
    running.extend(by: bytes.rawSpan.extracting(position..<range.upperBound))
    checksum = running
  }
}
