public import Messages
public import Tensors

extension TensorSource {
  /// Reads every tensor, of a source that may be damaged: a list that opens is no proof that what it names can be read.
  ///
  /// - Parameter byteCount: tensors that announce more are left out.
  /// - Returns: the errors of tensors that cannot be read.
  /// - Throws: what damage never excuses: an error without a type of ours, which would reach a person without a place and
  ///   without advice, and `WrongByteCount`.
  @discardableResult
  public func readEverything(upTo byteCount: Int = .max) throws -> [any DecantError] {
    var errors: [any DecantError] = []
    for descriptor in descriptors where descriptor.byteCount <= byteCount {
      do {
        switch descriptor.dtype.kind {
        case .opaque: continue
        case .string: _ = try readStrings(descriptor)
        default:
          var found = 0
          try read(descriptor, maximumByteCount: 1 << 16) { found += $0.byteCount }
          guard found == descriptor.byteCount else {
            throw WrongByteCount(tensor: descriptor.name, announced: descriptor.byteCount, found: found)
          }
        }
      } catch let error as any DecantError {
        errors.append(error)
      }
    }
    return errors
  }
}

/// A tensor gave another number of bytes than its source announced, and no error.
public struct WrongByteCount: Error {
  let tensor: String
  let announced: Int
  let found: Int
}
