internal import CTensorFlowProtos
internal import Messages
internal import ProtobufMessages

extension GraphVariable {
  /// Reads dtype and shape from the attributes of a variable's node, and nothing else.
  ///
  /// A graph has hundreds of variables, and their other attributes are much larger than these two.
  mutating func readAttributes(of node: GraphNode, in source: WireFile) throws(MetaGraphError) {
    try source.forEachAttribute(of: node) { (key, value) throws(MetaGraphError) in
      guard key == "dtype" || key == "shape" else { return }
      let attribute = try unsafe source.file.unpack(
        Tensorflow__AttrValue.self, in: value, part: "an attribute of '\(node.name)'"
      ) { unsafe AttributeValue($0) }
      if key == "dtype" { type = attribute.type ?? type }
      if key == "shape" { shape = attribute.shape ?? shape }
    }
  }
}
