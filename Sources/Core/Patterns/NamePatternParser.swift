public import Messages

/// Why a text is not a pattern, and where.
public struct NamePatternError: Error, Equatable, Sendable, MessageConvertible {
  /// What is wrong.
  public enum Reason: Equatable, Sendable {
    /// The text ends in the middle of a group, a class or an escape.
    case unfinished
    /// A parenthesis, bracket or brace that closes nothing, or a quantifier with nothing before it.
    case misplaced(String)
    /// A feature of other engines that is not supported.
    case unsupported(String)
    /// A range or a count whose ends are in the wrong order.
    case backwards
    /// Repetition makes the pattern too large.
    case tooLarge
  }

  /// What is wrong.
  public let reason: Reason
  /// The character where the error was found, counted from 0.
  public let offset: Int

  /// An error at a character.
  public init(reason: Reason, offset: Int) {
    self.reason = reason
    self.offset = offset
  }

  /// The reason and the place.
  public var message: Message {
    let words: Message =
      switch reason {
      case .unfinished:
        "the expression ends too early; close what '(', '[' or '{' opens, or write '\\' before a character to match it"
      case .misplaced("*"):
        "'*' cannot be used here; write '.*' to match any text, or '\\*' to match the character itself"
      case .misplaced(let text): "'\(text)' cannot be used here; write '\\\(text)' to match the character itself"
      case .unsupported(let text):
        "'\(text)' is not supported; write the expression without it, and without back-references and look-around"
      case .backwards: "the ends of a range are in the wrong order; exchange them"
      case .tooLarge: "repetitions or nested groups make the expression too large; use fewer or smaller ones"
      }
    return "\(words) (character \(offset + 1))"
  }
}

/// Compiles a pattern's text by recursive descent: alternatives of sequences of quantified atoms.
struct NamePatternParser {
  private typealias Instruction = NamePattern.Instruction

  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var depth = 0
  private let foldsCase: Bool
  private(set) var groupCount = 0

  private static let foldingPrefix = "(?i)"
  /// Groups within groups.
  private static let maximumDepth = 64

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
    foldsCase = text.hasPrefix(Self.foldingPrefix)
    if foldsCase { position = Self.foldingPrefix.unicodeScalars.count }
  }

  /// The whole program, with group 0 around it.
  mutating func parse() throws(NamePatternError) -> [NamePattern.Instruction] {
    let body = try alternatives()
    guard position == scalars.count else { throw error(.misplaced(String(scalars[position]))) }
    let program = relocated([.save(0)], body, [.save(1), .match])
    return foldsCase ? program.map(Self.folded) : program
  }

  private static func folded(_ instruction: Instruction) -> Instruction {
    guard case .take(var set) = instruction else { return instruction }
    set.foldsCase = true
    return .take(set)
  }

  private mutating func alternatives() throws(NamePatternError) -> [Instruction] {
    var result = try sequence()
    while take("|") {
      let second = try sequence()
      // split first, second; first; jump past; second
      result = relocated([.split(1, result.count + 2)], result, [.jump(second.count + 1)], second)
      try checkSize(result)
    }
    return result
  }

  private mutating func sequence() throws(NamePatternError) -> [Instruction] {
    var result: [Instruction] = []
    while position < scalars.count, scalars[position] != "|", scalars[position] != ")" {
      result = relocated(result, try quantified())
      try checkSize(result)
    }
    return result
  }

  private mutating func quantified() throws(NamePatternError) -> [Instruction] {
    let start = position
    let atom = try atom()
    guard let (minimum, maximum) = try quantifier() else { return atom }
    switch atom.first {
    case .start, .end, .boundary: throw NamePatternError(reason: .misplaced(String(scalars[start])), offset: start)
    default: break
    }
    let isLazy = take("?")
    func split(_ on: Int, _ out: Int) -> Instruction { isLazy ? .split(out, on) : .split(on, out) }
    guard
      atom.count.multipliedReportingOverflow(by: max(minimum, maximum ?? 1)).partialValue
        <= NamePattern.maximumInstructionCount
    else { throw error(.tooLarge) }
    var result: [Instruction] = []
    for _ in 0..<minimum { result = relocated(result, atom) }
    if let maximum {
      for _ in 0..<maximum - minimum { result = relocated(result, [split(1, 1 + atom.count)], atom) }
    } else {
      // split into the atom or after; atom; back to the split
      result = relocated(result, relocated([split(1, atom.count + 2)], atom, [.jump(-atom.count - 1)]))
    }
    try checkSize(result)
    return result
  }

  /// The counts of a quantifier, with a maximum of nil for any number; nil if there is no quantifier.
  private mutating func quantifier() throws(NamePatternError) -> (Int, Int?)? {
    if take("*") { return (0, nil) }
    if take("+") { return (1, nil) }
    if take("?") { return (0, 1) }
    guard take("{") else { return nil }
    let start = position
    let minimum = try count()
    var maximum: Int? = minimum
    if take(",") { maximum = position < scalars.count && scalars[position] == "}" ? nil : try count() }
    guard take("}") else { throw position < scalars.count ? error(.misplaced("{")) : error(.unfinished) }
    if let maximum, maximum < minimum { throw NamePatternError(reason: .backwards, offset: start) }
    return (minimum, maximum)
  }

  private mutating func count() throws(NamePatternError) -> Int {
    var value: Int?
    while position < scalars.count, ("0"..."9").contains(scalars[position]) {
      value = (value ?? 0) * 10 + Int(scalars[position].value - 48)
      guard value ?? 0 <= NamePattern.maximumInstructionCount else { throw error(.tooLarge) }
      position += 1
    }
    guard let value else { throw position < scalars.count ? error(.misplaced("{")) : error(.unfinished) }
    return value
  }

  private mutating func atom() throws(NamePatternError) -> [Instruction] {
    let scalar = scalars[position]
    position += 1
    switch scalar {
    case "^": return [.start]
    case "$": return [.end]
    case ".": return [.take(.init(ranges: [], isNegated: true))]
    case "[": return [.take(try characterClass())]
    case "(": return try group()
    case "\\":
      if take("b") { return [.boundary(true)] }
      if take("B") { return [.boundary(false)] }
      return [.take(try escape())]
    case "*", "+", "?", "{", "}", "]":
      position -= 1
      throw error(.misplaced(String(scalar)))
    default: return [.take(.init(ranges: [scalar...scalar]))]
    }
  }

  private mutating func group() throws(NamePatternError) -> [Instruction] {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else { throw error(.tooLarge) }
    var number: Int?
    if take("?") {
      guard take(":") else {
        throw position < scalars.count ? error(.unsupported("(?\(scalars[position])")) : error(.unfinished)
      }
    } else {
      groupCount += 1
      number = groupCount
    }
    let body = try alternatives()
    guard take(")") else { throw error(.unfinished) }
    return number.map { relocated([.save(2 * $0)], body, [.save(2 * $0 + 1)]) } ?? body
  }

  private mutating func characterClass() throws(NamePatternError) -> NamePattern.CharacterSet {
    var set = NamePattern.CharacterSet(ranges: [])
    set.isNegated = take("^")
    var isFirst = true
    while true {
      guard position < scalars.count else { throw error(.unfinished) }
      // A bracket that comes first is a character, as everywhere.
      if !isFirst, take("]") { return set }
      isFirst = false
      let start = position
      guard let lower = try classElement(&set) else { continue }
      guard position + 1 < scalars.count, scalars[position] == "-", scalars[position + 1] != "]" else {
        set.ranges.append(lower...lower)
        continue
      }
      position += 1
      guard let upper = try classElement(&set), lower <= upper else {
        throw NamePatternError(reason: .backwards, offset: start)
      }
      set.ranges.append(lower...upper)
    }
  }

  /// A character of a class; nil for an escape that stands for several, which is added to the class.
  private mutating func classElement(_ set: inout NamePattern.CharacterSet) throws(NamePatternError) -> Unicode.Scalar?
  {
    let scalar = scalars[position]
    position += 1
    guard scalar == "\\" else { return scalar }
    let escaped = try escape()
    if !escaped.isNegated, escaped.ranges.count == 1, let range = escaped.ranges.first,
      range.lowerBound == range.upperBound
    {
      return range.lowerBound
    }
    guard !escaped.isNegated else {
      throw NamePatternError(reason: .unsupported("\\ within [ ]"), offset: position - 1)
    }
    set.ranges += escaped.ranges
    return nil
  }

  private mutating func escape() throws(NamePatternError) -> NamePattern.CharacterSet {
    guard position < scalars.count else { throw error(.unfinished) }
    let scalar = scalars[position]
    position += 1
    switch scalar {
    case "d", "D": return .init(ranges: ["0"..."9"], isNegated: scalar == "D")
    case "w", "W": return .init(ranges: NamePattern.CharacterSet.word.ranges, isNegated: scalar == "W")
    case "s", "S": return .init(ranges: [" "..." ", "\t"..."\r"], isNegated: scalar == "S")
    case "a"..."z", "A"..."Z", "0"..."9":
      throw NamePatternError(reason: .unsupported("\\\(scalar)"), offset: position - 2)
    default: return .init(ranges: [scalar...scalar])
    }
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard position < scalars.count, scalars[position] == scalar else { return false }
    position += 1
    return true
  }

  private func checkSize(_ program: [Instruction]) throws(NamePatternError) {
    guard program.count <= NamePattern.maximumInstructionCount else { throw error(.tooLarge) }
  }

  private func error(_ reason: NamePatternError.Reason) -> NamePatternError {
    NamePatternError(reason: reason, offset: position)
  }

  /// Programs one after the other; targets count from the start of the part that they are in.
  private func relocated(_ parts: [Instruction]...) -> [Instruction] {
    var result: [Instruction] = []
    for part in parts {
      let offset = result.count
      result += part.map { instruction in
        switch instruction {
        case .split(let first, let second): .split(first + offset, second + offset)
        case .jump(let target): .jump(target + offset)
        default: instruction
        }
      }
    }
    return result
  }
}
