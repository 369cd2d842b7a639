internal import Bytes

/// The effect of a return at each of several places on the checksum of all bytes.
struct ReturnDifferences {
  /// For each place, the difference between the checksums with and without a return there, if it is the only one.
  let differences: [UInt32]
  /// The checksum without any returns.
  let checksum: CRC32C

  /// Computes them in one pass.
  ///
  /// - Parameters:
  ///   - bytes: the bytes without returns.
  ///   - range: the bytes that the checksum covers.
  ///   - places: the indices before which a return may belong, or the end; ascending.
  ///   - start: the checksum of the bytes before the range.
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
