package import CTensorFlowProtos
internal import Messages
package import ProtobufWire

/// A C struct that protobuf-c unpacks.
package protocol UnpackableMessage {
  /// Sets a message's descriptor and the defaults of its fields.
  typealias Initializer = (UnsafeMutablePointer<Self>?) -> Void
  /// The generated `init` function.
  static var initialize: Initializer { get }
  /// The part that all messages have.
  var base: ProtobufCMessage { get }
  /// A message of zeros.
  init()
}

extension UnpackableMessage {
  /// The generated table of the message's fields, which lives as long as the program.
  ///
  /// C declares it as a constant, whose address Swift cannot take. `initialize` puts it into a message.
  private static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    var message = Self()
    unsafe initialize(&message)
    return unsafe message.base.descriptor
  }

  /// Scans one message within limits, unpacks it, and hands it to `body`.
  ///
  /// protobuf-c bounds neither depth nor memory by itself. Pointers in the message are valid until `body` returns.
  ///
  /// - Parameters:
  ///   - bytes: the whole message.
  ///   - limits: how much the message may cost; checked before protobuf-c sees it.
  ///   - baseOffset: where the message starts in its file.
  ///   - body: takes what it needs from the message.
  /// - Returns: what `body` returns.
  /// - Throws: `WireError` if the bytes are not such a message.
  package static func withUnpacked<Result>(
    _ bytes: RawSpan, limits: WireLimits = WireLimits(), baseOffset: Int, _ body: (Self) -> Result
  ) throws(WireError) -> Result {
    try WireScan.check(bytes, as: unsafe DescriptorSchema(descriptor), limits: limits, baseOffset: baseOffset)
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

/// The fields into which protobuf-c will descend, read from the same tables that it uses.
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

  func isSingular(field number: UInt32) -> Bool {
    guard let field = unsafe protobuf_c_message_descriptor_get_field(descriptor, number) else { return false }
    return unsafe field.pointee.label != PROTOBUF_C_LABEL_REPEATED
  }
}
