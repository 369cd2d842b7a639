internal import Bytes
internal import CTensorFlowProtos
internal import Files
internal import Messages
internal import ProtobufMessages
internal import ProtobufWire
internal import Tensors

/// A graph and everything needed to use it (MetaGraphDef): the content of a `.meta` file, or one of a SavedModel's graphs.
package struct MetaGraphDefinition: Sendable {
  /// The TensorFlow release that wrote the graph, such as `1.3.0`; empty if unknown.
  package internal(set) var tensorFlowVersion = ""
  /// The commit from which that release was built, such as `v1.3.0-rc2-20-g0787eee`.
  package internal(set) var tensorFlowGitVersion = ""
  /// A version that the program gave its graph; usually empty.
  package internal(set) var metaGraphVersion = ""
  /// What the graph is for, such as `serve`; empty in `.meta` files.
  package internal(set) var tags: [String] = []
  /// Whether attributes that have their default value were omitted.
  package internal(set) var omitsDefaultAttributes = false
  /// The number of operations that the graph uses, according to its own list; nil if it has no readable list.
  package internal(set) var listedOpCount: Int?
  /// The GraphDef version of the writer (`producer`).
  package internal(set) var graphVersion = 0
  /// How variables are saved; nil in graphs that save nothing and in most SavedModels.
  package internal(set) var saver: SaverDefinition?
  /// All nodes in file order.
  package internal(set) var nodes: [GraphNode] = []
  /// The functions, in file order.
  package internal(set) var functions: [GraphFunction] = []
  /// The collections, sorted by name.
  package internal(set) var collections: [GraphCollection] = []
  /// The variables, from nodes and collections, sorted by name.
  package internal(set) var variables: [GraphVariable] = []
  /// The signatures, sorted by name.
  package internal(set) var signatures: [Signature] = []
  /// The assets in file order.
  package internal(set) var assets: [Asset] = []
  /// The assets that TensorFlow 1 keeps in a collection of packed messages, one for each use of a file.
  package internal(set) var packedAssets: [Asset] = []
  /// The objects of a TensorFlow 2 SavedModel; 0 elsewhere.
  package internal(set) var objectCount = 0
  /// The variables of a TensorFlow 2 SavedModel, in the order of its objects.
  package internal(set) var objectVariables: [ObjectVariable] = []

  var nodeIndices: [String: Int] = [:]
  let file: InputFile

  init(file: InputFile) {
    self.file = file
  }

  /// The path of the file.
  package var path: String { file.path }

  /// The number of nodes for each operation, without those of functions.
  package var opCounts: [String: Int] {
    nodes.reduce(into: [:]) { $0[$1.op, default: 0] += 1 }
  }

  /// The collection with a name.
  package func collection(named name: String) -> GraphCollection? {
    collections.first { $0.name == name }
  }

  /// The node with a name, found in constant time; nil if there is none.
  package func node(named name: String) -> GraphNode? {
    nodeIndices[name].map { nodes[$0] }
  }

  /// The node with a name, which must exist.
  ///
  /// - Throws: `MetaGraphDefect.noSuchNode`, which gives the nearest names.
  package func requireNode(named name: String) throws(MetaGraphError) -> GraphNode {
    if let node = node(named: name) { return node }
    throw MetaGraphError(
      .noSuchNode(name: name, nearest: NearestNames.find(name, in: nodes.map(\.name))), file: file.path)
  }

  /// Reads a node's attributes from the file.
  ///
  /// - Throws: `MetaGraphError` if the file cannot be read, the NodeDef is damaged or nests too deeply, or the node's
  ///   constants exceed 128 MiB.
  package func attributes(of node: GraphNode) throws(MetaGraphError) -> [String: AttributeValue] {
    try unsafe file.unpack(Tensorflow__NodeDef.self, in: node.range, part: "the node '\(node.name)'") { message in
      unsafe AttributeValue.attributes(message.attr, message.n_attr)
    }
  }

  /// The value of a `Const` node.
  ///
  /// - Returns: nil if the node has no such attribute.
  package func constant(of node: GraphNode) throws(MetaGraphError) -> TensorConstant? {
    try attributes(of: node)["value"]?.tensor
  }

  /// The names under which the graph's saver saves tensors, in its order.
  ///
  /// - Returns: nil if there is no saver, or if its names are not a constant.
  package func savedTensorNames() throws(MetaGraphError) -> [String]? {
    guard let saver else { return nil }
    let scope = saver.scope.isEmpty ? "" : saver.scope + "/"
    var names: [String] = []
    var found = false
    // All three operations take the prefix first and the names second. A sharded saver has one such node for each device.
    for node in nodes where ["SaveV2", "SaveSlices", "Save"].contains(node.op) && node.name.hasPrefix(scope) {
      let inputs = node.dataInputs
      guard inputs.count > 1, let source = self.node(named: inputs[1].node) else { continue }
      guard let strings = try constant(of: source)?.strings() else { continue }
      names += strings.map { String(escapingInvalidUTF8: $0) }
      found = true
    }
    return found ? names : nil
  }

  /// A variable among the objects of a TensorFlow 2 SavedModel.
  package struct ObjectVariable: Sendable, Equatable {
    /// The name in the program, which need not be unique.
    package let name: String
    /// The element type.
    package let type: GraphType
    /// The shape.
    package let shape: GraphShape?
    /// Whether training changes it.
    package let isTrainable: Bool
  }
}

extension InputFile {
  /// The most bytes of a message that is handed to protobuf-c as a whole.
  static let maximumPartByteCount = 1 << 27

  /// Reads one message from the file, checks it and unpacks it.
  func unpack<Unpacked: UnpackableMessage, Result>(
    _ type: Unpacked.Type, in range: Range<Int>, part: Message, _ body: (Unpacked) -> Result
  ) throws(MetaGraphError) -> Result {
    guard range.count <= Self.maximumPartByteCount else {
      throw MetaGraphError(
        .partTooLarge(part: part, byteCount: range.count, limit: Self.maximumPartByteCount),
        file: path, offset: range.lowerBound)
    }
    let bytes = try MetaGraphError.wrap(path, read(at: range.lowerBound, count: range.count))
    do throws(WireError) {
      return try Unpacked.withUnpacked(bytes.rawSpan, limits: .graphPart, baseOffset: range.lowerBound, body)
    } catch {
      throw MetaGraphError(.wire(error.reason), file: path, offset: error.offset)
    }
  }
}
