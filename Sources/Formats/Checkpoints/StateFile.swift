package import Messages

/// The `checkpoint` file that TensorFlow's `Saver` keeps beside its checkpoints: a `CheckpointState` as text.
///
/// ```
/// model_checkpoint_path: "model.ckpt-3000000"
/// all_model_checkpoint_paths: "model.ckpt-2995000"
/// all_model_checkpoint_paths: "model.ckpt-3000000"
/// ```
/// - Source: TensorFlow `python/training/checkpoint_state.proto`; protobuf's text format.
public struct StateFile: Equatable, Sendable {
  /// The checkpoint that was saved last, as a path relative to the file or absolute.
  public let checkpointPath: String
  /// All checkpoints that were kept, oldest first.
  public let allCheckpointPaths: [String]

  /// The largest file that is accepted; 10,000 kept checkpoints need less.
  public static let maximumByteCount = 4 << 20

  /// Why a file is not a `checkpoint` file.
  public enum Defect: Error, Equatable, Sendable {
    /// A byte that does not occur in text.
    case notText(byte: UInt8)
    /// Larger than any such file.
    case tooLarge(byteCount: Int)
    /// Something else was found where the name of a field was expected.
    case fieldName
    /// A field without a value.
    case value(field: String)
    /// A quotation that does not end on its line.
    case openQuotation
    /// A backslash before a character that cannot be escaped.
    case escape
    /// There is no line with `model_checkpoint_path`.
    case noCheckpointPath

    /// The defect as the end of a sentence.
    package var words: Message {
      switch self {
      case .notText(let byte): "the byte 0x\(String(byte, radix: 16)) is not text"
      case .tooLarge(let byteCount): "the file has \(byteCount.counted("byte")), too many for a checkpoint's state file"
      case .fieldName: "expected the name of a field"
      case .value(let field): "the field \(field) has no value"
      case .openQuotation: "a value has no closing quotation mark"
      case .escape: "a backslash comes before a character that cannot be escaped"
      case .noCheckpointPath: "the file has no model_checkpoint_path"
      }
    }
  }

  /// Parses the bytes of a file.
  ///
  /// - Throws: the defect, and the number of its line, from 1.
  public init(parsing bytes: [UInt8]) throws(ParsingError) {
    guard bytes.count <= Self.maximumByteCount else {
      throw ParsingError(defect: .tooLarge(byteCount: bytes.count), line: 1)
    }
    var text = TextFormat(bytes)
    var path: String?
    var all: [String] = []
    while let (name, value) = try text.nextField() {
      switch name {
      case "model_checkpoint_path": path = value
      case "all_model_checkpoint_paths": all.append(value)
      default: break
      }
    }
    guard let path, !path.isEmpty else { throw ParsingError(defect: .noCheckpointPath, line: text.line) }
    checkpointPath = path
    allCheckpointPaths = all
  }

  /// What is wrong with a file, and where.
  public struct ParsingError: Error, Equatable, Sendable {
    /// What is wrong.
    public let defect: Defect
    /// The line, from 1.
    public let line: Int
  }
}

/// The part of protobuf's text format that a flat message of strings and numbers needs.
private struct TextFormat {
  private let bytes: [UInt8]
  private var position = 0
  private(set) var line = 1

  init(_ bytes: [UInt8]) {
    self.bytes = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? Array(bytes.dropFirst(3)) : bytes
  }

  /// The next `name: value`; nil at the end.
  mutating func nextField() throws(StateFile.ParsingError) -> (name: String, value: String)? {
    skipBlanks(and: [UInt8(ascii: ","), UInt8(ascii: ";")])
    guard let first = peek else { return nil }
    guard Self.isWordByte(first) else { throw failure(first < 9 || first > 126 ? .notText(byte: first) : .fieldName) }
    let name = word()
    skipBlanks()
    guard peek == UInt8(ascii: ":") else { throw failure(.value(field: name)) }
    position += 1
    skipBlanks()
    switch peek {
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      var value: [UInt8] = []
      // Adjacent quotations are one string.
      while let quote = peek, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
        value += try quotation(quote)
        skipBlanks()
      }
      return (name, String(escapingInvalidUTF8: value))
    case let byte? where Self.isWordByte(byte) || byte == UInt8(ascii: "-"):
      position += 1
      return (name, String(decoding: [byte], as: UTF8.self) + word())
    default: throw failure(.value(field: name))
    }
  }

  private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "+"):
      true
    default: false
    }
  }

  private mutating func word() -> String {
    let start = position
    while let byte = peek, Self.isWordByte(byte) || byte == UInt8(ascii: "-") { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func skipBlanks(and separators: [UInt8] = []) {
    while let byte = peek {
      if byte == UInt8(ascii: "\n") {
        line += 1
      } else if byte == UInt8(ascii: "#") {
        while let next = peek, next != UInt8(ascii: "\n") { position += 1 }
        continue
      } else if !(9...13).contains(byte), byte != UInt8(ascii: " "), !separators.contains(byte) {
        return
      }
      position += 1
    }
  }

  private mutating func quotation(_ quote: UInt8) throws(StateFile.ParsingError) -> [UInt8] {
    position += 1
    var value: [UInt8] = []
    while let byte = peek {
      position += 1
      switch byte {
      case quote: return value
      case UInt8(ascii: "\n"): throw failure(.openQuotation)
      case UInt8(ascii: "\\"): value.append(try escape())
      default: value.append(byte)
      }
    }
    throw failure(.openQuotation)
  }

  /// What follows a backslash.
  private mutating func escape() throws(StateFile.ParsingError) -> UInt8 {
    guard let byte = peek else { throw failure(.openQuotation) }
    position += 1
    switch byte {
    case UInt8(ascii: "n"): return 10
    case UInt8(ascii: "r"): return 13
    case UInt8(ascii: "t"): return 9
    case UInt8(ascii: "a"): return 7
    case UInt8(ascii: "b"): return 8
    case UInt8(ascii: "f"): return 12
    case UInt8(ascii: "v"): return 11
    case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "?"): return byte
    case UInt8(ascii: "x"), UInt8(ascii: "X"): return try number(radix: 16, digitCount: 2)
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      position -= 1
      return try number(radix: 8, digitCount: 3)
    default: throw failure(.escape)
    }
  }

  private mutating func number(radix: Int, digitCount: Int) throws(StateFile.ParsingError) -> UInt8 {
    var value = 0
    var digits = 0
    while digits < digitCount, let byte = peek,
      let digit = Character(UnicodeScalar(byte)).hexDigitValue, digit < radix
    {
      value = value * radix + digit
      digits += 1
      position += 1
    }
    guard digits > 0, let byte = UInt8(exactly: value) else { throw failure(.escape) }
    return byte
  }

  private func failure(_ defect: StateFile.Defect) -> StateFile.ParsingError {
    StateFile.ParsingError(defect: defect, line: line)
  }
}
