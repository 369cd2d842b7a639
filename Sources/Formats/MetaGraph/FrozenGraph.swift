internal import Bytes
internal import Files
internal import Messages
package import Tensors

/// The constants of a graph as tensors: a frozen GraphDef, whose variables became constants.
///
/// Opening walks the file once and finds where each constant's value is; values stay in the file. Constants of functions are
/// not listed. These become `problems`, while the other constants are read: a constant that cannot be described, and each variable
/// that is still in the graph, because its value is in a checkpoint and not here.
/// - Source: TensorFlow `core/framework/graph.proto`; `convert_variables_to_constants` of 0.12 to 2.x writes such files.
package struct FrozenGraph: TensorSource {
  /// The format in words.
  package let format: String
  /// The one file.
  package let files: [SourceFile]
  /// All constants of the main graph, sorted by name.
  package let descriptors: [TensorDescriptor]
  /// Always empty: frozen graphs store no metadata.
  package let metadata: [String: String] = [:]
  /// Constants that cannot be described, names that occur twice, and variables that are still in the graph.
  package let problems: [SourceProblem]
  /// The sorted names of constants that are not weights, such as shapes, axes and seeds.
  package var otherConstantNames: [String]? { others }
  /// The names of variables whose values are in a checkpoint, in the order of the graph; empty for a frozen graph. The name of
  /// a variable in a function begins with the function's name.
  package let variableNames: [String]
  /// The number of weights among the constants of functions, which are not listed.
  package let weightCountInFunctions: Int
  /// Whether some constants were variables.
  let hasFrozenVariables: Bool
  private let others: [String]
  /// The graph itself.
  package let definition: MetaGraphDefinition

  private let file: InputFile
  /// Where the value of each of `descriptors` is.
  private let layouts: [ConstantLayout]

  /// Opens a GraphDef.
  ///
  /// - Throws: `MetaGraphError`, which says what the file is if it is a different kind of file.
  package init(path: String) throws(MetaGraphError) {
    let source = try WireFile(opening: path) { .notGraph($0) }
    let definition: MetaGraphDefinition
    do throws(MetaGraphError) {
      definition = try MetaGraphDefinition(parsingGraph: source, in: source.wholeRange)
    } catch {
      if try source.beginsAsTextGraph() { throw MetaGraphError(.textGraph, file: path) }
      throw try source.explain(error) { .notGraph($0) }
    }
    // A message has no signature; one that is not a graph yields nodes without names, or no nodes.
    guard !definition.nodes.isEmpty, definition.nodes.allSatisfy({ !$0.name.isEmpty && !$0.op.isEmpty }) else {
      throw MetaGraphError(try source.beginsAsTextGraph() ? .textGraph : .notGraph(.unknown), file: path)
    }
    try self.init(definition, format: "TensorFlow frozen graph")
  }

  /// Whether nothing in the graph was frozen: it has variables, but no constant that was one.
  package var isUnfrozen: Bool { !variableNames.isEmpty && !hasFrozenVariables }

  /// The number of constants that are weights.
  package var weightCount: Int { descriptors.count - others.count }

  /// Refuses a graph whose weights are all elsewhere, so that its other constants are not mistaken for weights.
  ///
  /// - Parameter checkpoint: the checkpoint beside it, if there is one.
  /// - Throws: `MetaGraphDefect.notFrozen`.
  package func requireFrozen(checkpoint: String? = nil) throws(MetaGraphError) {
    guard isUnfrozen else { return }
    throw MetaGraphError(.notFrozen(variables: variableNames, checkpoint: checkpoint), file: file.path)
  }

  /// The constants of an open graph, such as that of a SavedModel without variables.
  ///
  /// - Throws: `MetaGraphError` if the file cannot be read.
  package init(_ definition: MetaGraphDefinition, format: String) throws(MetaGraphError) {
    var found: [(descriptor: TensorDescriptor, layout: ConstantLayout)] = []
    var problems: [SourceProblem] = []
    var names: Set<[UInt8]> = []
    let source = WireFile(definition.file)
    var filledByteCount = 0
    for node in definition.nodes {
      func add(_ error: MetaGraphError) {
        problems.append(SourceProblem(tensor: node.name, error: error, severity: .incomplete))
      }
      guard names.insert(Array(node.name.utf8)).inserted else {
        add(MetaGraphError(.duplicateNode(node.name), file: definition.file.path, offset: node.range.lowerBound))
        continue
      }
      guard node.op == "Const" else { continue }
      do throws(MetaGraphError) {
        let layout = try Self.layout(of: node, source)
        filledByteCount = filledByteCount.addingChecked(layout.filledByteCount) ?? .max
        guard layout.filledByteCount == 0 || filledByteCount <= ConstantLayout.maximumFilledByteCount else {
          throw MetaGraphError(
            .constant(.tooManyElements(layout.shape.elementCount)), file: definition.file.path,
            offset: node.range.lowerBound)
        }
        found.append((layout.descriptor(named: node.name), layout))
      } catch {
        if case .file = error.reason { throw error }
        add(error.about(node.name))
      }
    }
    let weights = try GraphWeights(definition)
    for name in weights.variableNames {
      problems.append(
        SourceProblem(
          tensor: name, error: MetaGraphError(.variable(name), file: definition.file.path), severity: .incomplete))
    }
    found.sort { $0.descriptor.name.utf8.lexicographicallyPrecedes($1.descriptor.name.utf8) }
    self.format =
      weights.variableNames.isEmpty
      ? format : weights.hasFrozenVariables ? "TensorFlow graph, only partly frozen" : "TensorFlow graph, not frozen"
    others = found.map(\.descriptor).filter { !weights.isWeight($0.name, $0.dtype, $0.shape) }.map(\.name)
    variableNames = weights.variableNames
    hasFrozenVariables = weights.hasFrozenVariables
    var countInFunctions = 0
    for candidate in weights.candidatesInFunctions {
      guard let layout = try? Self.layout(of: candidate.node, source) else { continue }
      if weights.isWeight(at: candidate.place, layout.dtype, layout.shape) { countInFunctions += 1 }
    }
    weightCountInFunctions = countInFunctions
    self.definition = definition
    self.problems = problems
    file = definition.file
    files = [SourceFile(file)]
    descriptors = found.map(\.descriptor)
    layouts = found.map(\.layout)
  }

  /// Finds a constant's value: the attribute `value` has a tensor in field 8, and `dtype` a type in field 6.
  private static func layout(of node: GraphNode, _ source: WireFile) throws(MetaGraphError) -> ConstantLayout {
    var tensor: Range<Int>?
    var declared: Int32?
    try source.forEachAttribute(of: node) { (key, value) throws(MetaGraphError) in
      guard key == "value" || key == "dtype" else { return }
      try source.forEachField(in: value) { (field, payload) throws(MetaGraphError) in
        switch (field, payload) {
        case (8, .range(let part)) where key == "value": tensor = part
        case (6, .number(let number)) where key == "dtype": declared = Int32(truncatingIfNeeded: number)
        default: break
        }
      }
    }
    func failed(_ defect: ConstantDefect) -> MetaGraphError {
      MetaGraphError(.constant(defect), file: source.file.path, offset: node.range.lowerBound)
    }
    guard let tensor else { throw failed(.noValue) }
    let layout = try ConstantLayout(source, in: tensor)
    guard declared.map({ $0 == layout.dtype.rawValue }) ?? true else {
      throw failed(.dtypesDiffer(GraphType(number: declared ?? 0), GraphType(number: layout.dtype.rawValue)))
    }
    return layout
  }

  /// Reads a constant's elements in pieces; see `TensorSource`.
  package func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    let layout = try require(descriptor)
    guard let width = layout.dtype.byteCount else { throw wrongKind(layout.dtype, descriptor) }
    precondition(maximumByteCount >= width, "a piece holds at least one element")
    try ConstantReader(layout: layout, source: WireFile(file)).read(
      width: width, maximumByteCount: maximumByteCount, body)
  }

  /// Reads the elements of a string constant.
  package func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] {
    let layout = try require(descriptor)
    guard layout.dtype == .string else { throw wrongKind(layout.dtype, descriptor) }
    do {
      return try ConstantReader(layout: layout, source: WireFile(file)).readStrings()
    } catch let error as MetaGraphError {
      throw error.about(descriptor.name)
    }
  }

  private func require(_ descriptor: TensorDescriptor) throws(MissingTensorError) -> ConstantLayout {
    guard let index = descriptors.index(ofName: descriptor.name) else {
      throw MissingTensorError(names: [descriptor.name], source: self)
    }
    return layouts[index]
  }

  private func wrongKind(_ dtype: DType, _ descriptor: TensorDescriptor) -> MetaGraphError {
    MetaGraphError(
      .constant(.wrongKind(dtype)), file: file.path, offset: descriptor.location?.offset, tensor: descriptor.name)
  }
}

extension ConstantLayout {
  fileprivate func descriptor(named name: String) -> TensorDescriptor {
    TensorDescriptor(
      name: name, dtype: dtype, shape: shape, byteCount: byteCount,
      location: TensorLocation(file: 0, offset: (content ?? message).lowerBound))
  }
}
