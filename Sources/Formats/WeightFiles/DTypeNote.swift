internal import Tensors

/// What a file notes about a tensor whose dtype does not follow from the stored type: TensorFlow's name for it, such as `qint8`.
///
/// `int4 as int8` says that the tensor had trimmed negative elements, which are sign-extended in the file; see `NarrowInteger`. With
/// `int4`, the elements are as TensorFlow has them, as in every file that earlier versions wrote.
struct DTypeNote: Equatable {
  let dtype: DType
  let isSignExtended: Bool

  private static let ending = " as int8"

  /// - Precondition: only int4 and int2 are sign-extended.
  init(_ dtype: DType, isSignExtended: Bool) {
    precondition(!isSignExtended || NarrowInteger(dtype) != nil, "only int4 and int2 are sign-extended")
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
