package import CTensorFlowProtos
internal import Messages

extension ProtobufCBinaryData {
  /// A copy of the bytes.
  package var bytes: [UInt8] {
    // protobuf-c keeps `len` bytes at `data`, or none.
    unsafe [UInt8](UnsafeBufferPointer(start: data, count: data == nil ? 0 : len))
  }

  /// The bytes as text, with anything but UTF-8 escaped.
  package var text: String { unsafe String(escapingInvalidUTF8: bytes) }

  /// The text, or nil if the field is absent or empty.
  package var nonEmptyText: String? { unsafe len == 0 ? nil : text }
}

/// The elements of a repeated scalar or bytes field.
package func elements<T>(_ start: UnsafeMutablePointer<T>?, _ count: Int) -> [T] {
  // protobuf-c keeps `n_x` elements at `x`, or none.
  unsafe [T](UnsafeBufferPointer(start: start, count: start == nil ? 0 : count))
}

/// The structs of a repeated message field.
package func structs<T>(_ start: UnsafeMutablePointer<UnsafeMutablePointer<T>?>?, _ count: Int) -> [T] {
  unsafe elements(start, count).compactMap { unsafe $0?.pointee }
}
