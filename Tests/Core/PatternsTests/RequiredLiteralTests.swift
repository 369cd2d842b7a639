import Testing

@testable import Patterns

@Suite("Literals that a match needs")
struct RequiredLiteralTests {
  private static let patterns = [
    "^model/", "(.*)/kernel$", "a|b", "a?b", "ab*", "(ab)*c", "(ab)+c", "x{2,3}y", "(?i)ab", "[ab]c", "^(a|b)/w", "a$b",
    "^^a",
    "(^a)|b", "(?:a|)b", "", "$", ".", "\\.w", "\\bkernel\\b", "(a(b(c)))d", "a{0}b", "é/", "(a|b){2}c", ".*^a", "^a?b",

    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
  ]
  private static let names = [
    "", "a", "b", "c", "ab", "abc", "abcd", "bc", "ac", "AB", "aab", "xy", "xxy", "xxxy", "model/a", "amodel/",
    "h/kernel", "kernel/h",
    "a/w", "b/w", "c/w", ".w", "w", "é/", "e\u{301}/", "abac", "ababc", "bb", "cb",
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxyz",
  ]

  @Test("no name that has a match is passed over", arguments: patterns)
  func sound(pattern: String) throws {
    let pattern = try NamePattern(pattern)
    for name in Self.names {
      let isFound = pattern.firstMatch(in: Array(name.unicodeScalars), from: 0) != nil
      if isFound { #expect(pattern.canMatch(Array(name.utf8)), "\(name)") }
      #expect(pattern.matches(name) == isFound, "\(name)")
    }
  }

  @Test("names without the letters of an expression are passed over by their bytes alone")
  func useful() throws {
    for (pattern, name) in [
      ("^layer_17/(.*)$", "xlayer_17/w"), ("(.*)/kernel$", "h/bias"), ("^a(b)?cd", "abc"), ("x+y", "y"),
      ("(a|b)/weights", "a/w"),
    ] {
      #expect(try !NamePattern(pattern).canMatch(Array(name.utf8)), "\(pattern)")
    }
  }
}
