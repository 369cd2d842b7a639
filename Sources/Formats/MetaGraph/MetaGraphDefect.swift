public import Files
public import Messages
public import ProtobufWire

/// Why a `.meta`, a graph or a `saved_model.pb` cannot be read, and where.
public typealias MetaGraphError = LocatedError<MetaGraphDefect>

/// What can be wrong with a file of a graph.
public enum MetaGraphDefect: ErrorReason {
  /// The file system refused.
  case file(FileError)
  /// The bytes are not a protobuf message, or exceed the limits.
  case wire(WireDefect)
  /// The file is of another kind than a MetaGraphDef.
  case notMetaGraph(FileKind)
  /// The file is a SavedModel and not a MetaGraphDef.
  case savedModelInstead
  /// The file is of another kind than a GraphDef.
  case notGraph(FileKind)
  /// The graph is written in protobuf's text format.
  case textGraph
  /// The file is of another kind than a SavedModel.
  case notSavedModel(FileKind)
  /// The SavedModel is written in protobuf's text format.
  case textFormat
  /// The SavedModel is split into chunks (`saved_model.cpb`).
  case chunked
  /// The directory has no `saved_model.pb`.
  case noSavedModel
  /// There is no graph beside the file.
  case noGraph
  /// There is no such file, and the path is an address on another machine.
  case address(RemoteAddress)
  /// A name has more bytes than any that TensorFlow makes.
  case nameTooLong(byteCount: Int, limit: Int)
  /// There are more nodes than a reader should hold.
  case tooManyNodes(limit: Int)
  /// A part of the graph is larger than is read at once.
  case partTooLarge(part: Message, byteCount: Int, limit: Int)
  /// The graph has no node of that name.
  case noSuchNode(name: String, nearest: [String])
  /// A constant's values do not fit its shape or dtype.
  case badConstant(node: String)
  /// Two nodes have one name.
  case duplicateNode(String)
  /// A node consumes what no node of the graph produces.
  case missingInput(node: String, input: String)
  /// Nodes wait for each other: each for the next, the last for the first.
  case cycle([String])
  /// A constant is not a tensor, or cannot be read.
  case constant(ConstantDefect)
  /// The graph has variables, whose values are in a checkpoint, and no weight; which checkpoint that may be, where one is beside it.
  case notFrozen(variables: [String], checkpoint: String?)
  /// A variable of a graph that is frozen in part, whose value is in a checkpoint.
  case variable(String)

  /// What an error names beside the file.
  public static let subject: Message = "constant"

  /// Bad data, unless the file system or the caller is at fault.
  public var category: ErrorCategory {
    switch self {
    case .file(let error): error.category
    case .noSavedModel, .noGraph, .address: .noInput
    case .constant(.wrongKind), .noSuchNode: .usage
    default: .badData
    }
  }

  /// What the file system says; nil for the rest.
  public var wholeMessage: Message? {
    if case .file(let error) = self { error.message } else { nil }
  }

  /// What was found and what to try.
  public var sentence: Message {
    switch self {
    case .file(let error): error.message
    case .wire(let defect):
      """
      the graph \(defect.words). The file is damaged or cut short; compare its size with the original and copy it again.
      """
    case .notMetaGraph(let kind): "is not a MetaGraphDef (a .meta file). \(Self.advice(kind))"
    case .notGraph(let kind): "is not a frozen graph (GraphDef). \(Self.advice(kind))"
    case .textGraph:
      """
      is a graph in text format, which is not read. With TensorFlow, make it binary: parse it into a \
      tf.compat.v1.GraphDef() (MetaGraphDef(), if it begins with meta_info_def) with \
      google.protobuf.text_format.Parse, and write its SerializeToString() to a .pb file.
      """
    case .savedModelInstead: "begins as a SavedModel does, not as a .meta file. Name its directory."
    case .notSavedModel(let kind): "is not a SavedModel. \(Self.advice(kind))"
    case .textFormat:
      """
      is a SavedModel in text format, whose graph is not read. Its variables are: name its directory. \
      For the graph, save it again without as_text=True.
      """
    case .chunked:
      "is a SavedModel split into chunks, whose graph is not read. Its variables are not split: name its directory."
    case .noSavedModel: "has no saved_model.pb. Name the directory that has it."
    case .address(let address): address.adviceForInput
    case .noGraph:
      "is not a graph, and no .meta file is beside it. Name a .meta file, or the directory of a SavedModel."
    case .nameTooLong(let byteCount, let limit):
      "a name has \(byteCount.counted("byte")), but at most \(limit) are expected. The file is probably damaged."
    case .tooManyNodes(let limit):
      "there are more than \(limit.counted("node")), which is more than is read. The file is probably damaged."
    case .partTooLarge(let part, let byteCount, let limit):
      "\(part) has \(byteCount.counted("byte")), more than the \(limit) that are read at once."
    case .noSuchNode(let node, let nearest):
      "the graph has no node '\(node)'.\(nearest.isEmpty ? "" : " The nearest names are \(names: nearest).")"
    case .badConstant(let node): "the constant '\(node)' has values that do not fit its shape and dtype."
    case .duplicateNode(let node):
      "two nodes are called '\(node)', but names are unique in every graph that TensorFlow writes. \(Self.patchwork)"
    case .missingInput(let node, let input):
      """
      the node '\(node)' consumes '\(input)', which no node of the graph produces. \
      A part of the graph is missing; save it again as a whole.
      """
    case .cycle(let nodes):
      """
      \(nodes.count.counted("node")) \(nodes.count.noun("waits for itself", "wait for each other")): \
      \(names: nodes, upTo: 4). TensorFlow could not run such a graph. \(Self.patchwork)
      """
    case .notFrozen(let variables, let checkpoint):
      """
      is a graph with \(variables.count.counted("variable")) (\(names: variables, upTo: 3)), not a frozen graph. \
      Values of variables are in a checkpoint, not in this file. \(Self.remedy(checkpoint))
      """
    case .variable(let variable):
      """
      the value of the variable '\(variable)' is in a checkpoint, not in this graph, which is frozen in part. \
      Name the checkpoint; or leave the graph's variables out with --match or --drop.
      """
    case .constant(let defect): "\(defect.words)."
    }
  }

  private static let patchwork: Message = "The file was put together by other means, or is damaged."

  private static func advice(_ kind: FileKind) -> Message { kind.advice ?? "Check that this is the file you meant." }

  private static func remedy(_ checkpoint: String?) -> Message {
    if let checkpoint { return "There is one beside it: use \(checkpoint) instead." }
    return """
      Name the checkpoint that was saved with it (its prefix, or its .index file); or freeze the graph with that \
      checkpoint, with TensorFlow's freeze_graph.
      """
  }
}
