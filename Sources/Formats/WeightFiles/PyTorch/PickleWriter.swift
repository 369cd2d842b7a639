internal import Bytes

/// Writes a pickle of protocol 2, which `torch.load` with `weights_only=True` accepts.
struct PickleWriter {
  private(set) var bytes: [UInt8] = [PickleOpcode.version.rawValue, 2]
  /// Places in the memo of texts and globals that are used again and again.
  private var memo: [String: Int] = [:]

  /// Appends an instruction without an operand.
  mutating func append(_ opcode: PickleOpcode) { bytes.append(opcode.rawValue) }

  /// Appends an integer that is not negative.
  mutating func append(_ integer: Int) {
    if integer < 1 << 31 {
      append(.integer4)
      appendLittleEndian(UInt32(integer))
    } else {
      append(.long1)
      bytes.append(8)
      appendLittleEndian(UInt64(integer))
    }
  }

  /// Appends a text.
  mutating func append(_ text: String) {
    append(.unicode4)
    appendLittleEndian(UInt32(text.utf8.count))
    bytes += text.utf8
  }

  /// Appends a text that occurs often.
  mutating func appendShared(_ text: String) {
    remembered(text) { $0.append(text) }
  }

  /// Appends a class or function.
  mutating func append(_ global: PickleGlobal) {
    remembered("\(global.module) \(global.name)\n") { writer in
      writer.append(.global)
      writer.bytes += "\(global.module)\n\(global.name)\n".utf8
    }
  }

  /// Appends a tuple of integers.
  mutating func append(_ integers: [Int]) {
    append(.mark)
    for integer in integers { append(integer) }
    append(.tuple)
  }

  private mutating func remembered(_ key: String, _ write: (inout PickleWriter) -> Void) {
    if let place = memo[key] {
      append(.get4)
      appendLittleEndian(UInt32(place))
    } else {
      write(&self)
      append(.put4)
      appendLittleEndian(UInt32(memo.count))
      memo[key] = memo.count
    }
  }

  private mutating func appendLittleEndian<T: FixedWidthInteger>(_ value: T) {
    for shift in stride(from: 0, to: T.bitWidth, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> T(shift))) }
  }
}
