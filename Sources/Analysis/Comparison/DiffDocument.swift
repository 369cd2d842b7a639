public import Messages
internal import Tensors

/// What `decant diff --json` prints, as documented in `Schemas/diff.schema.json`.
///
/// Names and paths are as they are, not escaped for a terminal. Fields are only ever added; a change of meaning would raise
/// `schemaVersion`.
public struct DiffDocument: Encodable, Sendable {
  struct Side: Encodable {
    let path: String
    let format: String
    let tensorCount: Int
    let byteCount: Int
  }

  struct Tensor: Encodable {
    let name: String
    let dtype: String
    let shape: [Int]
    let leftover: String?
  }

  struct Kind: Encodable {
    let dtype: String
    let shape: [Int]
  }

  struct Element: Encodable {
    let index: [Int]
    let a: String
    let b: String
  }

  struct Values: Encodable {
    let elementCount: Int
    let differingCount: Int
    let beyondToleranceCount: Int
    let share: Double
    let nanCount: Int
    let infinityCount: Int
    let maximumAbsolute: Double?
    let maximumRelative: Double?
    let maximumUlp: UInt64?
    let first: Element
    let largest: Element?
  }

  struct Change: Encodable {
    let name: String
    let a: Kind
    let b: Kind
    let values: Values?
  }

  struct Failure: Encodable {
    let tensor: String?
    let message: String
  }

  struct Conversion: Encodable {
    let renamedCount: Int
    let text: String
  }

  let schemaVersion = 1
  let isEqual: Bool
  let a: Side
  let b: Side
  let tolerance: Double?
  let match: String?
  let ignoresDtypes: Bool
  let equalCount: Int
  let onlyInA: [Tensor]
  let onlyInB: [Tensor]
  let setAside: [Tensor]?
  let kindChanges: [Change]
  let valueChanges: [Change]
  let withinTolerance: [Change]
  let notCompared: [String]
  let failures: [Failure]
  let namingNote: Message?
  let conversion: Conversion?

  /// The differences between the sources at two paths.
  public init(_ diff: SourceDiff, leftPath: String, rightPath: String) {
    isEqual = diff.isEqual
    a = Side(diff.left, path: leftPath)
    b = Side(diff.right, path: rightPath)
    tolerance = diff.options.tolerance
    match = diff.options.match
    ignoresDtypes = diff.options.ignoresDTypes
    equalCount = diff.equalCount
    onlyInA = diff.onlyInLeft.map(Tensor.init)
    onlyInB = diff.onlyInRight.map(Tensor.init)
    setAside = diff.graphRemainder == nil ? nil : diff.setAside.map(Tensor.init)
    kindChanges = diff.kindChanges.map(Change.init)
    valueChanges = diff.valueChanges.map(Change.init)
    withinTolerance = diff.withinTolerance.map(Change.init)
    notCompared = diff.notCompared
    failures = diff.failures.map { Failure(tensor: $0.tensor, message: "\($0.error)") }
    namingNote = diff.namingNote
    conversion = diff.prepared.map { Conversion(renamedCount: $0.renamedCount, text: $0.text) }
  }

  /// The document as JSON text, with sorted keys, ending with a line break.
  public func json() throws -> Message { try JSONText.document(self) }
}

extension DiffDocument.Side {
  init(_ side: SourceDiff.Side, path: String) {
    self.init(path: path, format: side.format, tensorCount: side.tensorCount, byteCount: side.byteCount)
  }
}

extension DiffDocument.Tensor {
  init(_ tensor: SourceDiff.OneSided) {
    self.init(
      name: tensor.descriptor.name, dtype: tensor.descriptor.dtype.name, shape: tensor.descriptor.shape.dimensions,
      leftover: tensor.leftoverReason)
  }
}

extension DiffDocument.Kind {
  init(_ descriptor: TensorDescriptor) {
    self.init(dtype: descriptor.dtype.name, shape: descriptor.shape.dimensions)
  }
}

extension DiffDocument.Change {
  init(_ change: SourceDiff.Change) {
    self.init(
      name: change.name, a: DiffDocument.Kind(change.left), b: DiffDocument.Kind(change.right),
      values: change.values.map(DiffDocument.Values.init))
  }
}

extension DiffDocument.Values {
  init(_ values: ValueChange) {
    self.init(
      elementCount: values.elementCount, differingCount: values.differingCount,
      beyondToleranceCount: values.beyondToleranceCount, share: values.share, nanCount: values.nanCount,
      infinityCount: values.infinityCount, maximumAbsolute: values.maximumAbsolute,
      maximumRelative: values.maximumRelative, maximumUlp: values.maximumULP,
      first: DiffDocument.Element(values.first), largest: values.largest.map { DiffDocument.Element($0) })
  }
}

extension DiffDocument.Element {
  init(_ pair: ValueChange.ElementPair) {
    self.init(index: pair.index, a: pair.left, b: pair.right)
  }
}
