public import Messages
internal import ModelMapping
public import Tensors

/// What `decant inspect --json` prints, as documented in `Schemas/inspect.schema.json`.
///
/// Names, texts and paths are as they are in the files, not escaped for a terminal. A part that was not requested, or a
/// fact that is not known, is absent. Fields are only ever added; a change of meaning would raise `schemaVersion`.
public struct InspectDocument: Encodable, Sendable {
  /// The version of the document's form.
  public let schemaVersion = 1
  /// The path as it was given.
  public var path: String
  /// What the source is.
  public var model: Model?
  /// The requested tensors, in the requested order.
  public var tensors: [Tensor]?
  /// The first values of a tensor.
  public var values: Values?
  /// What a check of everything found.
  public var integrity: Integrity?
  /// The graphs of a `.meta` file (one) or of a SavedModel.
  public var graphs: [Graph]?
  /// What a file computes with its tensors, if it says so.
  public var network: Network?
  /// How the engine would run the model.
  public var plan: Plan?

  /// A document without parts.
  public init(path: String) {
    self.path = path
  }

  /// The document as JSON text, with sorted keys, ending with a line break.
  public func json() throws -> Message { try JSONText.document(self) }
}

extension InspectDocument {
  /// The header's facts.
  public struct Model: Encodable, Sendable {
    struct File: Encodable {
      let path: String
      let byteCount: Int?
      let isMissing: Bool
    }

    struct DTypeSum: Encodable {
      let dtype: String
      let tensorCount: Int
      let byteCount: Int
    }

    struct Family: Encodable {
      let family: String
      let variant: String?
      let library: String
      let targets: [String]
      let requiredCount: Int
      let presentCount: Int
    }

    struct GraphSummary: Encodable {
      let tensorflowVersion: String?
      let nodeCount: Int
      let variableCount: Int
      let trainableCount: Int
      let missingVariables: [String]
      let extraTensors: [String]
    }

    let format: String
    let files: [File]
    let tensorCount: Int
    let parameterCount: Int
    let byteCount: Int
    let slicedTensorCount: Int
    let trainingLeftoverCount: Int
    let likelyLeftoverCount: Int
    let dtypes: [DTypeSum]
    let namingEras: [String]
    let framework: String?
    let model: Family?
    let globalStep: Int?
    let metadata: [String: String]
    let graph: GraphSummary?
    let weightCount: Int?
    let otherConstantCount: Int?
    let weightCountInFunctions: Int?
    let unfrozenVariables: [String]?

    /// The facts of a report.
    public init(_ report: ModelReport) {
      format = report.format
      files = report.files.map { File(path: $0.path, byteCount: $0.byteCount, isMissing: $0.byteCount == nil) }
      tensorCount = report.tensorCount
      parameterCount = report.parameterCount
      byteCount = report.tensorByteCount
      slicedTensorCount = report.slicedTensorCount
      trainingLeftoverCount = report.trainingLeftoverCount
      likelyLeftoverCount = report.likelyLeftoverCount
      dtypes = report.dtypes.map {
        DTypeSum(dtype: $0.dtype.name, tensorCount: $0.tensorCount, byteCount: $0.byteCount)
      }
      namingEras = report.namingEras.map(\.rawValue)
      framework = report.framework?.rawValue
      model = report.family.map {
        Family(
          family: $0.family, variant: $0.variant, library: $0.library, targets: $0.targets,
          requiredCount: $0.requiredCount, presentCount: $0.presentCount)
      }
      globalStep = report.globalStep
      metadata = report.metadata
      weightCount = report.frozen?.weightCount
      otherConstantCount = report.frozen?.otherConstantCount
      weightCountInFunctions = report.frozen?.weightCountInFunctions
      unfrozenVariables = report.frozen.flatMap { $0.variableNames.isEmpty ? nil : $0.variableNames }
      graph = report.graph.map {
        GraphSummary(
          tensorflowVersion: $0.tensorFlowVersion.isEmpty ? nil : $0.tensorFlowVersion, nodeCount: $0.nodeCount,
          variableCount: $0.variableCount, trainableCount: $0.trainableCount, missingVariables: $0.missingVariables,
          extraTensors: $0.extraTensors)
      }
    }
  }

  /// One tensor, with its statistics if they were requested.
  public struct Tensor: Encodable, Sendable {
    /// The keys of `TensorStatistics`, and those that the summary adds.
    struct Statistics: Encodable {
      let sums: TensorStatistics
      let summary: ValueSummary?

      enum CodingKeys: CodingKey { case percentiles, histogram, sampleCount }

      func encode(to encoder: any Encoder) throws {
        try sums.encode(to: encoder)
        guard let summary else { return }
        var container = encoder.container(keyedBy: CodingKeys.self)
        if !summary.percentiles.isEmpty { try container.encode(summary.percentiles, forKey: .percentiles) }
        try container.encodeIfPresent(summary.histogram, forKey: .histogram)
        try container.encodeIfPresent(summary.sampleCount, forKey: .sampleCount)
      }
    }

    struct Slot: Encodable {
      let name: String
      let variable: String
      let optimizer: String
    }

    let name: String
    let dtype: String
    let shape: [Int]
    let byteCount: Int
    let file: String?
    let offset: Int?
    let sliceCount: Int
    let path: String?
    let aliases: [String]?
    let fullName: String?
    let slot: Slot?
    let layer: String?
    let quantization: String?
    let isWeight: Bool?
    let statistics: Statistics?

    /// A tensor of a source with `files`, and what is known about it besides its name; for a frozen graph, whether it
    /// is a weight.
    public init(
      _ descriptor: TensorDescriptor, files: [SourceFile], origin: TensorOrigin? = nil, isWeight: Bool? = nil,
      statistics: TensorStatistics? = nil
    ) {
      self.init(
        descriptor, files: files, origin: origin, isWeight: isWeight,
        values: statistics.map { Statistics(sums: $0, summary: nil) })
    }

    /// The same with percentiles and a histogram.
    package init(
      _ descriptor: TensorDescriptor, files: [SourceFile], origin: TensorOrigin? = nil, isWeight: Bool? = nil,
      summary: ValueSummary?
    ) {
      self.init(
        descriptor, files: files, origin: origin, isWeight: isWeight,
        values: summary.map { Statistics(sums: $0.statistics, summary: $0) })
    }

    private init(
      _ descriptor: TensorDescriptor, files: [SourceFile], origin: TensorOrigin?, isWeight: Bool?, values: Statistics?
    ) {
      self.isWeight = isWeight
      path = origin?.path
      aliases = origin.flatMap { $0.aliases.isEmpty ? nil : $0.aliases }
      fullName = origin?.fullName
      slot = origin?.slot.map { Slot(name: $0.name, variable: $0.variable, optimizer: $0.optimizer) }
      layer = origin?.layer
      quantization = origin?.quantization
      name = descriptor.name
      dtype = descriptor.dtype.name
      shape = descriptor.shape.dimensions
      byteCount = descriptor.byteCount
      file = descriptor.location.flatMap { files.indices.contains($0.file) ? files[$0.file].path : nil }
      offset = descriptor.location?.offset
      sliceCount = descriptor.sliceCount
      statistics = values
    }
  }

  /// Values of a tensor, the first or a part of them, each as text, since JSON has no NaN and few readers have 64-bit integers.
  public struct Values: Encodable, Sendable {
    let name: String
    let dtype: String
    let shape: [Int]
    let values: [String]
    let part: Part?

    /// Which rows and columns the values are of; the last axis runs across, all others run down. A vector runs down.
    struct Part: Encodable {
      let row: Int
      let rowCount: Int
      let totalRowCount: Int
      let column: Int
      let columnCount: Int
      let totalColumnCount: Int
    }

    /// The values that were read.
    public init(_ values: TensorValues) {
      part = nil
      name = values.descriptor.name
      dtype = values.descriptor.dtype.name
      shape = values.descriptor.shape.dimensions
      self.values = values.texts
    }

    /// Some of the rows and columns.
    package init(_ table: ValueTable) {
      name = table.descriptor.name
      dtype = table.descriptor.dtype.name
      shape = table.descriptor.shape.dimensions
      values = table.texts.flatMap(\.self)
      part = Part(
        row: table.rows.lowerBound, rowCount: table.rows.count, totalRowCount: table.rowCount,
        column: table.columns.lowerBound, columnCount: table.columns.count, totalColumnCount: table.columnCount)
    }
  }

  /// What a check of everything found.
  public struct Integrity: Encodable, Sendable {
    struct Failure: Encodable {
      let tensor: String?
      let message: Message
      let affectedTensorCount: Int?
    }

    let isSound: Bool
    let checkedTensorCount: Int
    let skippedTensorCount: Int
    let checkedByteCount: Int
    let evidence: IntegrityReport.Evidence?
    let failures: [Failure]

    /// The report's findings.
    public init(_ report: IntegrityReport) {
      isSound = report.isSound
      checkedTensorCount = report.checkedTensorCount
      skippedTensorCount = report.skippedTensorCount
      checkedByteCount = report.checkedByteCount
      evidence = report.evidence
      failures = report.failures.map {
        Failure(
          tensor: $0.tensor, message: $0.message,
          affectedTensorCount: $0.affectedTensorCount > 0 ? $0.affectedTensorCount : nil)
      }
    }
  }
}

extension ElementValue: Encodable {
  /// A JSON number that reads back as the same value.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .single(let value): try container.encode(value)
    case .double(let value): try container.encode(value)
    case .signed(let value): try container.encode(value)
    case .unsigned(let value): try container.encode(value)
    }
  }
}
