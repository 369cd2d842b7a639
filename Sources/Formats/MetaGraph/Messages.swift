internal import CTensorFlowProtos
internal import ProtobufMessages
internal import ProtobufWire

extension WireLimits {
  /// The limits for a part of a graph: one node, one collection or the like. No part has as many as four million fields, and that limit
  /// keeps what protobuf-c allocates within a few hundred megabytes.
  static let graphPart: WireLimits = {
    var limits = WireLimits()
    limits.maximumFieldCount = 1 << 22
    return limits
  }()
}

extension Tensorflow__NodeDef: UnpackableMessage {
  static var initialize: Initializer { unsafe tensorflow__node_def__init }
}

extension Tensorflow__MetaInfoDef: UnpackableMessage {
  static var initialize: Initializer { unsafe tensorflow__meta_info_def__init }
}

extension Tensorflow__OpList: UnpackableMessage {
  static var initialize: Initializer { unsafe tensorflow__op_list__init }
}

extension Tensorflow__SaverDef: UnpackableMessage {
  static var initialize: Initializer { unsafe tensorflow__saver_def__init }
}

extension Tensorflow__CollectionEntry: UnpackableMessage {
  static var initialize: Initializer { unsafe tensorflow__collection_entry__init }
}

extension Tensorflow__SignatureEntry: UnpackableMessage {
  static var initialize: Initializer { unsafe tensorflow__signature_entry__init }
}

extension Tensorflow__AssetFileDef: UnpackableMessage {
  static var initialize: Initializer { unsafe tensorflow__asset_file_def__init }
}

extension Tensorflow__SavedObject: UnpackableMessage {
  static var initialize: Initializer { unsafe tensorflow__saved_object__init }
}

extension Tensorflow__VariableDef: UnpackableMessage {
  static var initialize: Initializer { unsafe tensorflow__variable_def__init }
}

extension Tensorflow__VersionDef: UnpackableMessage {
  static var initialize: Initializer { unsafe tensorflow__version_def__init }
}

extension Tensorflow__AttrValue: UnpackableMessage {
  static var initialize: Initializer { unsafe tensorflow__attr_value__init }
}
