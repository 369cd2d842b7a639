internal import Essentials
internal import Files
internal import Messages
package import Tensors
package import Vocabulary
package import WordTraces

/// The words that belong to a model, and where they were found.
package struct ModelVocabulary: Sendable {
  /// How the words were found.
  package enum Origin: Sendable, Equatable {
    /// The file was named.
    case given
    /// A converted file carries its words.
    case carried
    /// A `word_counts.txt` beside the model.
    case beside
  }

  /// The words by ID.
  package let vocabulary: Vocabulary
  /// The file that they came from.
  package let path: String
  /// How they were found.
  package let origin: Origin

  /// The usual name of a vocabulary, looked for beside a model that carries none.
  package static let usualName = "word_counts.txt"

  /// Finds the words of a model: those of a named file, otherwise those that it carries, otherwise those of a
  /// `word_counts.txt` beside it.
  ///
  /// - Throws: `CaptionDefect.noVocabulary` if there are none, `.anotherModel` if the tensors are not im2txt's; `VocabularyError` if they are damaged.
  package static func find(for source: any TensorSource, given path: String? = nil) throws -> ModelVocabulary {
    if let path {
      return ModelVocabulary(vocabulary: try VocabularyFile(path: path).vocabulary(), path: path, origin: .given)
    }
    let modelPath = source.files.first?.path ?? source.format
    if source.metadata[Vocabulary.metadataKey] != nil {
      return ModelVocabulary(vocabulary: try Captioner.vocabulary(of: source), path: modelPath, origin: .carried)
    }
    let beside = modelPath.directoryPart.joined(usualName)
    guard FileState(path: beside) != nil else {
      // Advice about words is useless for a model that has none. Any spelling of the name counts, even one with a
      // prefix.
      let hasWords = source.descriptors.contains { $0.name.contains("seq_embedding") }
      throw CaptionError(hasWords ? .noVocabulary : .anotherModel, file: modelPath)
    }
    return ModelVocabulary(vocabulary: try VocabularyFile(path: beside).vocabulary(), path: beside, origin: .beside)
  }

  /// The words of a file, for reports: a list of words, or a converted model that carries them.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - open: opens it as a model; called only if it is not text.
  /// - Returns: the words, and where they come from.
  /// - Throws: `VocabularyError` if it is neither.
  package static func words(
    at path: String, open: () throws -> any TensorSource
  ) throws -> (words: VocabularyFile, source: MarkerVerdict.WordSource) {
    do throws(VocabularyError) {
      return (try VocabularyFile(path: path), .file(path))
    } catch {
      switch error.reason {
      case .notText, .tooManyBytes: break
      default: throw error
      }
      guard let source = try? open(), source.metadata[Vocabulary.metadataKey] != nil else { throw error }
      return (VocabularyFile(try Captioner.vocabulary(of: source), path: path), .carried(path))
    }
  }
}
