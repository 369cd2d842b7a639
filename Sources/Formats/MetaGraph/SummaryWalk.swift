internal import Bytes
internal import CTensorFlowProtos
internal import Messages
internal import ProtobufMessages
internal import ProtobufWire

/// A walk over a MetaGraphDef in memory that looks at operations and keeps only the names of variables.
struct SummaryWalk {
  private(set) var tensorFlowVersion = ""
  private(set) var nodeCount = 0
  private(set) var hasContent = false
  private var variableNodes: [(name: String, op: String)] = []
  private var collections: [GraphCollection] = []

  /// MetaGraphDef: 1 info, 2 graph, 4 collections.
  mutating func readMetaGraph(_ bytes: RawSpan) throws(WireError) {
    var reader = WireReader(bytes)
    while let tag = try reader.readTag() {
      guard 1...7 ~= tag.number else {
        try reader.skip(tag.type)
        continue
      }
      try reader.require(.lengthDelimited, of: tag)
      hasContent = true
      let payload = try reader.readPayload()
      switch tag.number {
      case 1: try readInfo(payload)
      case 2: try readGraph(payload)
      case 4:
        collections.append(
          try unsafe Tensorflow__CollectionEntry.withUnpacked(payload, limits: .graphPart, baseOffset: 0) {
            unsafe GraphCollection($0)
          })
      default: break
      }
    }
  }

  /// The variables, sorted by name; by the same rules as in a `MetaGraphDefinition`.
  func variables(in bytes: RawSpan) -> [GraphVariable] {
    // As in any map, the last collection with a name counts.
    let collections = Dictionary(collections.map { ($0.name, $0) }, uniquingKeysWith: { $1 }).values
    // Needed for few names or none: those in collections that are the program's own.
    var allNames: Set<String>?
    let found = MetaGraphDefinition.variables(in: variableNodes, collections.sorted { $0.name < $1.name }) { name in
      let names = allNames ?? Self.nodeNames(in: bytes)
      allNames = names
      return names.contains(name)
    }
    return found.values.sorted { $0.name < $1.name }
  }

  /// MetaInfoDef: 5 release.
  private mutating func readInfo(_ bytes: RawSpan) throws(WireError) {
    var reader = WireReader(bytes)
    while let payload = try reader.nextPayload(of: 5) {
      let release = Self.text(payload)
      if !release.isEmpty { tensorFlowVersion = release }
    }
  }

  /// GraphDef: 1 nodes.
  private mutating func readGraph(_ bytes: RawSpan) throws(WireError) {
    var reader = WireReader(bytes)
    while let node = try reader.nextPayload(of: 1) {
      nodeCount += 1
      guard let op = try Self.field(2, of: node), op.byteCount <= Self.longestOperation else { continue }
      let operation = Self.text(op)
      guard GraphVariable.operations.contains(operation), let name = try Self.field(1, of: node) else { continue }
      variableNodes.append((Self.text(name), operation))
    }
  }

  private static let longestOperation = GraphVariable.operations.map(\.utf8.count).max() ?? 0

  /// The first field with a number; whatever follows is not read.
  @_lifetime(copy message)
  private static func field(_ number: UInt32, of message: RawSpan) throws(WireError) -> RawSpan? {
    var reader = WireReader(message)
    return try reader.nextPayload(of: number)
  }

  private static func text(_ bytes: RawSpan) -> String { String(escapingInvalidUTF8: [UInt8](bytes)) }

  /// The names of all nodes of a MetaGraphDef that was already walked.
  private static func nodeNames(in bytes: RawSpan) -> Set<String> {
    var names: Set<String> = []
    func readGraph(_ graph: RawSpan) throws(WireError) {
      var reader = WireReader(graph)
      while let node = try reader.nextPayload(of: 1) {
        if let name = try field(1, of: node) { names.insert(text(name)) }
      }
    }
    var reader = WireReader(bytes)
    while let graph = try? reader.nextPayload(of: 2) { try? readGraph(graph) }
    return names
  }
}
