public import Messages
internal import ModelMapping
internal import Tensors

/// What `decant convert --json` prints, for a conversion or a dry run, as documented in `Schemas/convert.schema.json`.
///
/// Names and paths are as they are in the files, not escaped for a terminal. Fields are only ever added; a change of meaning would
/// raise `schemaVersion`.
public struct ConversionDocument: Encodable, Sendable {
  struct Origin: Encodable {
    let name: String
    let dtype: String
    let shape: [Int]
  }

  struct Cast: Encodable {
    let largestRelativeError: Double
    let overflowCount: Int
    let underflowCount: Int
  }

  struct Tensor: Encodable {
    let name: String
    let dtype: String
    let shape: [Int]
    let byteCount: Int
    let from: [Origin]
    let rules: [Int]?
    let isPart: Bool?
    let isJoined: Bool?
    let quantization: String?
    let cast: Cast?
  }

  struct Skipped: Encodable {
    let name: String
    let reason: Message
  }

  struct Average: Encodable {
    let name: String
    let from: String
  }

  struct Averages: Encodable {
    let taken: [Average]
    let without: [String]
  }

  struct Collision: Encodable {
    let first: String
    let second: String
    let name: String
    let firstRule: Int?
    let secondRule: Int?
  }

  /// A model of a known family, and the library whose names it gets.
  struct Model: Encodable {
    let family: String
    let variant: String?
    let sourceLibrary: String
    let library: String
    let `class`: String?
    let notes: [Message]
    let problems: [Message]

    init(_ mapping: PackMapping) {
      let found = mapping.recognition
      (family, variant) = (found.pack.family, found.variant)
      sourceLibrary = found.pack.libraries[found.library].name
      (library, `class`) = (mapping.target.name, mapping.targetClass.name)
      notes = mapping.notes
      problems = mapping.problems.map(\.message)
    }
  }

  struct Written: Encodable {
    let format: String
    let byteCount: Int
    let outputByteCount: Int
    let seconds: Double
    let wasReadBack: Bool
  }

  /// The version of the document's form.
  let schemaVersion = 1
  let output: String
  let sourceNames: String?
  let model: Model?
  let tensors: [Tensor]
  let skipped: [Skipped]
  let substituted: [Skipped]?
  let unquantized: [Skipped]?
  let namedAsBefore: [Skipped]
  let likelyLeftovers: [Skipped]
  let averages: Averages?
  let collisions: [Collision]
  let unusedRules: [Int]
  let unruled: [String]
  let written: Written?
  /// What a directory has beside the weights, and what a person should know about it.
  private(set) var files: [String]?
  private(set) var notes: [Message]?

  /// A plan that was not carried out.
  public init(_ plan: ConversionPlan, output: String) {
    self.init(plan, losses: [:], substituted: [], output: output, written: nil)
  }

  /// A directory.
  public init(_ directory: PretrainedDirectory) {
    self.init(directory.report)
    (files, notes) = (directory.files, directory.notes + (notes ?? []))
  }

  /// A conversion.
  public init(_ report: ConversionReport) {
    self.init(
      report.plan, losses: report.losses, substituted: report.substituted, output: report.outputPath,
      written: Written(
        format: report.format, byteCount: report.byteCount, outputByteCount: report.outputByteCount,
        seconds: report.seconds, wasReadBack: report.wasReadBack))
    if !report.notes.isEmpty { notes = report.notes.map(ConversionText.sentence) }
  }

  private init(
    _ plan: ConversionPlan, losses: [String: CastLoss], substituted: [ConversionReport.Skipped], output: String,
    written: Written?
  ) {
    self.output = output
    sourceNames = plan.detected?.rawValue
    model = plan.mapping.map(Model.init)
    tensors = plan.tensors.map { tensor in
      let target = tensor.target
      return Tensor(
        name: target.name, dtype: target.dtype.name, shape: target.shape.dimensions, byteCount: target.byteCount,
        from: tensor.origins.map { Origin(name: $0.name, dtype: $0.dtype.name, shape: $0.shape.dimensions) },
        rules: tensor.rules.isEmpty ? nil : tensor.rules, isPart: tensor.isPart ? true : nil,
        isJoined: tensor.isJoined ? true : nil, quantization: tensor.quantization?.name,
        cast: losses[target.name].map {
          Cast(
            largestRelativeError: $0.largestRelativeError, overflowCount: $0.overflowCount,
            underflowCount: $0.underflowCount)
        })
    }
    skipped = plan.skipped.map { Skipped(name: $0.name, reason: $0.reason) }
    self.substituted =
      substituted.isEmpty ? nil : substituted.map { Skipped(name: $0.name, reason: $0.reason) }
    unquantized =
      plan.unquantized.isEmpty ? nil : plan.unquantized.map { Skipped(name: $0.name, reason: $0.reason) }
    namedAsBefore = plan.kept.map { Skipped(name: $0.name, reason: $0.reason) }
    likelyLeftovers = plan.likelyLeftovers.map { Skipped(name: $0.name, reason: $0.reason) }
    averages = plan.averages.map { averages in
      Averages(
        taken: averages.pairs.map { Average(name: $0.name, from: $0.average) }, without: averages.without)
    }
    collisions = plan.collisions.map {
      Collision(
        first: $0.first, second: $0.second, name: $0.target, firstRule: $0.rules.first ?? nil,
        secondRule: $0.rules.last ?? nil)
    }
    unusedRules = plan.unusedRules
    unruled = plan.unruled
    self.written = written
  }

  /// The document as JSON text, keys sorted, ended by a line break.
  public func json() throws -> Message { try JSONText.document(self) }
}
