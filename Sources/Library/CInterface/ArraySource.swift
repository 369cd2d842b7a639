internal import CDecant
internal import Essentials
internal import Messages
internal import Tensors

/// Arrays in the caller's memory as a source of tensors, for the duration of one call.
///
/// Unchecked, because the caller promises not to change the arrays during the call, and nothing keeps the source.
@safe
struct ArraySource: TensorSource, @unchecked Sendable {
  let format = "arrays in memory"
  let files: [SourceFile] = []
  let descriptors: [TensorDescriptor]
  let metadata: [String: String]
  private let arrays: [Values]

  /// Where the elements of an array are.
  @safe
  private struct Values {
    let descriptor: TensorDescriptor
    let bytes: UnsafeRawBufferPointer
    /// Of strings: the offset after each.
    let ends: UnsafeBufferPointer<UInt64>
  }

  /// Checks that every array is what it says.
  ///
  /// - Throws: `CallError.badArray` for the first that is not.
  init(_ arrays: UnsafeBufferPointer<decant_array>, metadata: [String: String]) throws(CallError) {
    var found: [Values] = []
    for index in arrays.indices { found.append(try unsafe Self.values(of: arrays[index])) }
    found.sort { $0.descriptor.name.utf8.lexicographicallyPrecedes($1.descriptor.name.utf8) }
    for (left, right) in zip(found, found.dropFirst())
    where left.descriptor.name.utf8.elementsEqual(right.descriptor.name.utf8) {
      throw .badArray(name: left.descriptor.name, "is given twice. Give each array a different name.")
    }
    self.metadata = metadata
    descriptors = found.map(\.descriptor)
    self.arrays = found
  }

  private static func values(of array: decant_array) throws(CallError) -> Values {
    guard let start = unsafe array.name else { throw .missing("name") }
    let bytes = unsafe UnsafeRawBufferPointer(start: start, count: array.name_length)
    guard let name = unsafe String(validating: bytes, as: UTF8.self) else {
      throw .badArray(name: unsafe String(decoding: bytes, as: UTF8.self), "has a name that is not UTF-8.")
    }
    let dtypeName = try unsafe text(array.dtype, "dtype")
    guard let dtype = DType(name: dtypeName), dtype.reasonWithoutValues == nil else {
      throw .badArray(name: name, "has dtype '\(dtypeName)', which no file can hold.")
    }
    guard unsafe array.shape != nil || array.rank == 0 else { throw .missing("shape") }
    let extents = unsafe UnsafeBufferPointer(start: array.shape, count: array.rank).map { Int(clamping: $0) }
    let shape: Shape
    do {
      shape = try Shape(extents)
    } catch {
      throw .badArray(name: name, "has an invalid shape, \(extents.description): it \(error.message).")
    }
    let byteCount = unsafe array.byte_count
    guard unsafe array.bytes != nil || byteCount == 0 else { throw .missing("bytes") }
    let isString = dtype == .string
    guard unsafe !isString || array.ends != nil else { throw .missing("ends") }
    let values = unsafe Values(
      descriptor: TensorDescriptor(name: name, dtype: dtype, shape: shape, byteCount: byteCount),
      bytes: UnsafeRawBufferPointer(start: array.bytes, count: byteCount),
      ends: UnsafeBufferPointer(start: array.ends, count: isString ? shape.elementCount : 0))
    if isString, let reason = unsafe defect(of: values.ends, byteCount: byteCount) {
      throw .badArray(name: name, reason)
    } else if !isString, shape.byteCount(of: dtype) != byteCount {
      throw .badArray(
        name: name, "has \(byteCount) bytes, but \(dtype.name) of the shape \(shape.description) takes another number.")
    }
    return values
  }

  private static func defect(of ends: UnsafeBufferPointer<UInt64>, byteCount: Int) -> Message? {
    var last: UInt64 = 0
    for index in ends.indices {
      let end = unsafe ends[index]
      guard end >= last, end <= UInt64(byteCount) else {
        return "has ends of strings that do not rise from 0 to \(byteCount)."
      }
      last = end
    }
    return nil
  }

  func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    let bytes = try unsafe values(descriptor).bytes
    let width = descriptor.dtype.byteCount ?? 1
    let step = maximumByteCount / width * width
    if unsafe bytes.isEmpty { return try body(RawSpan()) }
    for start in stride(from: 0, to: bytes.count, by: step) {
      try body(unsafe UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + step, bytes.count)]).bytes)
    }
  }

  func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] {
    let values = try values(descriptor)
    var strings: [[UInt8]] = []
    var start = 0
    for index in unsafe values.ends.indices {
      let end = Int(unsafe values.ends[index])
      strings.append(unsafe [UInt8](values.bytes[start..<end]))
      start = end
    }
    return strings
  }

  private func values(_ descriptor: TensorDescriptor) throws(MissingTensorError) -> Values {
    guard let index = descriptors.index(ofName: descriptor.name) else {
      throw MissingTensorError(names: [descriptor.name], source: self)
    }
    return arrays[index]
  }
}
