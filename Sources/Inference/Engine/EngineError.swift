public import Messages
public import Tensors

/// Why tensors do not make a model, or values do not fit it.
public struct EngineError: DecantError, Equatable {
  /// What does not fit.
  public enum Reason: Equatable, Sendable {
    /// A tensor has another shape than its neighbours need; nil if any extent of at least 1 does.
    case shape(expected: [Int?], found: Shape)
    /// A tensor's elements are not floating-point numbers that the engine can read.
    case dtype(DType)
    /// A source handed out another number of bytes than the tensor's shape and dtype make.
    case byteCount(expected: Int, found: Int)
    /// The layers' outputs together need more memory than the engine will ask for.
    case activationsTooLarge(byteCount: Int?)
    /// One image's layers need more memory than the system gives.
    case outOfMemory(byteCount: Int)
    /// Images came with another number of values than their count needs.
    case imageValueCount(imageValueCount: Int, count: Int, found: Int)
    /// A word ID that the vocabulary does not have.
    case wordOutOfRange(Int, vocabularySize: Int)
    /// The number of states differs from the number of words.
    case stateCount(expected: Int, found: Int)
    /// A state with another number of units than the model.
    case stateSize(expected: Int, found: Int)
  }

  /// What does not fit.
  public let reason: Reason
  /// The path of the source's first file, for errors in its tensors.
  public let path: String?
  /// The tensor, for errors in one.
  public let tensor: String?

  /// An error about a tensor of a file, or about values given to a loaded model.
  public init(_ reason: Reason, path: String? = nil, tensor: String? = nil) {
    self.reason = reason
    self.path = path
    self.tensor = tensor
  }

  /// `usage` for values that do not fit a loaded model, otherwise `badData`.
  public var category: ErrorCategory {
    switch reason {
    case .shape, .dtype, .byteCount, .activationsTooLarge: .badData
    case .outOfMemory: .inputOutput
    case .imageValueCount, .wordOutOfRange, .stateCount, .stateSize: .usage
    }
  }

  /// Where, what was found, what was expected, what to try.
  public var description: String {
    let place = [path?.escapedForDisplay, tensor.map { "tensor '\($0.escapedForDisplay)'" }].compactMap { $0 }
    return (place + [words]).joined(separator: ": ")
  }

  private var words: String {
    switch reason {
    case .shape(let expected, let found):
      let extents = expected.map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
      return "has shape \(found) where an im2txt model needs [\(extents)]. "
        + "The file may hold another network, or a tensor was transposed when it was converted."
    case .dtype(let dtype):
      return "has dtype \(dtype); the engine reads float32, float64, float16 and bfloat16. "
        + "Convert it with --dtype float32."
    case .byteCount(let expected, let found):
      return
        "gave \(found.counted("byte")) where its shape and dtype need \(expected). The file is damaged; copy it again."
    case .activationsTooLarge(let byteCount):
      return "the layers' outputs need \(byteCount.map { "\($0)" } ?? "more than 2^63") bytes. "
        + "No known im2txt model is that wide; the file may hold another network."
    case .outOfMemory(let byteCount):
      return "needs \(byteCount.counted("byte")) of memory for one image, but the system refused. "
        + "Use a machine with more memory, or raise the limit."
    case .imageValueCount(let imageValueCount, let count, let found):
      return
        "\(count.counted("image")) \(count.noun("was", "were")) given in \(found.counted("value")); each has \(imageValueCount): [height, width, 3]."
    case .wordOutOfRange(let word, let size):
      return "word ID \(word) is not in 0..<\(size). The vocabulary may belong to another model; "
        + "compare them with: decant vocab --check"
    case .stateCount(let expected, let found):
      return "\(found.counted("state")) \(found.noun("was", "were")) given for \(expected.counted("word"))."
    case .stateSize(let expected, let found):
      return "a state has \(found) units where the model has \(expected). It may come from another model."
    }
  }
}
