import Messages
import TestSupport
import Testing
import Vocabulary

@testable import Captioning

@Suite("Vocabularies of weight files")
struct CaptionerVocabularyTests {
  @Test("the vocabulary inside a file is found")
  func found() throws {
    let vocabulary = try Vocabulary(words: ["a", "<S>", "</S>"])
    let source = InMemoryTensorSource([], metadata: [Vocabulary.metadataKey: vocabulary.json])
    #expect(try Captioner.vocabulary(of: source) == vocabulary)
  }

  @Test("without one the error says how to give it")
  func missing() {
    let error = #expect(throws: CaptionError.self) { try Captioner.vocabulary(of: InMemoryTensorSource([])) }
    #expect(error?.reason == .noVocabulary)
    #expect(error?.description.contains("--vocab FILE") == true)
  }

  @Test("a damaged one is an error of its own")
  func damaged() {
    let source = InMemoryTensorSource([], metadata: [Vocabulary.metadataKey: "[\"a\""])
    let error = #expect(throws: VocabularyError.self) { try Captioner.vocabulary(of: source) }
    #expect(error?.reason == .notAJSONList)
  }
}
