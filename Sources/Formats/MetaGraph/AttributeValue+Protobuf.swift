internal import CTensorFlowProtos
internal import ProtobufMessages

extension AttributeValue {
  init(_ message: Tensorflow__AttrValue) {
    switch unsafe message.value_case {
    case TENSORFLOW__ATTR_VALUE__VALUE_LIST: self = unsafe message.list.map { unsafe Self(list: $0.pointee) } ?? .none
    case TENSORFLOW__ATTR_VALUE__VALUE_S: self = unsafe .bytes(message.s.bytes)
    case TENSORFLOW__ATTR_VALUE__VALUE_I: self = unsafe .integer(message.i)
    case TENSORFLOW__ATTR_VALUE__VALUE_F: self = unsafe .float(message.f)
    case TENSORFLOW__ATTR_VALUE__VALUE_B: self = unsafe .bool(message.b != 0)
    case TENSORFLOW__ATTR_VALUE__VALUE_TYPE: self = unsafe .type(GraphType(number: message.type))
    case TENSORFLOW__ATTR_VALUE__VALUE_SHAPE: self = unsafe GraphShape(message.shape).map(Self.shape) ?? .none
    case TENSORFLOW__ATTR_VALUE__VALUE_TENSOR:
      self = unsafe message.tensor.map { unsafe .tensor(TensorConstant($0.pointee)) } ?? .none
    case TENSORFLOW__ATTR_VALUE__VALUE_PLACEHOLDER: self = unsafe .placeholder(message.placeholder.text)
    case TENSORFLOW__ATTR_VALUE__VALUE_FUNC:
      self = unsafe message.func.map { unsafe Self(function: $0.pointee) } ?? .none
    default: self = .none
    }
  }

  /// A list has values of one kind; writers leave the others empty.
  private init(list: Tensorflow__AttrValue__ListValue) {
    var values: [AttributeValue] = []
    unsafe values += elements(list.s, list.n_s).map { unsafe .bytes($0.bytes) }
    unsafe values += elements(list.i, list.n_i).map(Self.integer)
    unsafe values += elements(list.f, list.n_f).map(Self.float)
    unsafe values += elements(list.b, list.n_b).map { .bool($0 != 0) }
    unsafe values += elements(list.type, list.n_type).map { .type(GraphType(number: $0)) }
    unsafe values += structs(list.shape, list.n_shape).map { unsafe .shape(GraphShape($0)) }
    unsafe values += structs(list.tensor, list.n_tensor).map { unsafe .tensor(TensorConstant($0)) }
    unsafe values += structs(list.func, list.n_func).map { unsafe Self(function: $0) }
    self = .list(values)
  }

  private init(function: Tensorflow__NameAttrList) {
    self = unsafe .function(name: function.name.text, attributes: Self.attributes(function.attr, function.n_attr))
  }

  /// A map; if keys repeat, the last entry counts.
  static func attributes(
    _ start: UnsafeMutablePointer<UnsafeMutablePointer<Tensorflow__AttrEntry>?>?, _ count: Int
  ) -> [String: AttributeValue] {
    let entries: [Tensorflow__AttrEntry] = unsafe structs(start, count)
    return unsafe Dictionary(
      entries.map { entry in unsafe (entry.key.text, entry.value.map { unsafe Self($0.pointee) } ?? .none) },
      uniquingKeysWith: { $1 })
  }
}
