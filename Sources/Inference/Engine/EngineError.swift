public import Messages
public import Tensors

/// Why tensors do not make a model, or values do not fit it.
public typealias EngineError = LocatedError<EngineDefect>

/// What does not fit.
public enum EngineDefect: ErrorReason {
  /// A tensor's shape does not fit its neighbors; a nil extent accepts any number of at least 1.
  case shape(expected: [Int?], found: Shape)
  /// A tensor's elements are not floating-point numbers that the engine can read.
  case dtype(DType)
  /// A source gave a different number of bytes from what the tensor's shape and dtype make.
  case byteCount(expected: Int, found: Int)
  /// The layers' outputs together need more memory than the engine will ask for.
  case activationsTooLarge(byteCount: Int?)
  /// One image's layers need more memory than the system provides.
  case outOfMemory(byteCount: Int)
  /// Images came with a different number of values from what their count needs.
  case imageValueCount(imageValueCount: Int, count: Int, found: Int)
  /// A word ID that the vocabulary does not have.
  case wordOutOfRange(Int, vocabularySize: Int)
  /// The number of states differs from the number of words.
  case stateCount(expected: Int, found: Int)
  /// A state with a different number of units from the model's.
  case stateSize(expected: Int, found: Int)

  /// `usage` for values that do not fit a loaded model, otherwise `badData`.
  public var category: ErrorCategory {
    switch self {
    case .shape, .dtype, .byteCount, .activationsTooLarge: .badData
    case .outOfMemory: .inputOutput
    case .imageValueCount, .wordOutOfRange, .stateCount, .stateSize: .usage
    }
  }

  /// What was found, what was expected, what to try.
  public var sentence: Message {
    switch self {
    case .shape(let expected, let found):
      """
      has shape \(found), but an im2txt model needs [\(expected.map { $0.map(String.init) ?? "any" }.joined(separator: ", "))]. \
      The file may hold another network, or a tensor was transposed when it was converted.
      """
    case .dtype(let dtype):
      "has dtype \(dtype); the engine reads float32, float64, float16 and bfloat16. If it is another floating-point dtype, "
        + "convert the model with --dtype f32 first."
    case .byteCount(let expected, let found):
      "gave \(found.counted("byte")), but its shape and dtype require \(expected). The file is damaged; copy it again."
    case .activationsTooLarge(let byteCount):
      "the layers' outputs need \(byteCount.map(String.init) ?? "more than 2^63") bytes. "
        + "No known im2txt model is that wide; the file may hold another network."
    case .outOfMemory(let byteCount):
      "needs \(byteCount.counted("byte")) of memory for one image, which the system did not provide. "
        + "Use a machine with more memory, or raise the memory limit of the process."
    case .imageValueCount(let imageValueCount, let count, let found):
      "\(count.counted("image")) \(count.noun("was", "were")) given as \(found.counted("value")); "
        + "each needs \(imageValueCount): [height, width, 3]."
    case .wordOutOfRange(let word, let size):
      "word ID \(word) is not in 0..<\(size). "
        + "The vocabulary may belong to another model; compare them with: decant vocab --check"
    case .stateCount(let expected, let found):
      "\(found.counted("state")) \(found.noun("was", "were")) given for \(expected.counted("word"))."
    case .stateSize(let expected, let found):
      "a state has \(found) units, but the model has \(expected). It may come from another model."
    }
  }
}
