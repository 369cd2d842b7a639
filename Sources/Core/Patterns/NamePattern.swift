/// A regular expression for names whose matching takes time in proportion to the name's length, whatever the expression.
///
/// Rules and names come from files, and an expression that backtracks can take longer than anyone waits: `(a+)+$` on forty letters,
/// `.*/.*/kernel` on a name of thousands. Here all ways to match advance side by side, one character at a time, so
/// nothing ever backtracks. Features that require backtracking are left out: back-references and look-around.
///
/// It understands characters, `.`, classes such as `[a-z_]` and `[^/]`, `\d \w \s` and their opposites `\D \W \S`
/// (ASCII), `\` before any punctuation, `^` and `$`, `\b` and `\B`, groups `( )` and `(?: )`, `|`, `* + ? {n} {n,}
/// {n,m}`, each also lazy with a `?` after it, and `(?i)` at the beginning: letters of either case. The leftmost match
/// counts, and among those the one that a backtracking engine would find first.
/// - Source: R. Cox, Regular Expression Matching: the Virtual Machine Approach, 2009 (Pike's machine).
public struct NamePattern: Sendable, Equatable {
  /// The expression as it was written.
  public let text: String
  /// How many groups capture; they are numbered from 1 in the order of their opening parentheses.
  public let groupCount: Int
  let program: [Instruction]
  /// What every matching name must contain.
  private let literal: RequiredLiteral?

  /// One step of the machine.
  enum Instruction: Sendable, Equatable {
    /// Takes a character of a class.
    case take(CharacterSet)
    /// Holds at the beginning of the name.
    case start
    /// Holds at the end.
    case end
    /// Holds at a word boundary, or everywhere else.
    case boundary(Bool)
    /// Stores the position in a slot: `2n` begins group `n`, `2n + 1` ends it; group 0 is the whole match.
    case save(Int)
    /// Continues at both places, preferring the first.
    case split(Int, Int)
    /// Continues elsewhere.
    case jump(Int)
    /// The end of a match.
    case match
  }

  /// Ranges of characters, or all others.
  struct CharacterSet: Sendable, Equatable {
    var ranges: [ClosedRange<Unicode.Scalar>]
    var isNegated = false
    /// Whether a letter stands for its other case too.
    var foldsCase = false

    /// ASCII, as `\w`.
    static let word = CharacterSet(ranges: ["a"..."z", "A"..."Z", "0"..."9", "_"..."_"])

    func contains(_ scalar: Unicode.Scalar) -> Bool {
      (hasRange(of: scalar) || (foldsCase && Self.otherCases(of: scalar).contains(where: hasRange))) != isNegated
    }

    private func hasRange(of scalar: Unicode.Scalar) -> Bool { ranges.contains { $0.contains(scalar) } }

    private static func otherCases(of scalar: Unicode.Scalar) -> [Unicode.Scalar] {
      [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping].compactMap { mapped in
        mapped.unicodeScalars.count == 1 ? mapped.unicodeScalars.first : nil
      }
    }
  }

  /// Instructions that a pattern may have; time grows with them.
  static let maximumInstructionCount = 2000

  /// Compiles an expression.
  ///
  /// - Throws: `NamePatternError` at the character that does not fit.
  public init(_ text: String) throws(NamePatternError) {
    var parser = NamePatternParser(text)
    program = try parser.parse()
    groupCount = parser.groupCount
    self.text = text
    literal = RequiredLiteral(of: program)
  }

  /// Whether a name of these UTF-8 bytes can have a match; false is sure, and cheap to find out.
  package func canMatch(_ name: [UInt8]) -> Bool { literal?.occurs(in: name) ?? true }

  /// Whether a name has a match anywhere.
  public func matches(_ name: String) -> Bool {
    guard literal?.occurs(in: Array(name.utf8)) ?? true else { return false }
    var machine = Machine(program: program, slotCount: 0, scalars: Array(name.unicodeScalars))
    return machine.run(from: 0) != nil
  }

  /// The range of each group in one match (group 0 is the whole match); nil for a group that took no part.
  package typealias Match = [Range<Int>?]

  /// The first match from an index on; nil if there is none.
  package func firstMatch(in scalars: [Unicode.Scalar], from start: Int) -> Match? {
    var machine = Machine(program: program, slotCount: 2 * (groupCount + 1), scalars: scalars)
    guard let slots = machine.run(from: start) else { return nil }
    return (0...groupCount).map { group in
      let (lower, upper) = (slots[2 * group], slots[2 * group + 1])
      return lower >= 0 && upper >= lower ? lower..<upper : nil
    }
  }
}

/// All ways to match a pattern against a name, side by side.
private struct Machine {
  /// A way: where it is in the program, and what its groups captured.
  struct Thread {
    let instruction: Int
    let slots: [Int]
  }

  let program: [NamePattern.Instruction]
  /// 0 if the only question is whether there is a match; the first way to one is then enough.
  let slotCount: Int
  let scalars: [Unicode.Scalar]
  /// For each instruction, the character at which a way last reached it; another way that reaches it at the same
  /// character can do no better.
  private var visited: [Int] = []

  init(program: [NamePattern.Instruction], slotCount: Int, scalars: [Unicode.Scalar]) {
    self.program = program
    self.slotCount = slotCount
    self.scalars = scalars
    visited = Array(repeating: -1, count: program.count)
  }

  /// The slots of the first match at or after `start`.
  mutating func run(from start: Int) -> [Int]? {
    var threads: [Thread] = []
    var next: [Thread] = []
    var found: [Int]?
    for position in start...scalars.count {
      // A match that begins further left is preferred, so new ways start only while there is none, after all others.
      if found == nil { add(0, Array(repeating: -1, count: slotCount), at: position, to: &threads) }
      if threads.isEmpty {
        if found != nil { break }
        continue
      }
      for thread in threads {
        switch program[thread.instruction] {
        case .match:
          found = thread.slots
          if slotCount == 0 { return found }
        case .take(let set):
          if position < scalars.count, set.contains(scalars[position]) {
            add(thread.instruction + 1, thread.slots, at: position + 1, to: &next)
          }
          continue
        default: continue
        }
        // Ways after one that has matched are less preferred.
        break
      }
      swap(&threads, &next)
      next.removeAll(keepingCapacity: true)
    }
    return found
  }

  /// Follows a way to the instructions that take a character or match, in order of preference.
  private mutating func add(_ instruction: Int, _ slots: [Int], at position: Int, to threads: inout [Thread]) {
    var pending = [(instruction, slots)]
    while let (instruction, slots) = pending.popLast() {
      guard visited[instruction] != position else { continue }
      visited[instruction] = position
      switch program[instruction] {
      case .jump(let target): pending.append((target, slots))
      case .split(let first, let second): pending += [(second, slots), (first, slots)]
      case .save(let slot):
        var slots = slots
        if slotCount > 0 { slots[slot] = position }
        pending.append((instruction + 1, slots))
      case .start: if position == 0 { pending.append((instruction + 1, slots)) }
      case .end: if position == scalars.count { pending.append((instruction + 1, slots)) }
      case .boundary(let isWanted): if isBoundary(position) == isWanted { pending.append((instruction + 1, slots)) }
      case .take, .match: threads.append(Thread(instruction: instruction, slots: slots))
      }
    }
  }

  private func isBoundary(_ position: Int) -> Bool {
    let isAfterWord = position > 0 && NamePattern.CharacterSet.word.contains(scalars[position - 1])
    let isBeforeWord = position < scalars.count && NamePattern.CharacterSet.word.contains(scalars[position])
    return isAfterWord != isBeforeWord
  }
}
