import Messages
import Testing

@testable import Vocabulary

@Suite("Vocabularies")
struct VocabularyTests {
  @Test("<UNK> is appended only where it is absent")
  func unknown() throws {
    let appended = try Vocabulary(words: ["<S>", "</S>"])
    #expect(appended.words == ["<S>", "</S>", "<UNK>"] && appended.unknownID == 2)
    let present = try Vocabulary(words: ["<UNK>", "<S>", "</S>"])
    #expect(present.count == 3 && present.unknownID == 0)
  }

  @Test("IDs beyond the words read as <UNK>, unknown words get its ID")
  func lookup() throws {
    let vocabulary = try Vocabulary(words: ["a", "<S>", "</S>", "."])
    #expect(
      [0, 3, 4, 5, 11_999, -1, Int.max].map(vocabulary.word) == ["a", ".", "<UNK>", "<UNK>", "<UNK>", "<UNK>", "<UNK>"])
    #expect(vocabulary.id(of: ".") == 3)
    #expect(vocabulary.id(of: "cat") == 4)
    #expect(vocabulary.text(of: [0, 9, 3]) == "a <UNK> .")
  }

  @Test("words are told apart by their bytes")
  func bytes() throws {
    let vocabulary = try Vocabulary(words: ["<S>", "</S>", "\u{e9}", "e\u{301}"])
    #expect(vocabulary.id(of: "\u{e9}") == 2)
    #expect(vocabulary.id(of: "e\u{301}") == 3)
    #expect(try vocabulary != Vocabulary(words: ["<S>", "</S>", "e\u{301}", "\u{e9}"]))
    #expect(try vocabulary == Vocabulary(words: ["<S>", "</S>", "\u{e9}", "e\u{301}", "<UNK>"]))
  }

  @Test("a model needs at least as many rows as there are words")
  func rows() throws {
    let vocabulary = try Vocabulary(words: ["<S>", "</S>", "a"])
    try vocabulary.check(rows: 4)
    try vocabulary.check(rows: 12_000)
    let error = #expect(throws: VocabularyError.self) { try vocabulary.check(rows: 3, path: "v.txt") }
    #expect(error == VocabularyError(.tooManyWords(4, rows: 3), file: "v.txt"))
    #expect(error?.description.contains("4 words") == true && error?.description.contains("3 rows") == true)
  }

  @Test("the list inside a converted file reads back")
  func json() throws {
    let vocabulary = try Vocabulary(words: ["<S>", "</S>", "\"", "\\", "</a>", "猫", "\u{7f}"])
    #expect(try Vocabulary(json: vocabulary.json, path: "m.safetensors") == vocabulary)
    #expect(vocabulary.json.hasPrefix(#"["<S>","</S>","\"","\\","</a>","猫""#))
    for damaged in ["", "{}", "[1]", "[\"<S>\"", "null"] {
      let error = #expect(throws: VocabularyError.self) { try Vocabulary(json: damaged, path: "m.safetensors") }
      #expect(error?.reason == .notAJSONList)
    }
    let error = #expect(throws: VocabularyError.self) { try Vocabulary(json: "[]", path: "m.safetensors") }
    #expect(error?.reason == .missingWord("<S>"))
  }
}
