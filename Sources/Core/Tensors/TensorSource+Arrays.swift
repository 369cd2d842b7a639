public import Messages

extension TensorSource {
  /// All elements of a tensor as Swift numbers.
  ///
  /// ```swift
  /// let bias = try source.readArray(of: Float.self, named: "logits/biases")
  /// ```
  ///
  /// - Parameters:
  ///   - element: what to read the elements as; it must hold every value of the tensor's dtype exactly.
  ///   - name: the tensor's name.
  /// - Returns: the elements, row-major: the last axis varies fastest.
  /// - Throws: `MissingTensorError`, `ElementTypeError`, or what reading throws.
  public func readArray<Element: TensorElement>(of element: Element.Type, named name: String) throws -> [Element] {
    try readArray(of: element, requireDescriptor(named: name))
  }

  /// All elements of a tensor as Swift numbers.
  ///
  /// - Parameters:
  ///   - element: what to read the elements as; it must hold every value of the tensor's dtype exactly.
  ///   - descriptor: one of `descriptors`.
  /// - Returns: the elements, row-major: the last axis varies fastest.
  /// - Throws: `ElementTypeError`, or what reading throws.
  public func readArray<Element: TensorElement>(
    of element: Element.Type, _ descriptor: TensorDescriptor
  ) throws -> [Element] {
    let dtype = descriptor.dtype
    guard Element.readableDTypes.contains(dtype), let width = dtype.byteCount else {
      throw ElementTypeError(
        tensor: descriptor.name, dtype: dtype, requested: "\(Element.self)", file: files.first?.path)
    }
    var elements: [Element] = []
    try read(descriptor, maximumByteCount: 1 << 20) { piece in
      elements.reserveCapacity(elements.count + piece.byteCount / width)
      for start in stride(from: 0, to: piece.byteCount - piece.byteCount % width, by: width) {
        // In range: `start` is a whole number of elements below the piece's end.
        let bits =
          switch width {
          case 1: unsafe UInt64(piece.unsafeLoad(fromUncheckedByteOffset: start, as: UInt8.self))
          case 2: unsafe UInt64(piece.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt16.self))
          case 4: unsafe UInt64(piece.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt32.self))
          default: unsafe piece.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt64.self)
          }
        elements.append(Element(elementBits: bits, of: dtype))
      }
    }
    return elements
  }
}

/// A tensor was requested as a type that cannot hold all of its values.
public struct ElementTypeError: DecantError, Equatable {
  /// The tensor.
  public let tensor: String
  /// Its element type.
  public let dtype: DType
  /// The requested Swift type.
  public let requested: String
  /// The source's first file, if it has one.
  public let file: String?

  /// Usage: the program requested the wrong type.
  public var category: ErrorCategory { .usage }

  /// The tensor, both types and what to ask for.
  public var message: Message {
    let place: Message = file.map { "\($0): " } ?? ""
    let fitting: [Message] = Self.candidates.filter { $0.readableDTypes.contains(dtype) }
      .map { "\(String(describing: $0))" }
    let remedy: Message =
      switch (fitting.isEmpty, dtype) {
      case (false, _): "Read it as \(Message.list(fitting, conjunction: "or"))."
      case (true, .string): "Read it with readStrings."
      default: "Read its bytes with readAll."
      }
    return
      "\(place)tensor '\(tensor)' is \(dtype), whose values do not fit in \(requested). \(remedy)"
  }

  private static let candidates: [any TensorElement.Type] = [
    Float.self, Double.self, Int8.self, Int16.self, Int32.self, Int64.self, UInt8.self, UInt16.self, UInt32.self,
    UInt64.self,
  ]
}
