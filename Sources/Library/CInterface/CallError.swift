internal import Messages

/// A mistake of the program that calls a C function.
enum CallError: DecantError {
  /// An argument that must not be null is null.
  case missing(String)
  /// The JSON of the options has a wrong form, an unknown field or an impossible value.
  case badOptions(Message)
  /// An index beyond the last tensor.
  case noTensor(UInt64, count: Int)
  /// Room for more or fewer bytes than the tensor has.
  case byteCount(expected: Int, given: Int, tensor: String)
  /// A tensor of strings, read as numbers.
  case isString(String)
  /// A tensor of numbers, read as strings.
  case isNotString(String)
  /// A tensor without values that can be read.
  case noValues(String, Message)
  /// An array to write that contradicts itself.
  case badArray(name: String, Message)
  /// An array that the format cannot hold.
  case refused(name: String, Message)

  var category: ErrorCategory { .usage }

  var message: Message {
    switch self {
    case .missing(let name): "The argument '\(name)' is null. Pass a pointer."
    case .badOptions(let reason): "The options are not valid: \(reason) See decant.h."
    case .noTensor(let index, let count):
      "There is no tensor \(index); the source has \(HumanText.count(count, "tensor")), numbered from 0."
    case .byteCount(let expected, let given, let tensor):
      "Tensor '\(tensor)' has \(expected) bytes, but there is room for \(given). Pass a buffer of exactly \(expected) bytes."
    case .isString(let tensor): "Tensor '\(tensor)' holds strings. Read it with decant_read_strings."
    case .isNotString(let tensor): "Tensor '\(tensor)' does not hold strings. Read it with decant_read."
    case .noValues(let tensor, let reason): "Tensor '\(tensor)' \(reason)."
    case .badArray(let name, let reason): "Array '\(name)' \(reason)"
    case .refused(let name, let reason):
      // A caller leaves an array out by not passing it; the option is the command's.
      "Array '\(name)' cannot be written: \(reason.removing(" with --drop '^$'").removing(" with --drop")). Nothing was written."
    }
  }
}
