package import MetaGraph

extension InspectDocument {
  /// One graph. Its nodes are counted; they are listed on request.
  public struct Graph: Encodable, Sendable {
    struct OpCount: Encodable {
      let op: String
      let count: Int
    }

    struct Collection: Encodable {
      let name: String
      let kind: String
      let count: Int
    }

    struct Saver: Encodable {
      let version: String
      let isSharded: Bool
    }

    struct Slice: Encodable {
      let fullName: String
      let fullShape: [Int64]
      let offset: [Int64]
      let shape: [Int64]
    }

    struct Variable: Encodable {
      let name: String
      let op: String?
      let dtype: String?
      /// An unknown extent is -1; absent if not even the rank is known.
      let shape: [Int64]?
      let isTrainable: Bool
      let isResource: Bool
      let collections: [String]
      let initialValue: String?
      let slice: Slice?
    }

    struct Parameter: Encodable {
      let name: String
      let dtype: String
      let shape: [Int64]?
      let tensor: String?
    }

    struct Signature: Encodable {
      let name: String
      let method: String
      let inputs: [Parameter]
      let outputs: [Parameter]
    }

    struct Asset: Encodable {
      let fileName: String
      let tensor: String?
    }

    struct Node: Encodable {
      let name: String
      let op: String
      let inputs: [String]
      let device: String?
      let function: String?
      let attributes: [String: String]
      let outputShapes: [String]?
    }

    let tensorflowVersion: String?
    let tensorflowGitVersion: String?
    let graphVersion: Int
    let metaGraphVersion: String?
    let tags: [String]
    let nodeCount: Int
    let functionCount: Int
    let operations: [OpCount]
    let saver: Saver?
    let collections: [Collection]
    let variables: [Variable]
    let signatures: [Signature]
    let assets: [Asset]
    let nodes: [Node]?
    /// Variables of a GraphDef that is not frozen, or only partly; their values are in a checkpoint.
    var unfrozenVariables: [String]?

    /// A graph's facts, with the nodes of a listing if there is one.
    package init(_ definition: MetaGraphDefinition, nodes listing: GraphListing? = nil) {
      tensorflowVersion = Self.present(definition.tensorFlowVersion)
      tensorflowGitVersion = Self.present(definition.tensorFlowGitVersion)
      graphVersion = definition.graphVersion
      metaGraphVersion = Self.present(definition.metaGraphVersion)
      tags = definition.tags
      nodeCount = definition.nodes.count
      functionCount = definition.functions.count
      operations = definition.opCounts.map { OpCount(op: $0, count: $1) }.sorted {
        ($1.count, $0.op) < ($0.count, $1.op)
      }
      saver = definition.saver.map { Saver(version: $0.version.description, isSharded: $0.isSharded) }
      collections = definition.collections.map { Collection(name: $0.name, kind: $0.kind, count: $0.count) }
      variables = definition.variables.map(Variable.init)
      signatures = definition.signatures.map { signature in
        Signature(
          name: signature.name, method: signature.methodName, inputs: signature.inputs.map(Parameter.init),
          outputs: signature.outputs.map(Parameter.init))
      }
      assets = definition.assets.map { Asset(fileName: $0.fileName, tensor: $0.tensorName) }
      nodes = listing?.rows.map(Node.init)
    }

    private static func present(_ text: String) -> String? { text.isEmpty ? nil : text }
  }
}

extension InspectDocument.Graph.Variable {
  init(_ variable: GraphVariable) {
    name = variable.name
    op = variable.op
    dtype = variable.type?.description
    shape = variable.shape?.extents
    isTrainable = variable.isTrainable
    isResource = variable.isResource
    collections = variable.collections
    initialValue = variable.initialValueName
    slice = variable.slice.map {
      InspectDocument.Graph.Slice(fullName: $0.fullName, fullShape: $0.fullShape, offset: $0.offset, shape: $0.shape)
    }
  }
}

extension InspectDocument.Graph.Node {
  init(_ row: GraphListing.Row) {
    name = row.node.name
    op = row.node.op
    inputs = row.node.inputs
    device = row.node.device.isEmpty ? nil : row.node.device
    function = row.function
    attributes = row.attributes.filter { $0.key != "_output_shapes" }.mapValues { AttributeText.text($0) }
    outputShapes = AttributeText.outputShapes(row.attributes)?.map(\.description)
  }
}

extension InspectDocument.Graph.Parameter {
  init(_ parameter: Signature.Parameter) {
    name = parameter.name
    dtype = parameter.type.description
    shape = parameter.shape?.extents
    tensor = parameter.tensorName
  }
}

extension GraphShape {
  fileprivate var extents: [Int64]? { dimensions?.map { $0 ?? -1 } }
}
