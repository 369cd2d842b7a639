public import Files
public import Messages
public import ProtobufWire

/// Why a `.meta` or `saved_model.pb` cannot be read, and where.
public struct MetaGraphError: DecantError, Equatable {
  /// What went wrong.
  public enum Reason: Equatable, Sendable {
    /// The file system refused.
    case file(FileError)
    /// The bytes are not a protobuf message, or exceed the limits.
    case wire(WireError.Reason)
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
    /// A name has more bytes than any that TensorFlow makes.
    case nameTooLong(byteCount: Int, limit: Int)
    /// There are more nodes than a reader should hold.
    case tooManyNodes(limit: Int)
    /// A part of the graph is larger than is read at once.
    case partTooLarge(part: String, byteCount: Int, limit: Int)
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
  }

  /// What went wrong.
  public let reason: Reason
  /// The offset in the file, in bytes.
  public let offset: Int
  /// The path of the file.
  public let file: String
  /// The constant, where it is one.
  public private(set) var node: String?

  /// An error at `offset` of `file`.
  public init(_ reason: Reason, offset: Int = 0, file: String) {
    self.reason = reason
    self.offset = offset
    self.file = file
  }

  /// Bad data, unless the file system or the caller is at fault.
  public var category: ErrorCategory {
    switch reason {
    case .file(let error): error.category
    case .noSavedModel, .noGraph: .noInput
    case .constant(.wrongKind): .usage
    case .noSuchNode: .usage
    default: .badData
    }
  }

  /// The place, what was found and what to try.
  public var description: String {
    let name = file.escapedForDisplay
    let place = "\(name): byte \(offset): "
    switch reason {
    case .file(let error): return error.description
    case .wire(let reason):
      return place + "the graph \(reason.words). The file is damaged or cut short; "
        + "compare its size with the original and copy it again."
    case .notMetaGraph(let kind): return "\(name): is not a MetaGraphDef (a .meta file). \(Self.advice(kind))"
    case .notGraph(let kind): return "\(name): is not a frozen graph (GraphDef). \(Self.advice(kind))"
    case .textGraph:
      return "\(name): is a graph in text format, which is not read. With TensorFlow, make it binary: parse it into a "
        + "tf.compat.v1.GraphDef() (MetaGraphDef(), if it begins with meta_info_def) with google.protobuf.text_format.Parse, "
        + "and write its SerializeToString() to a .pb file."
    case .savedModelInstead: return "\(name): begins as a SavedModel does, not as a .meta file. Name its directory."
    case .notSavedModel(let kind): return "\(name): is not a SavedModel. \(Self.advice(kind))"
    case .textFormat:
      return "\(name): is a SavedModel in text format, whose graph is not read. Its variables are: name its directory. "
        + "For the graph, save it again without as_text=True."
    case .chunked:
      return "\(name): is a SavedModel split into chunks, whose graph is not read. Its variables are not split: "
        + "name its directory."
    case .noSavedModel: return "\(name): has no saved_model.pb. Name the directory that has it."
    case .noGraph:
      if let address = RemoteAddress(file) { return "\(name): \(address.adviceForInput)" }
      return
        "\(name): is not a graph, and there is no .meta file beside it. Name a .meta file, or the directory of a SavedModel."
    case .nameTooLong(let byteCount, let limit):
      return place
        + "a name has \(byteCount.counted("byte")) where at most \(limit) are expected. The file is probably damaged."
    case .tooManyNodes(let limit):
      return place
        + "there are more than \(limit.counted("node")), which is more than is read. The file is probably damaged."
    case .partTooLarge(let part, let byteCount, let limit):
      return place
        + "\(part.escapedForDisplay) has \(byteCount.counted("byte")), more than the \(limit) that are read at once."
    case .noSuchNode(let node, let nearest):
      let names = nearest.map { "'\($0.escapedForDisplay)'" }.joined(separator: ", ")
      return "\(name): the graph has no node '\(node.escapedForDisplay)'."
        + (names.isEmpty ? "" : " The nearest names are \(names).")
    case .badConstant(let node):
      return place + "the constant '\(node.escapedForDisplay)' has values that do not fit its shape and dtype."
    case .duplicateNode(let node):
      return place + "a second node is called '\(node.escapedForDisplay)', where names are unique in every graph that "
        + "TensorFlow writes. The file was put together by other means, or is damaged."
    case .missingInput(let node, let input):
      return place + "the node '\(node.escapedForDisplay)' consumes '\(input.escapedForDisplay)', which no node of the "
        + "graph produces. A part of the graph is missing; save it again as a whole."
    case .cycle(let nodes):
      let names = nodes.prefix(4).map { "'\($0.escapedForDisplay)'" }.joined(separator: ", ")
      return place
        + "\(nodes.count.counted("node")) \(nodes.count.noun("waits for itself", "wait for each other")): \(names)\(nodes.count > 4 ? ", …" : ""). TensorFlow "
        + "could not run such a graph. The file was put together by other means, or is damaged."
    case .notFrozen(let variables, let checkpoint):
      let shown = variables.prefix(3).map { "'\($0.escapedForDisplay)'" }.joined(separator: ", ")
      let count = variables.count == 1 ? "1 variable" : "\(variables.count) variables"
      return "\(name): is a graph with \(count) (\(shown)\(variables.count > 3 ? ", …" : "")), not a frozen graph. "
        + "Values of variables are in a checkpoint, not in this file. "
        + (checkpoint.map { "There is one beside it: use \($0.escapedForDisplay) instead." }
          ?? "Name the checkpoint that was saved with it (its prefix, or its .index file); or freeze the graph with that "
          + "checkpoint, with TensorFlow's freeze_graph.")
    case .variable(let variable):
      return
        "\(name): the value of the variable '\(variable.escapedForDisplay)' is in a checkpoint, not in this graph, which "
        + "is frozen in part. Name the checkpoint; or leave the graph's variables out with --match or --drop."
    case .constant(let defect):
      let subject = node.map { "constant '\($0.escapedForDisplay)'" } ?? "a constant"
      return place + "\(subject): \(defect.words)."
    }
  }

  /// Returns the same error with the name of the constant.
  func about(_ node: String) -> Self {
    var error = self
    error.node = node
    return error
  }

  private static func advice(_ kind: FileKind) -> String {
    kind.advice ?? "Check that this is the file you meant."
  }
}
