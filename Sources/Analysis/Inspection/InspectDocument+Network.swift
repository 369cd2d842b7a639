internal import WeightFiles

extension InspectDocument {
  /// What a file computes with its tensors.
  public struct Network: Encodable, Sendable {
    struct OperatorSet: Encodable {
      let domain: String
      let version: Int64?
    }

    struct OpCount: Encodable {
      let op: String
      let count: Int
    }

    /// A number, a name, or null if nothing is known.
    enum Axis: Encodable {
      case extent(Int64)
      case name(String)
      case unknown

      func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .extent(let extent): try container.encode(extent)
        case .name(let name): try container.encode(name)
        case .unknown: try container.encodeNil()
        }
      }
    }

    struct Value: Encodable {
      let name: String
      let dtype: String
      /// Absent if not even the rank is known.
      let shape: [Axis]?
    }

    let producer: String?
    let name: String?
    let operatorSets: [OperatorSet]
    let nodeCount: Int
    let operations: [OpCount]
    let inputs: [Value]
    let outputs: [Value]

    init(_ network: NetworkSummary) {
      producer = network.producer
      name = network.graphName
      operatorSets = network.operatorSets.map { OperatorSet(domain: $0.domain, version: $0.version) }
      nodeCount = network.nodeCount
      operations = network.operations.map { OpCount(op: $0.name, count: $0.count) }
      inputs = network.inputs.map(Value.init)
      outputs = network.outputs.map(Value.init)
    }
  }
}

extension InspectDocument.Network.Value {
  init(_ value: NetworkSummary.Value) {
    name = value.name
    dtype = value.type
    shape = value.axes?.map { axis in
      switch axis {
      case .extent(let extent): .extent(extent)
      case .name(let name): .name(name)
      case .unknown: .unknown
      }
    }
  }
}
