internal import Messages
internal import Tensors

/// The tensors that a writer expects one after the other, and how many bytes of the one whose turn it is have arrived.
///
/// The turn of a tensor passes when the next one's elements come, or at the end. Empty tensors get no elements. A
/// string tensor's turn passes with its strings, which come all at once.
struct TensorTurns {
  /// All tensors, in their order; empty before `begin`.
  private(set) var descriptors: [TensorDescriptor] = []
  private let path: String
  private var index = 0
  private var written = 0

  /// Waits for the tensors.
  ///
  /// - Parameter path: the output, for errors.
  init(path: String) { self.path = path }

  /// Takes the list of tensors.
  mutating func begin(_ descriptors: [TensorDescriptor]) {
    precondition(self.descriptors.isEmpty && index == 0, "an output begins once")
    self.descriptors = descriptors
  }

  /// Counts a piece of the tensor whose turn it is.
  ///
  /// - Parameters:
  ///   - piece: some of its elements.
  ///   - pass: is called with the number of each tensor whose turn passes before.
  /// - Returns: the tensor's number, and where in the tensor the piece begins; nil for an empty piece.
  /// - Throws: `WeightFileDefect.tooManyBytes`, or what `pass` throws.
  mutating func take(_ piece: RawSpan, pass: (Int) throws -> Void = { _ in }) throws -> (tensor: Int, offset: Int)? {
    if piece.isEmpty { return nil }
    try passComplete(pass)
    precondition(index < descriptors.count, "every tensor is complete")
    let descriptor = descriptors[index]
    guard piece.byteCount <= descriptor.byteCount - written else {
      throw WeightFileError(.tooManyBytes(declared: descriptor.byteCount), file: path, tensor: descriptor.name)
    }
    defer { written += piece.byteCount }
    return (index, written)
  }

  /// Passes the turn of a string tensor, whose strings have come.
  ///
  /// - Parameter pass: is called with the number of each tensor whose turn passes before.
  /// - Returns: the string tensor's number.
  /// - Throws: `WeightFileDefect.wrongKind` if it is not the turn of a string tensor, or what `pass` throws.
  mutating func takeStrings(pass: (Int) throws -> Void = { _ in }) throws -> Int {
    try passComplete(pass)
    guard index < descriptors.count, descriptors[index].dtype == .string else {
      throw WeightFileError(.wrongKind(.string), file: path)
    }
    index += 1
    return index - 1
  }

  /// Checks that all elements have arrived.
  ///
  /// - Parameter pass: is called with the number of each tensor whose turn passes.
  /// - Throws: `WeightFileDefect.tooFewBytes`, or what `pass` throws.
  mutating func requireAll(pass: (Int) throws -> Void = { _ in }) throws {
    try passComplete(pass)
    guard index == descriptors.count else {
      let descriptor = descriptors[index]
      throw WeightFileError(
        .tooFewBytes(declared: descriptor.byteCount, written: written), file: path, tensor: descriptor.name)
    }
  }

  private mutating func passComplete(_ pass: (Int) throws -> Void) throws {
    while index < descriptors.count, descriptors[index].dtype != .string, written == descriptors[index].byteCount {
      try pass(index)
      index += 1
      written = 0
    }
  }
}
