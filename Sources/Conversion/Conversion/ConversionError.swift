package import Messages
package import ModelMapping
package import Patterns

/// Why a conversion did not happen, or was undone; `file` is the output.
package typealias ConversionError = LocatedError<ConversionDefect>

/// What is wrong with a conversion.
package enum ConversionDefect: ErrorReason {
  /// The output is one of the source's own files.
  case outputIsSource(String)
  /// A regular expression that is not valid.
  case badExpression(String, NamePatternError)
  /// Selection left nothing; with the reason why the format cannot hold the first tensor, if that is why.
  case nothingSelected(of: Int, refusal: Message?)
  /// Averaged weights are wanted, but the source has none.
  case noAverages
  /// More words than the word embedding has rows.
  case vocabularyTooLong(words: Int, rows: Int)
  /// Renaming alone cannot give a checkpoint another framework's layouts.
  case renamingChangesLayout(NamingScheme)
  /// Blocks of quantized elements are to be stored in a format that has none.
  case cannotQuantize(format: String)
  /// Words are to be stored in a format that has no place for them.
  case noPlaceForVocabulary(format: String)
  /// The output holds a network, but the source is not a model whose network is known, for a reason that ends a sentence.
  case noGraph(Message)
  /// A network needs a tensor under this name, but it is written under another.
  case graphNames(String)
  /// Batch normalizations are to be folded in a model that gets the names of a library.
  case foldingForLibrary
  /// The names of a Keras model, in a file whose name asks for a layout of Keras 3 that Decant does not write.
  case keras3WeightsFile
  /// The output is a directory, but not for a library that loads a model from one.
  case noDirectory
  /// The output, read back, has different tensors from those written; the first that differs, or nil for the metadata.
  case listDiffers(String?)
  /// The output, read back, has different values in this tensor.
  case valuesDiffer(String)

  /// The kind of failure.
  package var category: ErrorCategory {
    switch self {
    case .outputIsSource: .cannotCreate
    case .badExpression, .nothingSelected, .cannotQuantize, .noPlaceForVocabulary, .renamingChangesLayout, .noAverages,
      .noGraph,
      .graphNames, .foldingForLibrary, .noDirectory,
      .keras3WeightsFile:
      .usage
    case .vocabularyTooLong: .badData
    case .listDiffers, .valuesDiffer: .inputOutput
    }
  }

  /// What is wrong and what to do.
  package var sentence: Message {
    switch self {
    case .outputIsSource(let file):
      "would replace \(file), a file of the source. Nothing was written; choose another name."
    case .badExpression(let pattern, let error):
      "'\(pattern)' is not a valid regular expression: \(error). Nothing was written."
    case .nothingSelected(let count, let refusal?):
      "nothing to write: the format cannot store the \(count.counted("selected tensor")). The first: \(refusal). "
        + "Choose another format."
    case .nothingSelected(let count, nil):
      "nothing to write: the source's \(count.counted("tensor")) \(count == 1 ? "is" : "are all") left out by --match, "
        + "--drop, --inference-only, --weights-only or the rules of --rename. Change these options."
    case .noAverages:
      "--ema needs averages of weights, and there are none: neither X/ExponentialMovingAverage beside an X nor the "
        + "averages of a Keras optimizer in a TensorFlow checkpoint. Nothing was written; remove --ema."
    case .vocabularyTooLong(let words, let rows):
      "the vocabulary has \(words.counted("word")), but the model's word embedding has only \(rows.counted("row")). "
        + "It belongs to another model. Nothing was written; find the word_counts.txt that the model was trained with."
    case .renamingChangesLayout(let scheme):
      "the names of \(scheme.title) come with different layouts, so the data must change too. "
        + "Nothing was written; use 'decant convert --names \(scheme.rawValue)'."
    case .cannotQuantize(let format):
      "the format \(format) has no quantized blocks; only GGUF has them. Nothing was written; write .gguf, or use "
        + "--dtype f16."
    case .noPlaceForVocabulary(let format):
      "a \(format) cannot store words. Nothing was written; remove --vocab and keep word_counts.txt beside it."
    case .noGraph(let why):
      "ONNX says what a network computes, and Decant knows that only for a complete im2txt model (Show and Tell). In "
        + "this source, \(why). Nothing was written; write .safetensors instead."
    case .graphNames(let name):
      "the network reads '\(name)', but no tensor is written under that name. ONNX has TensorFlow's modern names. "
        + "Nothing was written; remove --names and --rename, or write .safetensors."
    case .keras3WeightsFile:
      "Keras 3 expects a layout of its own in a file whose name ends in .weights.h5, but Decant writes that of other "
        + ".h5 files. Nothing was written; choose a name that ends in .h5, but not in .weights.h5."
    case .noDirectory:
      "Decant writes a directory only for a library that loads one, such as transformers. Nothing was written; use "
        + "--names transformers if 'decant models' lists the model for it, or else name a file as output."
    case .foldingForLibrary:
      "--fold-batch-norm leaves out normalizations that the library's model needs. Nothing was written; "
        + "remove --fold-batch-norm or --names."
    case .listDiffers(let name?): "when read back, tensor '\(name)' differs from what was written. \(Self.undone)"
    case .listDiffers(nil): "when read back, the metadata differs from what was written. \(Self.undone)"
    case .valuesDiffer(let name):
      "when read back, tensor '\(name)' has different bytes from those written. \(Self.undone)"
    }
  }

  private static let undone: Message =
    "Nothing was left behind. The disk or the memory may be failing; try another disk, and check this one."
}
