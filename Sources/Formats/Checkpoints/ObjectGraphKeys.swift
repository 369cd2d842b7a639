internal import Bytes
internal import ProtobufWire

/// The tensor keys in an object graph, and nothing else in it.
///
/// `TrackableObjectGraph` has nodes (1), which have attributes (2), each of which has a checkpoint key (3). All other bytes stay as
/// they are, whatever later versions put there.
enum ObjectGraphKeys {
  /// The name of the tensor that holds the graph.
  static let tensorName = "_CHECKPOINTABLE_OBJECT_GRAPH"

  private static let path: [UInt32] = [1, 2, 3]

  /// The graph with other keys.
  static func rename(_ graph: [UInt8], _ newKey: ([UInt8]) -> [UInt8]) throws(WireError) -> [UInt8] {
    try rewrite(graph, path[...], newKey)
  }

  private static func rewrite(
    _ message: [UInt8], _ fields: ArraySlice<UInt32>, _ newKey: ([UInt8]) -> [UInt8]
  ) throws(WireError) -> [UInt8] {
    guard let field = fields.first else { return newKey(message) }
    var reader = WireReader(message.rawSpan)
    var result = WireWriter()
    while true {
      let start = reader.offset
      guard let tag = try reader.readTag() else { return result.bytes }
      if tag.number == field, tag.type == .lengthDelimited {
        result.append(field, bytes: try rewrite([UInt8](try reader.readPayload()), fields.dropFirst(), newKey))
      } else {
        try reader.skip(tag.type)
        result.append(raw: message[start..<reader.offset])
      }
    }
  }
}
