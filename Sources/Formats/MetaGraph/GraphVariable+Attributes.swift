internal import CTensorFlowProtos
internal import Messages
internal import ProtobufMessages

extension GraphVariable {
  /// Reads dtype and shape from the attributes of a variable's node, and nothing else.
  ///
  /// A graph has hundreds of variables, and their other attributes are much larger than these two.
  mutating func readAttributes(of node: GraphNode, in source: WireFile) throws(MetaGraphError) {
    // NodeDef: 5 attributes. An entry: 1 key, 2 value.
    try source.forEachField(in: node.range) { (field, payload) throws(MetaGraphError) in
      guard field == 5, case .range(let entry) = payload else { return }
      var key = ""
      var value: Range<Int>?
      try source.forEachField(in: entry) { (field, payload) throws(MetaGraphError) in
        guard case .range(let part) = payload else { return }
        if field == 1 { key = part.count <= 16 ? try source.name(in: part) : "" }
        if field == 2 { value = part }
      }
      guard key == "dtype" || key == "shape", let value else { return }
      let attribute = try unsafe source.file.unpack(
        Tensorflow__AttrValue.self, in: value, part: "an attribute of '\(node.name)'"
      ) { unsafe AttributeValue($0) }
      if key == "dtype" { type = attribute.type ?? type }
      if key == "shape" { shape = attribute.shape ?? shape }
    }
  }
}
