package import MetaGraph
public import ModelMapping
public import Tensors

/// The facts about a source at the head of its inspection.
public struct ModelReport: Sendable, Equatable {
  /// Tensors of one dtype.
  public struct DTypeSum: Sendable, Equatable {
    /// The dtype.
    public let dtype: DType
    /// How many tensors have it.
    public let tensorCount: Int
    /// Their bytes.
    public let byteCount: Int
  }

  /// What the `.meta` file beside a checkpoint adds.
  public struct Graph: Sendable, Equatable {
    /// The TensorFlow release that wrote it; empty if it does not say.
    public let tensorFlowVersion: String
    /// Its nodes.
    public let nodeCount: Int
    /// Its variables.
    public let variableCount: Int
    /// The variables that training changes.
    public let trainableCount: Int
    /// Variables of the graph that the source lacks, sorted. Empty for object-based checkpoints, whose names differ.
    public let missingVariables: [String]
    /// Tensors of the source for which the graph has no variable, sorted.
    public let extraTensors: [String]
  }

  /// What the constants of a frozen graph are.
  public struct Frozen: Sendable, Equatable {
    /// Constants that are weights.
    public let weightCount: Int
    /// Constants that are not, such as shapes and seeds.
    public let otherConstantCount: Int
    /// Elements of the weights.
    public let weightParameterCount: Int
    /// Weights among the constants of functions, which are not listed.
    public let weightCountInFunctions: Int
    /// Variables of a graph that is only partly frozen; their values are in a checkpoint.
    public let variableNames: [String]
  }

  /// The format in words.
  public let format: String
  /// The files, with the lengths of those that exist.
  public let files: [SourceFile]
  /// Bytes of the files that exist.
  public let fileByteCount: Int
  /// The number of tensors.
  public let tensorCount: Int
  /// Elements of all numeric tensors.
  public let parameterCount: Int
  /// Bytes of all tensors.
  public let tensorByteCount: Int
  /// Tensors that are stored in slices.
  public let slicedTensorCount: Int
  /// Tensors by dtype, most bytes first.
  public let dtypes: [DTypeSum]
  /// The eras whose names for recurrent cells occur, oldest first; empty if none do.
  public let namingEras: [NamingEra]
  /// The other framework whose names and layouts the tensors have; nil for TensorFlow's and unknown ones.
  public let framework: NamingScheme?
  /// The family of models that it belongs to, if Decant knows it; nil for im2txt and models that it does not know.
  public let family: ModelFamily?
  /// The number of training steps, if the model has a `global_step` that can be read.
  public let globalStep: Int?
  /// Variables that training needs and inference does not.
  public let trainingLeftoverCount: Int
  /// Variables that only training is likely to need.
  public let likelyLeftoverCount: Int
  /// What the source says about itself.
  public let metadata: [String: String]
  /// What the graph adds, if there is one.
  public let graph: Graph?
  /// Weights and variables of a frozen graph; nil for other sources.
  public let frozen: Frozen?

  /// Sums up a source. Reads no data except `global_step`.
  package init(of source: some TensorSource, graph: GraphSummary? = nil) {
    let descriptors = source.descriptors
    format = source.format
    files = source.files
    fileByteCount = source.files.reduce(0) { $0 &+ ($1.byteCount ?? 0) }
    tensorCount = descriptors.count
    parameterCount = Sums.parameterCount(descriptors)
    tensorByteCount = Sums.byteCount(descriptors)
    slicedTensorCount = descriptors.count { $0.sliceCount > 1 }
    dtypes = Dictionary(grouping: descriptors, by: \.dtype)
      .map { DTypeSum(dtype: $0, tensorCount: $1.count, byteCount: Sums.byteCount($1)) }
      .sorted { ($1.byteCount, $0.dtype.rawValue) < ($0.byteCount, $1.dtype.rawValue) }
    let examination = KnownModel.showAndTell.examine(descriptors)
    namingEras = examination.eras
    framework = examination.isRecognized ? nil : NamingScheme.framework(in: descriptors)
    family = ModelFamily.find(in: descriptors, examination)
    globalStep = Self.readGlobalStep(source)
    let leftovers = TrainingLeftover.find(in: source, roles: graph.flatMap { VariableRoles($0) })
    trainingLeftoverCount = leftovers.count { $0.certainty == .certain }
    likelyLeftoverCount = leftovers.count - trainingLeftoverCount
    metadata = source.metadata
    // A cast, because `TensorSource` is in a module below `MetaGraph` and cannot mention a graph.
    frozen = (source as? FrozenGraph).map(Frozen.init)
    self.graph = graph.map { Graph($0, names: descriptors.map(\.name)) }
  }

  /// The value of a scalar `global_step`; a value that cannot be read is left to a check of integrity.
  private static func readGlobalStep(_ source: some TensorSource) -> Int? {
    guard let descriptor = source.descriptor(named: "global_step"), descriptor.shape.elementCount == 1,
      descriptor.dtype == .int64 || descriptor.dtype == .int32, let bytes = try? source.readAll(descriptor),
      let text = ValueFormatter.texts(of: bytes, dtype: descriptor.dtype).first
    else { return nil }
    return Int(text)
  }
}

extension ModelReport.Frozen {
  init(_ graph: FrozenGraph) {
    let others = Set(graph.otherConstantNames ?? [])
    weightCount = graph.weightCount
    otherConstantCount = others.count
    weightParameterCount = Sums.parameterCount(graph.descriptors.filter { !others.contains($0.name) })
    weightCountInFunctions = graph.weightCountInFunctions
    variableNames = graph.variableNames
  }
}

extension ModelReport.Graph {
  init(_ summary: GraphSummary, names: [String]) {
    tensorFlowVersion = summary.tensorFlowVersion
    nodeCount = summary.nodeCount
    variableCount = summary.variables.count
    trainableCount = summary.variables.count { $0.isTrainable }
    guard !names.contains(Self.objectGraphKey) else {
      missingVariables = []
      extraTensors = []
      return
    }
    // Local variables, such as a reader's count of epochs, are never saved.
    let saved = Set(summary.variables.filter { !$0.isLocal }.map(\.savedName))
    let present = Set(names)
    missingVariables = saved.subtracting(present).sorted()
    extraTensors = present.subtracting(saved).sorted()
  }
  /// The key by which TensorFlow 2 marks checkpoints whose keys are paths through objects.
  private static let objectGraphKey = "_CHECKPOINTABLE_OBJECT_GRAPH"
}
