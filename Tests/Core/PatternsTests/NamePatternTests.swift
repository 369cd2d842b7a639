import Messages
import Testing

@testable import Patterns

@Suite("Expressions for names")
struct NamePatternTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let pattern: String
    let name: String
    /// The groups of the first match, the whole first; nil where there is none.
    let groups: [String?]?
    var testDescription: String { "\(pattern) in \(name)" }

    init(_ pattern: String, _ name: String, _ groups: [String?]?) {
      (self.pattern, self.name, self.groups) = (pattern, name, groups)
    }
  }

  static let rows: [Row] = [
    Row("abc", "xabcabc", ["abc"]), Row("abc", "ab", nil), Row("", "ab", [""]), Row("a.c", "a\u{e9}c", ["aéc"]),
    Row("^b", "ab", nil), Row("^a", "ab", ["a"]), Row("b$", "ab", ["b"]), Row("a$", "ab", nil), Row("^$", "", [""]),
    Row("$", "ab", [""]), Row("b*$", "ac", [""]),
    Row("a|ab", "ab", ["a"]), Row("ab|a", "ab", ["ab"]), Row("(a|b)(c|d)", "xbd", ["bd", "b", "d"]),
    Row("a|", "b", [""]), Row("(a)|(b)", "b", ["b", nil, "b"]),
    Row("a*", "aaa", ["aaa"]), Row("a*?", "aaa", [""]), Row("a+", "baa", ["aa"]), Row("a+?", "baa", ["a"]),
    Row("ab?c", "ac", ["ac"]), Row("ab??", "ab", ["a"]), Row("(a?)(a?)", "a", ["a", "a", ""]),
    Row("a{2}", "aaa", ["aa"]), Row("a{2,}", "aaaa", ["aaaa"]), Row("a{1,2}", "aaa", ["aa"]),
    Row("a{0}b", "ab", ["b"]), Row("(ab){2}", "ababab", ["abab", "ab"]),
    Row("(?:ab)+(c)", "ababc", ["ababc", "c"]), Row("(a*)*", "aa", ["aa", "aa"]), Row("(a*)+b", "aab", ["aab", "aa"]),
    Row("[a-c]+", "xabcd", ["abc"]), Row("[^/]+$", "a/bc", ["bc"]), Row("[]a]+", "]a", ["]a"]),
    Row("[a-]+", "a-b", ["a-"]), Row(#"[\d_]+"#, "a1_2", ["1_2"]), Row(#"\d+"#, "Conv2d_10", ["2"]),
    Row(#"_(\d+)$"#, "Conv2d_10", ["_10", "10"]), Row(#"\w+"#, "-ab_1-", ["ab_1"]), Row(#"\W"#, "a/b", ["/"]),
    Row(#"\."#, "a.b", ["."]), Row(#"\s\S"#, "a b", [" b"]), Row(#"[\]\\]+"#, #"a\]"#, [#"\]"#]),
    Row("^(.*)/(.*)$", "a/b/c", ["a/b/c", "a/b", "c"]), Row("^(.*?)/(.*)$", "a/b/c", ["a/b/c", "a", "b/c"]),
    Row("(x+x+)+y", "xxxy", ["xxxy", "xxx"]),
    Row(#"\bm"#, "lstm/m", ["m"]), Row(#"m\b"#, "mm/a", ["m"]), Row(#"\Bm"#, "m/am", ["m"]),
    Row("(?i)adam_[A-Z]+", "x/Adam_Ab1", ["Adam_Ab"]), Row("(?i)[^a]", "Aé", ["é"]), Row("(?i)É", "aé", ["é"]),
  ]

  @Test("match as a backtracking engine does", arguments: rows)
  func matching(row: Row) throws {
    let scalars = Array(row.name.unicodeScalars)
    let pattern = try NamePattern(row.pattern)
    let match = pattern.firstMatch(in: scalars, from: 0)
    let found = match?.map { range in range.map { String(String.UnicodeScalarView(scalars[$0])) } }
    #expect(found == row.groups)
    #expect(pattern.matches(row.name) == (row.groups != nil))
    // Swift's engine as a second opinion, where it has the same syntax and counts characters alike.
    if !row.pattern.contains("(a*)"), row.pattern != "[]a]+", let expression = try? Regex(row.pattern) {
      let expected = try expression.firstMatch(in: row.name)?.output.map { $0.substring.map(String.init) }
      #expect(expected == row.groups)
    }
  }

  @Test(
    "expressions that keep a backtracking engine for years take no time",
    arguments: ["(a+)+$", "^(a|a)*$", "(a|aa)+$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*)(.*)(.*)(.*)(.*)x$"])
  func catastrophe(pattern: String) throws {
    let name = Array((String(repeating: "a", count: 60) + "!").unicodeScalars)
    let clock = ContinuousClock.now
    #expect(try NamePattern(pattern).firstMatch(in: name, from: 0) == nil)
    #expect(try !NamePattern(pattern).matches(String(repeating: "a/", count: 1 << 14) + "!"))
    // A generous bound for a debug build beside other work; the machine needs milliseconds.
    #expect(ContinuousClock.now - clock < .seconds(60))
  }

  @Test(
    "what is no expression is refused at its place",
    arguments: [
      ("(", .unfinished, 1), ("a)", .misplaced(")"), 1), ("[a", .unfinished, 2), ("*", .misplaced("*"), 0),
      ("a**", .misplaced("*"), 2), ("^*", .misplaced("^"), 0), ("a{2", .unfinished, 3), ("a{,2}", .misplaced("{"), 2),
      ("a{3,2}", .backwards, 2), ("[b-a]", .backwards, 1), (#"\"#, .unfinished, 1),
      (#"(a)\1"#, .unsupported(#"\1"#), 3),
      ("(?=a)", .unsupported("(?="), 2), (#"\zA"#, .unsupported(#"\z"#), 0), (#"\b*"#, .misplaced(#"\"#), 0),
      ("a(?i)", .unsupported("(?i"), 3), ("a{9999}", .tooLarge, 5),
      ("((a{60}){60}){60}", .tooLarge, 12), (#"[\D]"#, .unsupported(#"\ within [ ]"#), 2), ("]", .misplaced("]"), 0),
      (String(repeating: "(", count: 100), .tooLarge, 65),
    ] as [(String, NamePatternError.Reason, Int)])
  func errors(pattern: String, reason: NamePatternError.Reason, offset: Int) {
    let error = #expect(throws: NamePatternError.self) { try NamePattern(pattern) }
    #expect(error?.reason == reason)
    #expect(error?.offset == offset)
    #expect(error?.description.isEmpty == false)
  }
}
