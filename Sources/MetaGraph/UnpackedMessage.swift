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
struct DescriptorSchema: WireSchema {
  private let descriptor: UnsafePointer<ProtobufCMessageDescriptor>

  init(_ descriptor: UnsafePointer<ProtobufCMessageDescriptor>) {
    unsafe self.descriptor = unsafe descriptor
  }

  func message(inField number: UInt32) -> Self? {
    // Generated tables: never freed, and `descriptor` of a message field is a message's descriptor.
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

  /// A part of a graph is one node, one collection or the like: four million fields are more than any has, and keep what
  /// protobuf-c allocates for them within some hundred megabytes.
  static let limits: WireLimits = {
    var limits = WireLimits()
    limits.maximumFieldCount = 1 << 22
    return limits
  }()
}

extension UnpackableMessage {
  /// Checks the wire format of one message within limits, unpacks it, and hands it to `body`.
  ///
  /// Pointers in the message are valid until `body` returns.
  ///
  /// - Parameters:
  ///   - bytes: the whole message.
  ///   - baseOffset: where the message starts in its file.
  ///   - body: takes what it needs from the message.
  /// - Returns: what `body` returns.
  /// - Throws: `WireError` where the bytes are no such message.
  static func withUnpacked<Result>(
    _ bytes: [UInt8], baseOffset: Int, _ body: (Self) -> Result
  ) throws(WireError) -> Result {
    try WireScan.check(
      bytes.rawSpan, as: unsafe DescriptorSchema(descriptor), limits: DescriptorSchema.limits, baseOffset: baseOffset)
    let result: Result? = unsafe bytes.withUnsafeBufferPointer { buffer in
      guard let message = unsafe protobuf_c_message_unpack(descriptor, nil, buffer.count, buffer.baseAddress) else {
        return nil
      }
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

  /// The bytes as text, with what is not UTF-8 escaped.
  var text: String { unsafe String(escapingInvalidUTF8: bytes) }

  /// The text, or nil where the field is absent or empty.
  var nonEmptyText: String? { unsafe len == 0 ? nil : text }
}

/// The elements of a repeated scalar or bytes field.
func elements<T>(_ start: UnsafeMutablePointer<T>?, _ count: Int) -> [T] {
  // protobuf-c keeps `n_x` elements at `x`, or none.
  unsafe [T](UnsafeBufferPointer(start: start, count: start == nil ? 0 : count))
}

/// The structs of a repeated message field.
func structs<T>(_ start: UnsafeMutablePointer<UnsafeMutablePointer<T>?>?, _ count: Int) -> [T] {
  unsafe elements(start, count).compactMap { unsafe $0?.pointee }
}

// Each `init` function sets the descriptor, which C declares as a constant that Swift cannot take the address of.

extension Tensorflow__NodeDef: UnpackableMessage {
  static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    var message = unsafe Self()
    unsafe tensorflow__node_def__init(&message)
    return unsafe message.base.descriptor
  }
}

extension Tensorflow__MetaInfoDef: UnpackableMessage {
  static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    var message = unsafe Self()
    unsafe tensorflow__meta_info_def__init(&message)
    return unsafe message.base.descriptor
  }
}

extension Tensorflow__OpList: UnpackableMessage {
  static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    var message = unsafe Self()
    unsafe tensorflow__op_list__init(&message)
    return unsafe message.base.descriptor
  }
}

extension Tensorflow__SaverDef: UnpackableMessage {
  static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    var message = unsafe Self()
    unsafe tensorflow__saver_def__init(&message)
    return unsafe message.base.descriptor
  }
}

extension Tensorflow__CollectionEntry: UnpackableMessage {
  static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    var message = unsafe Self()
    unsafe tensorflow__collection_entry__init(&message)
    return unsafe message.base.descriptor
  }
}

extension Tensorflow__SignatureEntry: UnpackableMessage {
  static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    var message = unsafe Self()
    unsafe tensorflow__signature_entry__init(&message)
    return unsafe message.base.descriptor
  }
}

extension Tensorflow__AssetFileDef: UnpackableMessage {
  static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    var message = unsafe Self()
    unsafe tensorflow__asset_file_def__init(&message)
    return unsafe message.base.descriptor
  }
}

extension Tensorflow__SavedObject: UnpackableMessage {
  static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    var message = unsafe Self()
    unsafe tensorflow__saved_object__init(&message)
    return unsafe message.base.descriptor
  }
}

extension Tensorflow__VariableDef: UnpackableMessage {
  static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    var message = unsafe Self()
    unsafe tensorflow__variable_def__init(&message)
    return unsafe message.base.descriptor
  }
}

extension Tensorflow__VersionDef: UnpackableMessage {
  static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    var message = unsafe Self()
    unsafe tensorflow__version_def__init(&message)
    return unsafe message.base.descriptor
  }
}
