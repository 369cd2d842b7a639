internal import Messages
internal import MetaGraph
internal import Tensors

/// Attributes of a node as text.
enum AttributeText {
  /// Attributes that the text listing leaves out: element types that follow from the inputs, and attributes about where
  /// and how a node runs rather than what it computes. Those that begin with `_` are TensorFlow's own notes.
  private static let unremarkable: Set<String> = [
    "T", "Tidx", "Tdim", "Tshape", "Tindices", "Tparams", "Taxis", "Tpaddings", "Tmultiples", "Index", "index_type",
    "use_cudnn_on_gpu", "use_locking", "validate_shape", "N", "U",
  ]

  /// How many elements of a constant are shown.
  private static let shownElementCount = 8

  /// The attributes that say what a node computes, sorted by name.
  static func remarkable(_ attributes: [String: AttributeValue]) -> [(key: String, value: AttributeValue)] {
    attributes.filter { key, value in
      !key.hasPrefix("_") && !unremarkable.contains(key) && value != .bytes([]) && value != .list([])
    }.sorted { $0.key < $1.key }
  }

  /// The shapes of a node's outputs, if the graph has them.
  static func outputShapes(_ attributes: [String: AttributeValue]) -> [GraphShape]? {
    guard case .list(let values)? = attributes["_output_shapes"] else { return nil }
    let shapes = values.compactMap(\.shape)
    return shapes.count == values.count ? shapes : nil
  }

  /// A value as text, not escaped; for a large constant, its type and shape.
  static func text(_ value: AttributeValue) -> String {
    switch value {
    case .none: "none"
    case .bytes(let bytes): String(escapingInvalidUTF8: bytes)
    case .integer(let number): "\(number)"
    case .float(let number): "\(number)"
    case .bool(let value): "\(value)"
    case .type(let type): "\(type)"
    case .shape(let shape): "\(shape)"
    case .tensor(let constant): text(constant)
    case .placeholder(let name): "$\(name)"
    case .function(let name, _): name
    case .list(let values):
      "[" + values.prefix(shownListCount).map(text).joined(separator: ", ")
        + (values.count > shownListCount ? ", …" : "") + "]"
    }
  }

  private static let shownListCount = 64

  private static func text(_ constant: TensorConstant) -> String {
    let kind = "\(constant.type) \(constant.shape)"
    guard let count = constant.shape.elementCount, count <= shownElementCount, let dtype = constant.type.dtype else {
      return kind
    }
    let texts =
      dtype == .string
      ? constant.strings(maximumCount: shownElementCount)?.map { ValueFormatter.text(of: $0) }
      : constant.packedElements(maximumByteCount: 1 << 10).map { ValueFormatter.texts(of: $0, dtype: dtype) }
    guard let texts, texts.count == count else { return kind }
    return constant.shape.dimensions?.isEmpty == true ? texts.joined() : "[" + texts.joined(separator: ", ") + "]"
  }
}
