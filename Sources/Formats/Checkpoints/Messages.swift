internal import CProtobufC
internal import CTensorFlowProtos
internal import ProtobufMessages

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

extension Tensorflow__TrackableObjectGraph: UnpackableMessage {
  static var descriptor: UnsafePointer<ProtobufCMessageDescriptor> {
    var message = unsafe Self()
    unsafe tensorflow__trackable_object_graph__init(&message)
    return unsafe message.base.descriptor
  }
}
