extension StringProtocol {
  /// The text with everything escaped that could deceive a reader or disturb a terminal.
  ///
  /// Names in a checkpoint are untrusted bytes: control characters, line breaks and direction marks are shown
  /// as `\n`, `\u{1b}` and the like; everything printable stays.
  package var escapedForDisplay: String {
    let text = String(self)
    // Nearly every name is printable ASCII, and looking up properties of its scalars would take longer than printing it.
    return text.isPrintableASCII ? text : text.escapedScalars
  }

  /// The text with each line `escapedForDisplay`; only the line breaks stay as they are.
  ///
  /// For whole texts that Decant writes. It escapes what names in them may contain, except line breaks, so names must
  /// be escaped before they are put in. Text that is already escaped does not change.
  package var linesEscapedForDisplay: String {
    let text = String(self)
    // Printable ASCII and line breaks do not change.
    if text.utf8.allSatisfy({ 0x20..<0x7f ~= $0 || $0 == 0x0a }) { return text }
    return text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map {
      String($0).escapedForDisplay
    }.joined(separator: "\n")
  }
}

extension String {
  /// JSON in which everything that `escapedForDisplay` escapes is escaped in JSON's way. Except for line breaks and
  /// tabs, such characters occur only in strings.
  package var escapedForDisplayInJSON: String {
    guard utf8.contains(where: { $0 >= 0x7f }) else { return self }
    var text = ""
    for scalar in unicodeScalars {
      if scalar.isASCII ? scalar.value < 0x7f : !scalar.disturbsDisplay {
        text.unicodeScalars.append(scalar)
      } else {
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      }
    }
    return text
  }

  /// Whether every byte is one of ASCII's printable characters; each then takes one column.
  package var isPrintableASCII: Bool {
    // The bytes do not leave the closure.
    unsafe utf8.withContiguousStorageIfAvailable { bytes in unsafe bytes.allSatisfy { 0x20..<0x7f ~= $0 } }
      ?? utf8.allSatisfy { 0x20..<0x7f ~= $0 }
  }

  fileprivate var escapedScalars: String {
    var text = ""
    for scalar in unicodeScalars {
      switch scalar {
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.disturbsDisplay: text += "\\u{\(String(scalar.value, radix: 16))}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }
}

extension String {
  /// The text for bytes that should be UTF-8; every byte that is not becomes `\xHH`, so that different bytes stay
  /// different.
  package init(escapingInvalidUTF8 bytes: some Collection<UInt8>) {
    if let text = String(validating: bytes, as: UTF8.self) {
      self = text
      return
    }
    var text: [UInt8] = []
    var parser = UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var rest = bytes[...]
    scalars: while true {
      switch parser.parseScalar(from: &iterator) {
      case .valid(let scalar):
        text += scalar
        rest = rest.dropFirst(scalar.count)
      case .error(let length):
        for byte in rest.prefix(length) {
          text += (byte < 0x10 ? "\\x0" : "\\x").utf8
          text += String(byte, radix: 16).utf8
        }
        rest = rest.dropFirst(length)
      case .emptyInput: break scalars
      }
    }
    self.init(decoding: text, as: UTF8.self)
  }
}

extension Unicode.Scalar {
  fileprivate var disturbsDisplay: Bool {
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
