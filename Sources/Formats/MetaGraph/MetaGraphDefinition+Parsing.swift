internal import Bytes
internal import CTensorFlowProtos
internal import Files
internal import Messages
internal import ProtobufMessages
internal import ProtobufWire

extension MetaGraphDefinition {
  /// The most nodes that a graph may have, including those of functions.
  static let maximumNodeCount = 1 << 21

  /// Walks one MetaGraphDef in `range` of the file: 1 info, 2 graph, 3 saver, 4 collections, 5 signatures, 6 assets,
  /// 7 objects.
  ///
  /// A repeated field adds to what was there, as protobuf's rules for messages require.
  init(parsing source: WireFile, in range: Range<Int>) throws(MetaGraphError) {
    self.init(file: source.file)
    var hasContent = false
    try source.forEachField(in: range) { (field, payload) throws(MetaGraphError) in
      guard (1...7).contains(field) else { return }
      guard case .range(let part) = payload else {
        // A SavedModel begins with its version, a number.
        throw field == 1 && !hasContent
          ? MetaGraphError(.savedModelInstead, file: file.path) : source.wrongType(field, payload, in: range)
      }
      hasContent = true
      switch field {
      case 1: try parseInfo(part)
      case 2: try parseGraph(source, part)
      case 3:
        saver = try unsafe file.unpack(Tensorflow__SaverDef.self, in: part, part: "the saver") {
          unsafe SaverDefinition($0)
        }
      case 4:
        let (collection, packed): (GraphCollection, [Asset]) = try unsafe file.unpack(
          Tensorflow__CollectionEntry.self, in: part, part: "a collection"
        ) { unsafe (GraphCollection($0), GraphCollection.assets($0)) }
        collections.append(collection)
        packedAssets += packed
      case 5:
        let signature = try unsafe file.unpack(Tensorflow__SignatureEntry.self, in: part, part: "a signature") {
          unsafe Signature($0)
        }
        signatures.append(signature)
      case 6:
        assets.append(
          try unsafe file.unpack(Tensorflow__AssetFileDef.self, in: part, part: "an asset") { unsafe Asset($0) })
      default: try parseObjects(source, part)
      }
    }
    guard hasContent else {
      throw MetaGraphError(.notMetaGraph(.unknown), file: file.path)
    }
    collections = Self.lastOfEachName(collections, \.name)
    signatures = Self.lastOfEachName(signatures, \.name)
    // If names repeat, which TensorFlow rejects, a lookup finds the first node.
    nodeIndices = Dictionary(nodes.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    variables = try collectVariables()
  }

  /// Walks one GraphDef, which has only nodes and functions.
  init(parsingGraph source: WireFile, in range: Range<Int>) throws(MetaGraphError) {
    self.init(file: source.file)
    try parseGraph(source, range)
    nodeIndices = Dictionary(nodes.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    variables = try collectVariables()
  }

  /// The entries of a map in the order of their keys; if keys repeat, the last entry counts.
  private static func lastOfEachName<Entry>(_ entries: [Entry], _ name: (Entry) -> String) -> [Entry] {
    Dictionary(entries.map { (name($0), $0) }, uniquingKeysWith: { $1 }).sorted { $0.key < $1.key }.map(\.value)
  }

  private mutating func parseInfo(_ range: Range<Int>) throws(MetaGraphError) {
    typealias Info = (version: String, release: String, commit: String, tags: [String], omits: Bool, ops: [UInt8])
    let info: Info = try unsafe file.unpack(Tensorflow__MetaInfoDef.self, in: range, part: "meta_info_def") { message in
      unsafe (
        message.meta_graph_version.text, message.tensorflow_version.text, message.tensorflow_git_version.text,
        elements(message.tags, message.n_tags).map { unsafe $0.text }, message.stripped_default_attrs != 0,
        message.stripped_op_list.bytes
      )
    }
    if !info.version.isEmpty { metaGraphVersion = info.version }
    if !info.release.isEmpty { tensorFlowVersion = info.release }
    if !info.commit.isEmpty { tensorFlowGitVersion = info.commit }
    tags += info.tags
    omitsDefaultAttributes = omitsDefaultAttributes || info.omits
    // The first releases used the same field for an opaque message; anything but an OpList is ignored.
    if !info.ops.isEmpty {
      listedOpCount = try? unsafe Tensorflow__OpList.withUnpacked(info.ops.rawSpan, limits: .graphPart, baseOffset: 0) {
        unsafe $0.n_op
      }
    }
  }

  /// GraphDef: 1 nodes, 2 functions, 3 version (deprecated), 4 versions.
  private mutating func parseGraph(_ source: WireFile, _ range: Range<Int>) throws(MetaGraphError) {
    var nodeCount = nodes.count
    try source.forEachField(in: range) { (field, payload) throws(MetaGraphError) in
      switch (field, payload) {
      case (1, .range(let part)):
        nodes.append(try GraphNode(parsing: source, in: part, nodeCount: &nodeCount))
      case (2, .range(let part)):
        try source.forEachField(in: part) { (field, payload) throws(MetaGraphError) in
          guard field == 1, case .range(let part) = payload else { return }
          functions.append(try GraphFunction(parsing: source, in: part, nodeCount: &nodeCount))
        }
      case (3, .number(let version)) where graphVersion == 0: graphVersion = Int(truncatingIfNeeded: version)
      case (4, .range(let part)):
        graphVersion = try unsafe file.unpack(Tensorflow__VersionDef.self, in: part, part: "versions") {
          unsafe Int($0.producer)
        }
      case (1...4, _): throw source.wrongType(field, payload, in: range)
      default: break
      }
    }
  }

  /// SavedObjectGraph: 1 objects.
  private mutating func parseObjects(_ source: WireFile, _ range: Range<Int>) throws(MetaGraphError) {
    try source.forEachField(in: range) { (field, payload) throws(MetaGraphError) in
      guard field == 1, case .range(let part) = payload else { return }
      objectCount += 1
      let variable: ObjectVariable? = try unsafe file.unpack(Tensorflow__SavedObject.self, in: part, part: "an object")
      {
        unsafe ObjectVariable($0)
      }
      if let variable { objectVariables.append(variable) }
    }
  }

  /// Combines what nodes and collections say about each variable.
  private func collectVariables() throws(MetaGraphError) -> [GraphVariable] {
    var found = Self.variables(
      in: nodes.lazy.filter { GraphVariable.operations.contains($0.op) }.map { ($0.name, $0.op) }, collections
    ) { nodeIndices[$0] != nil }
    let source = WireFile(file)
    for node in nodes where GraphVariable.operations.contains(node.op) {
      try found[node.name]?.readAttributes(of: node, in: source)
    }
    return found.values.sorted { $0.name < $1.name }
  }

  /// The variables by name, without the information that only their nodes' attributes have.
  ///
  /// - Parameters:
  ///   - variableNodes: names and operations of the nodes that hold variables.
  ///   - collections: all collections.
  ///   - hasNode: whether the graph has a node with a name.
  /// - Returns: the variables by the names of their nodes.
  static func variables(
    in variableNodes: some Sequence<(name: String, op: String)>, _ collections: [GraphCollection],
    hasNode: (String) -> Bool
  ) -> [String: GraphVariable] {
    var found: [String: GraphVariable] = [:]
    for (name, op) in variableNodes {
      var variable = GraphVariable(name: name)
      variable.op = op
      variable.isResource = op == "VarHandleOp"
      found[name] = variable
    }
    // Most variables are in several collections with the same bytes.
    var known: [[UInt8]: VariableDefinition?] = [:]
    for collection in collections {
      if case .bytes(let messages) = collection.values {
        let isOfVariables = variableCollections.contains(collection.name)
        for message in messages {
          let definition = known[message] ?? VariableDefinition(parsing: message)
          known[message] = .some(definition)
          // Programs have their own collections. If the bytes of one only happen to parse, no node has these names.
          guard let definition, isOfVariables || found[definition.name] != nil || hasNode(definition.name) else {
            continue
          }
          found[definition.name, default: GraphVariable(name: definition.name)].add(definition, from: collection.name)
        }
      }
      if case .nodes(let names) = collection.values {
        for name in names { found[GraphNode.split(name).node]?.add(to: collection.name) }
      }
    }
    return found
  }

  /// Collections that hold nothing but variables.
  ///
  /// - Source: TensorFlow 1.15 `python/framework/ops.py`, `GraphKeys`.
  static let variableCollections: Set<String> = [
    "variables", "trainable_variables", "model_variables", "local_variables", "moving_average_variables",
    "metric_variables",
  ]
}

extension GraphVariable {
  fileprivate mutating func add(to collection: String) {
    if !collections.contains(collection) { collections.append(collection) }
    if collection == "trainable_variables" { isTrainable = true }
  }

  fileprivate mutating func add(_ definition: VariableDefinition, from collection: String) {
    add(to: collection)
    isTrainable = isTrainable || definition.isTrainable
    isResource = isResource || definition.isResource
    initialValueName = initialValueName ?? definition.initialValueName
    initializerName = initializerName ?? definition.initializerName
    snapshotName = snapshotName ?? definition.snapshotName
    slice = slice ?? definition.slice
  }
}

extension GraphNode {
  /// NodeDef: 1 name, 2 op, 3 inputs, 4 device. Attributes (5) are skipped.
  fileprivate init(parsing source: WireFile, in range: Range<Int>, nodeCount: inout Int) throws(MetaGraphError) {
    try source.count(range, in: &nodeCount)
    var texts = (name: "", op: "", inputs: [String](), device: "")
    try source.forEachField(in: range) { (field, payload) throws(MetaGraphError) in
      guard (1...4).contains(field) else { return }
      guard case .range(let part) = payload else { throw source.wrongType(field, payload, in: range) }
      let text = try source.name(in: part)
      switch field {
      case 1: texts.name = text
      case 2: texts.op = text
      case 3: texts.inputs.append(text)
      default: texts.device = text
      }
    }
    self.init(name: texts.name, op: texts.op, inputs: texts.inputs, device: texts.device, range: range)
  }
}

extension GraphFunction {
  /// FunctionDef: 1 signature, of which 1 is the name, 2 are arguments and 3 are results; 3 nodes; 4 which tensor each result is.
  fileprivate init(parsing source: WireFile, in range: Range<Int>, nodeCount: inout Int) throws(MetaGraphError) {
    var name = ""
    var nodes: [GraphNode] = []
    var arguments: [String] = []
    var results: [String] = []
    var tensors: [String: String] = [:]
    try source.forEachField(in: range) { (field, payload) throws(MetaGraphError) in
      guard case .range(let part) = payload else { return }
      switch field {
      case 1:
        try source.forEachField(in: part) { (field, payload) throws(MetaGraphError) in
          guard case .range(let part) = payload else { return }
          switch field {
          case 1: name = try source.name(in: part)
          case 2, 3:
            // Each costs as much as a node, or less.
            try source.count(part, in: &nodeCount)
            let name = try source.text(1, in: part)
            if field == 2 { arguments.append(name) } else { results.append(name) }
          default: break
          }
        }
      case 3: nodes.append(try GraphNode(parsing: source, in: part, nodeCount: &nodeCount))
      case 4:
        try source.count(part, in: &nodeCount)
        tensors[try source.text(1, in: part)] = try source.text(2, in: part)
      default: break
      }
    }
    self.init(name: name, nodes: nodes, arguments: arguments, results: results.map { tensors[$0] ?? "" })
  }
}

extension WireFile {
  /// Counts one more node, or something that costs as much.
  fileprivate func count(_ range: Range<Int>, in nodeCount: inout Int) throws(MetaGraphError) {
    nodeCount += 1
    guard nodeCount <= MetaGraphDefinition.maximumNodeCount else {
      throw MetaGraphError(
        .tooManyNodes(limit: MetaGraphDefinition.maximumNodeCount), file: file.path, offset: range.lowerBound)
    }
    if let byteCount = MemoryRoom.missing(forEntries: nodeCount) {
      throw MetaGraphError(.file(FileError(.outOfMemory(byteCount: byteCount), file: file.path)), file: file.path)
    }
  }

  /// The last text in a field of a message; empty if there is none.
  func text(_ wanted: UInt32, in range: Range<Int>) throws(MetaGraphError) -> String {
    var text = ""
    try forEachField(in: range) { (field, payload) throws(MetaGraphError) in
      if field == wanted, case .range(let part) = payload { text = try name(in: part) }
    }
    return text
  }
}

extension MetaGraphDefinition.ObjectVariable {
  /// Fails for any other kind of object.
  fileprivate init?(_ message: Tensorflow__SavedObject) {
    guard unsafe message.kind_case == TENSORFLOW__SAVED_OBJECT__KIND_VARIABLE,
      let variable = unsafe message.variable?.pointee
    else { return nil }
    name = unsafe variable.name.text
    type = unsafe GraphType(number: variable.dtype)
    shape = unsafe GraphShape(variable.shape)
    isTrainable = unsafe variable.trainable != 0
  }
}
