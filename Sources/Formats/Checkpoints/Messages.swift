internal import CTensorFlowProtos
internal import ProtobufMessages

extension Tensorflow__BundleHeaderProto: UnpackableMessage {
  static var initialize: Initializer { unsafe tensorflow__bundle_header_proto__init }
}

extension Tensorflow__BundleEntryProto: UnpackableMessage {
  static var initialize: Initializer { unsafe tensorflow__bundle_entry_proto__init }
}

extension Tensorflow__SavedTensorSlices: UnpackableMessage {
  static var initialize: Initializer { unsafe tensorflow__saved_tensor_slices__init }
}

extension Tensorflow__TensorSliceProto: UnpackableMessage {
  static var initialize: Initializer { unsafe tensorflow__tensor_slice_proto__init }
}

extension Tensorflow__TrackableObjectGraph: UnpackableMessage {
  static var initialize: Initializer { unsafe tensorflow__trackable_object_graph__init }
}
