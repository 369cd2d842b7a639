internal import Tensors

/// What a file notes of a tensor whose dtype the stored type does not tell: TensorFlow's name of it, such as `qint8`.
///
/// `int4 as int8` says that the tensor had trimmed negative elements, which are sign-extended in the file; see `NarrowInteger`. Under `int4`
/// the elements are as TensorFlow has them, in every file of earlier versions too.
struct DTypeNote: Equatable {
  let dtype: DType
  let isSignExtended: Bool

  private static let ending = " as int8"

  /// - Precondition: only int4 and int2 are sign-extended.
  init(_ dtype: DType, isSignExtended: Bool) {
    precondition(!isSignExtended || NarrowInteger(dtype) != nil, "int4 and int2 alone are sign-extended")
    self.dtype = dtype
    self.isSignExtended = isSignExtended
  }

  /// Parses a note; nil for any other text.
  init?(parsing text: String) {
    isSignExtended = text.hasSuffix(Self.ending)
    guard let dtype = DType(name: isSignExtended ? String(text.dropLast(Self.ending.count)) : text),
      !isSignExtended || NarrowInteger(dtype) != nil
    else { return nil }
    self.dtype = dtype
  }

  var text: String { dtype.name + (isSignExtended ? Self.ending : "") }
}
