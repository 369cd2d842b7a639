internal import Files
internal import Essentials
package import Messages
package import Tensors
package import Vocabulary

/// The lines that the original program logs on standard error before it captions, in the format of TensorFlow 0.12.1's logging.
///
/// - Source: im2txt `run_inference.py`, `inference_utils/inference_wrapper_base.py` and `inference_utils/vocabulary.py`.
package enum OriginalLog {
  /// The graph is about to be built.
  package static let building = line("Building model.")

  /// A vocabulary is about to be read.
  package static func initializing(vocabulary path: String) -> Message {
    line("Initializing vocabulary from file: \(path)")
  }

  /// A vocabulary was read. A word that is on two lines counts once, and `<UNK>` counts.
  package static func created(_ vocabulary: Vocabulary) -> Message {
    line("Created vocabulary with \(vocabulary.distinctCount) words")
  }

  /// Files were found.
  package static func running(on count: Int, matching patterns: String) -> Message {
    line("Running caption generation on \(count) files matching \(patterns)")
  }

  /// A checkpoint is about to be loaded.
  package static func loading(_ path: String, _ source: any TensorSource) -> Message {
    line("Loading model from checkpoint: \(checkpoint(path, source))")
  }

  /// A checkpoint was loaded.
  package static func loaded(_ path: String, _ source: any TensorSource) -> Message {
    line("Successfully loaded checkpoint: \(checkpoint(path, source).lastPart)")
  }

  private static func line(_ message: Message) -> Message { "INFO:tensorflow:\(message)" }

  /// The path as it was given, or the checkpoint in it if it is a directory.
  private static func checkpoint(_ path: String, _ source: any TensorSource) -> String {
    guard path.isDirectory, let file = source.files.first?.path else { return path }
    return file.hasSuffix(".index") ? String(file.dropLast(6)) : file
  }
}
