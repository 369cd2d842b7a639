/// Takes apart a form that sends files, piece by piece.
///
/// - Source: RFC 7578 (multipart/form-data), RFC 2046, section 5.1; names are escaped according to the HTML standard.
struct MultipartReader: Sendable {
  /// What the bytes of a form say.
  enum Event: Equatable, Sendable {
    /// A file begins.
    case file(name: String)
    /// Bytes of that file.
    case bytes([UInt8])
  }

  /// The form is cut off or malformed.
  struct Malformed: Error, Equatable {}

  private enum State {
    case beforeFirstPart
    case afterDelimiter
    case header
    /// Bytes of a file, or of a field that is skipped.
    case content(isFile: Bool)
    case ended
  }

  /// A line break, two hyphens and the boundary.
  private let delimiter: [UInt8]
  private var state = State.beforeFirstPart
  /// Bytes that have not been taken apart. They begin with a line break, which the first delimiter may lack.
  private var rest: [UInt8] = Array("\r\n".utf8)

  /// The largest header of a part.
  private static let maximumHeaderByteCount = 8 << 10

  /// Whether the last delimiter has arrived.
  var isComplete: Bool { if case .ended = state { true } else { false } }

  /// Reads a form of a given content type; nil if the type is not that of such a form.
  init?(contentType: String) {
    let parameters = HeaderParameters(contentType)
    guard parameters.value == "multipart/form-data", let boundary = parameters["boundary"],
      1...70 ~= boundary.utf8.count, boundary.utf8.allSatisfy({ 0x20...0x7e ~= $0 })
    else { return nil }
    delimiter = Array("\r\n--\(boundary)".utf8)
  }

  /// Takes the next bytes.
  ///
  /// - Returns: what is certain so far. A name comes before its bytes.
  mutating func add(_ bytes: [UInt8]) throws(Malformed) -> [Event] {
    rest += bytes
    var events: [Event] = []
    while try step(&events) {}
    return events
  }

  /// Takes one part of the form; false if more bytes are needed.
  private mutating func step(_ events: inout [Event]) throws(Malformed) -> Bool {
    switch state {
    case .ended:
      // What follows the last delimiter has no meaning.
      rest = []
      return false
    case .beforeFirstPart, .content:
      let isFile = if case .content(true) = state { true } else { false }
      let place = delimiterStart()
      let end = place ?? max(rest.count - delimiter.count + 1, 0)
      if isFile, end > 0 { events.append(.bytes(Array(rest[..<end]))) }
      rest.removeFirst(place.map { $0 + delimiter.count } ?? end)
      if place != nil { state = .afterDelimiter }
      return place != nil
    case .afterDelimiter:
      guard rest.count >= 2 else { return false }
      if rest.starts(with: Array("--".utf8)) {
        state = .ended
      } else {
        guard rest.starts(with: Array("\r\n".utf8)) else { throw Malformed() }
        // The line break stays, so that an empty header is a header too.
        state = .header
      }
      return true
    case .header:
      let ending = Array("\r\n\r\n".utf8)
      guard let end = Self.start(of: ending, in: rest) else {
        if rest.count > Self.maximumHeaderByteCount { throw Malformed() }
        return false
      }
      guard end <= Self.maximumHeaderByteCount else { throw Malformed() }
      let name = try Self.fileName(inHeader: Array(rest[..<end]))
      rest.removeFirst(end + ending.count)
      if let name { events.append(.file(name: name)) }
      state = .content(isFile: name != nil)
      return true
    }
  }

  /// Where the next delimiter begins.
  private func delimiterStart() -> Int? { Self.start(of: delimiter, in: rest) }

  private static func start(of pattern: [UInt8], in bytes: [UInt8]) -> Int? {
    guard let first = pattern.first, bytes.count >= pattern.count else { return nil }
    var place = 0
    let last = bytes.count - pattern.count
    while place <= last, let found = bytes[place...last].firstIndex(of: first) {
      if bytes[found..<found + pattern.count].elementsEqual(pattern) { return found }
      place = found + 1
    }
    return nil
  }

  /// The name of the file that a part holds; nil if it is another field.
  private static func fileName(inHeader bytes: [UInt8]) throws(Malformed) -> String? {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw Malformed() }
    for line in text.split(separator: "\r\n") {
      let sides = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2 else { throw Malformed() }
      guard sides[0].lowercased() == "content-disposition" else { continue }
      let parameters = HeaderParameters(String(sides[1]))
      guard parameters.value == "form-data" else { throw Malformed() }
      return parameters["filename"]?.replacing("%22", with: "\"")
    }
    throw Malformed()
  }
}

/// The value of a header field and its parameters: `form-data; name="file"`.
///
/// - Source: RFC 9110, section 5.6.6.
struct HeaderParameters: Sendable {
  /// What comes before the first semicolon, in lower case.
  let value: String
  private var parameters: [String: String] = [:]

  /// Takes a header field's value apart.
  init(_ text: String) {
    var parts: [String] = [""]
    var isQuoted = false
    var isEscaped = false
    for character in text.unicodeScalars {
      if isEscaped {
        isEscaped = false
      } else if isQuoted, character == "\\" {
        isEscaped = true
        continue
      } else if character == "\"" {
        isQuoted.toggle()
        continue
      } else if character == ";", !isQuoted {
        parts.append("")
        continue
      } else if character == " " || character == "\t", !isQuoted {
        continue
      }
      parts[parts.count - 1].unicodeScalars.append(character)
    }
    value = parts[0].lowercased()
    for part in parts.dropFirst() {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2 else { continue }
      let name = sides[0].lowercased()
      if parameters[name] == nil { parameters[name] = String(sides[1]) }
    }
  }

  /// A parameter's value, without its quotes.
  subscript(name: String) -> String? { parameters[name] }
}
