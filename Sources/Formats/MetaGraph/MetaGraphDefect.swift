public import Files
public import Messages
public import ProtobufWire

/// Why a `.meta`, a graph or a `saved_model.pb` cannot be read, and where.
public typealias MetaGraphError = LocatedError<MetaGraphDefect>

/// What can be wrong with a graph's file.
public enum MetaGraphDefect: ErrorReason {
  /// The file system refused.
  case file(FileError)
  /// The bytes are not a protobuf message, or exceed the limits.
  case wire(WireDefect)
  /// The file is not a MetaGraphDef.
  case notMetaGraph(FileKind)
  /// The file is a SavedModel, not a MetaGraphDef.
  case savedModelInstead
  /// The file is not a GraphDef.
  case notGraph(FileKind)
  /// The graph is written in protobuf's text format.
  case textGraph
  /// The file is not a SavedModel.
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
  /// A name has more bytes than any that TensorFlow writes.
  case nameTooLong(byteCount: Int, limit: Int)
  /// There are more nodes than Decant reads.
  case tooManyNodes(limit: Int)
  /// A part of the graph is larger than Decant reads at once.
  case partTooLarge(part: Message, byteCount: Int, limit: Int)
  /// The graph has no node with that name.
  case noSuchNode(name: String, nearest: [String])
  /// A constant's values do not fit its shape or dtype.
  case badConstant(node: String)
  /// Two nodes have the same name.
  case duplicateNode(String)
  /// A node consumes what no node of the graph produces.
  case missingInput(node: String, input: String)
  /// Nodes wait for each other: each for the next, the last for the first.
  case cycle([String])
  /// A constant is not a tensor, or cannot be read.
  case constant(ConstantDefect)
  /// The graph has variables, whose values are in a checkpoint, but no weights; `checkpoint` is the one beside it, if there is one.
  case notFrozen(variables: [String], checkpoint: String?)
  /// A variable of a graph that is only partly frozen; its value is in a checkpoint.
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
      "the graph \(defect.words). The file is damaged or cut short; compare its size with the original and copy it again."
    case .notMetaGraph(let kind): "is not a MetaGraphDef (a .meta file). \(Self.advice(kind))"
    case .notGraph(let kind): "is not a frozen graph (GraphDef). \(Self.advice(kind))"
    case .textGraph:
      """
      is a graph in text format, which Decant does not read. Convert it with TensorFlow: parse it into a \
      tf.compat.v1.GraphDef() (MetaGraphDef(), if it begins with meta_info_def) with \
      google.protobuf.text_format.Parse, and write its SerializeToString() to a .pb file.
      """
    case .savedModelInstead: "begins like a SavedModel, not like a .meta file. Name the SavedModel's directory."
    case .notSavedModel(let kind): "is not a SavedModel. \(Self.advice(kind))"
    case .textFormat:
      "is a SavedModel in text format. Decant reads its variables, but not its graph. To read the variables, name its "
        + "directory. To read the graph, save it again without as_text=True."
    case .chunked:
      """
      is a SavedModel split into chunks. Decant reads its variables, but not its graph. To read the variables, name its \
      directory.
      """
    case .noSavedModel: "has no saved_model.pb. Name the directory that has it."
    case .address(let address): address.adviceForInput
    case .noGraph:
      "is not a graph, and there is no .meta file beside it. Name a .meta file, or the directory of a SavedModel."
    case .nameTooLong(let byteCount, let limit):
      "a name has \(byteCount.counted("byte")); the limit is \(limit). The file is probably damaged; copy it again from its source."
    case .tooManyNodes(let limit):
      "the graph has more than \(limit.counted("node")), the limit. "
        + "The file is probably damaged; copy it again from its source."
    case .partTooLarge(let part, let byteCount, let limit):
      "\(part) has \(byteCount.counted("byte")), more than the \(limit) that Decant reads at once."
    case .noSuchNode(let node, let nearest):
      "the graph has no node '\(node)'.\(nearest.isEmpty ? "" : " The nearest \(nearest.count.noun("name is", "names are")) \(names: nearest).")"
    case .badConstant(let node):
      "the constant '\(node)' has values that do not fit its shape and dtype. \(Self.patchwork)"
    case .duplicateNode(let node):
      "two nodes are named '\(node)', but names are unique in every graph that TensorFlow writes. \(Self.patchwork)"
    case .missingInput(let node, let input):
      "the node '\(node)' consumes '\(input)', which no node of the graph produces. "
        + "Part of the graph is missing; save the whole graph again."
    case .cycle(let nodes):
      "\(nodes.count.counted("node")) \(nodes.count.noun("waits for itself", "wait for each other")): "
        + "\(names: nodes, upTo: 4). TensorFlow could not run such a graph. \(Self.patchwork)"
    case .notFrozen(let variables, let checkpoint):
      "is a graph with \(variables.count.counted("variable")) (\(names: variables, upTo: 3)), not a frozen graph. "
        + "The values of variables are in a checkpoint, not in this file. \(Self.remedy(checkpoint))"
    case .variable(let variable):
      "the value of the variable '\(variable)' is in a checkpoint, not in this graph, which is only partly frozen. "
        + "Name the checkpoint, or leave out the graph's variables with --match or --drop."
    case .constant(let defect): defect.advice.map { "\(defect.words). \($0)" } ?? "\(defect.words)."
    }
  }

  static let patchwork: Message =
    "The file is damaged, or was not written by TensorFlow; copy it again from its source."

  private static func advice(_ kind: FileKind) -> Message { kind.advice ?? "Check that this is the file you meant." }

  private static func remedy(_ checkpoint: String?) -> Message {
    if let checkpoint { return "There is one beside it: use \(checkpoint) instead." }
    return "Name the checkpoint that was saved with it (its prefix or its .index file), or freeze the graph and that "
      + "checkpoint with TensorFlow's freeze_graph."
  }
}
