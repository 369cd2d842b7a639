/// Undoes exact changes piece by piece, the last one made first.
struct TextDecoder {
  private var steps: [Step]

  private enum Step {
    /// A CR that is held until the next byte shows whether an LF follows.
    case returnsAdded(isHeld: Bool)
    /// The bytes of an incomplete character.
    case encoded([UInt8])
    /// How many bytes of the byte order mark were dropped.
    case mark(Int)
  }

  /// Decodes changes in the order in which they are undone.
  init(_ changes: [TextChange]) {
    steps = changes.compactMap { change in
      switch change {
      case .returnsAdded: .returnsAdded(isHeld: false)
      case .encodedAsUTF8: .encoded([])
      case .byteOrderMark: .mark(0)
      case .returnsRemoved, .lineFeedsToReturns, .returnsToLineFeeds, .bytesReplaced: nil
      }
    }
  }

  /// Decodes the next bytes; nil if the change cannot have made them.
  mutating func decode(_ bytes: [UInt8], isLast: Bool) -> [UInt8]? {
    var bytes = bytes
    for index in steps.indices {
      guard let decoded = Self.decode(bytes, &steps[index], isLast: isLast) else { return nil }
      bytes = decoded
    }
    return bytes
  }

  private static func decode(_ bytes: [UInt8], _ step: inout Step, isLast: Bool) -> [UInt8]? {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count + 1)
    switch step {
    case .returnsAdded(var isHeld):
      for byte in bytes {
        if byte == 0x0a, !isHeld { return nil }
        // If there are several CRs, the one right before the LF was added.
        if isHeld, byte != 0x0a { output.append(0x0d) }
        isHeld = byte == 0x0d
        if !isHeld { output.append(byte) }
      }
      if isLast, isHeld { output.append(0x0d) }
      step = .returnsAdded(isHeld: isHeld)
    case .encoded(var pending):
      for byte in bytes {
        if pending.isEmpty, byte < 0x80 {
          output.append(byte)
          continue
        }
        pending.append(byte)
        guard pending.count >= 2, pending.count == (pending[0] < 0xe0 ? 2 : pending[0] < 0xf0 ? 3 : 4) else {
          if pending[0] < 0xc2 { return nil }
          continue
        }
        guard let text = String(validating: pending, as: UTF8.self), let character = text.unicodeScalars.first,
          let single = SingleByteText.byte(of: character)
        else { return nil }
        output.append(single)
        pending = []
      }
      if isLast, !pending.isEmpty { return nil }
      step = .encoded(pending)
    case .mark(let dropped):
      let count = min(3 - dropped, bytes.count)
      guard bytes.prefix(count).elementsEqual(([0xef, 0xbb, 0xbf] as [UInt8])[dropped..<dropped + count]) else {
        return nil
      }
      output += bytes.dropFirst(count)
      step = .mark(dropped + count)
    }
    return output
  }
}
