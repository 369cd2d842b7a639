internal import Bytes
internal import CProtobufC
internal import CTensorFlowProtos
internal import ProtobufWire

/// A C struct that protobuf-c unpacks.
protocol UnpackableMessage {
  /// The generated table of the message's fields, which lives as long as the program.
  static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> { get }
}

/// The fields that protobuf-c will descend into, read from the tables by which it does so.
@safe
private struct DescriptorSchema: WireSchema {
  private let descriptor: UnsafePointer<ProtobufCMessageDescriptor>

  init(_ descriptor: UnsafePointer<ProtobufCMessageDescriptor>) {
    unsafe self.descriptor = unsafe descriptor
  }

  func message(inField number: UInt32) -> Self? {
    // Generated tables are never freed, and `descriptor` of a message field is a message's descriptor.
    guard let field = unsafe protobuf_c_message_descriptor_get_field(descriptor, number),
      unsafe field.pointee.type == PROTOBUF_C_TYPE_MESSAGE,
      let inner = unsafe field.pointee.descriptor
    else { return nil }
    return unsafe Self(inner.assumingMemoryBound(to: ProtobufCMessageDescriptor.self))
  }
}

extension UnpackableMessage {
  /// Scans one message, unpacks it, and hands it to `body`. Pointers in it are valid until `body` returns.
  ///
  /// - Throws: `WireError` where the bytes are no such message, or what `body` throws as `CheckpointError.Reason`.
  static func withUnpacked<Result>(
    _ bytes: RawSpan, baseOffset: Int, _ body: (Self) -> Result
  ) throws(WireError) -> Result {
    try WireScan.check(bytes, as: unsafe DescriptorSchema(descriptor), baseOffset: baseOffset)
    let result: Result? = unsafe bytes.withUnsafeBytes { buffer in
      // Every byte pattern is a UInt8; an empty message may have no address.
      let start = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
      guard let message = unsafe protobuf_c_message_unpack(descriptor, nil, buffer.count, start) else { return nil }
      defer { unsafe protobuf_c_message_free_unpacked(message, nil) }
      // The message was unpacked by Self's own descriptor.
      return unsafe message.withMemoryRebound(to: Self.self, capacity: 1) { unsafe body($0.pointee) }
    }
    guard let result else {
      throw WireError(.refused(message: unsafe String(cString: descriptor.pointee.short_name)), offset: baseOffset)
    }
    return result
  }
}

extension ProtobufCBinaryData {
  /// A copy of the bytes.
  var bytes: [UInt8] {
    // protobuf-c keeps `len` bytes at `data`, or none.
    unsafe [UInt8](UnsafeBufferPointer(start: data, count: data == nil ? 0 : len))
  }
}

/// The elements of a repeated scalar field.
func elements<T>(_ start: UnsafeMutablePointer<T>?, _ count: Int) -> [T] {
  // protobuf-c keeps `n_x` elements at `x`, or none.
  unsafe [T](UnsafeBufferPointer(start: start, count: start == nil ? 0 : count))
}

/// The structs of a repeated message field.
func structs<T>(_ start: UnsafeMutablePointer<UnsafeMutablePointer<T>?>?, _ count: Int) -> [T] {
  unsafe elements(start, count).compactMap { unsafe $0?.pointee }
}

// Each `init` function sets the descriptor, which C declares as a constant that Swift cannot take the address of.

extension Tensorflow__BundleHeaderProto: UnpackableMessage {
  static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    var message = unsafe Self()
    unsafe tensorflow__bundle_header_proto__init(&message)
    return unsafe message.base.descriptor
  }
}

extension Tensorflow__BundleEntryProto: UnpackableMessage {
  static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    var message = unsafe Self()
    unsafe tensorflow__bundle_entry_proto__init(&message)
    return unsafe message.base.descriptor
  }
}

extension Tensorflow__SavedTensorSlices: UnpackableMessage {
  static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    var message = unsafe Self()
    unsafe tensorflow__saved_tensor_slices__init(&message)
    return unsafe message.base.descriptor
  }
}

extension Tensorflow__TensorSliceProto: UnpackableMessage {
  static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    var message = unsafe Self()
    unsafe tensorflow__tensor_slice_proto__init(&message)
    return unsafe message.base.descriptor
  }
}
