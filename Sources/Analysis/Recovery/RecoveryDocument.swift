internal import Checkpoints
internal import Conversion
package import Messages
internal import Tensors

/// What `decant recover --json` prints, as documented in `Schemas/recover.schema.json`.
///
/// Names and paths are as they are, not escaped for a terminal. Fields are only ever added; a change of meaning would raise
/// `schemaVersion`.
package struct RecoveryDocument: Encodable, Sendable {
  struct Tensor: Encodable {
    let name: String
    let dtype: String
    let shape: [Int]
    let byteCount: Int
    let assumedDtype: Bool?
    let lostShapeRank: Int?
    let unprovenCompleteness: Bool?
    let unprovenValues: Bool?
  }

  struct Gone: Encodable {
    let name: String
    let reason: Message
  }

  struct LostBytes: Encodable {
    let file: String
    let start: Int
    let end: Int
  }

  struct Output: Encodable {
    let path: String
    let format: String
    let tensorCount: Int
    let byteCount: Int
    let leftOut: [Gone]
  }

  let schemaVersion = 1
  let path: String
  let version: String?
  let format: String
  let outcome: String
  let isListProven: Bool
  let salvaged: [Tensor]
  let gone: [Gone]
  let lostBytes: [LostBytes]
  let notes: [Message]
  let output: Output?

  /// The facts of a report.
  package init(_ report: RecoveryReport) {
    let salvage = report.salvage
    path = report.path
    version = salvage.version?.rawValue
    format = salvage.source.format
    outcome = report.outcome.rawValue
    isListProven = salvage.isListProven
    salvaged = salvage.source.descriptors.map { Tensor($0, salvage.doubts[$0.name] ?? []) }
    gone = salvage.gone.map { Gone(name: $0.name, reason: "\($0.reason)") }
    lostBytes = salvage.lost.map {
      LostBytes(file: $0.file, start: $0.range.lowerBound, end: $0.range.upperBound)
    }
    notes = report.notes
    output = report.conversion.map { conversion in
      Output(
        path: conversion.outputPath, format: conversion.format, tensorCount: conversion.descriptors.count,
        byteCount: conversion.outputByteCount,
        leftOut: conversion.skipped.map { Gone(name: $0.name, reason: "\($0.reason)") })
    }
  }

  /// The document as JSON text, with sorted keys, ending with a line break.
  package func json() throws -> Message { try JSONText.document(self) }
}

extension RecoveryDocument.Tensor {
  init(_ descriptor: TensorDescriptor, _ doubts: [SalvageDoubt]) {
    name = descriptor.name
    dtype = descriptor.dtype.name
    shape = descriptor.shape.dimensions
    byteCount = descriptor.byteCount
    var (assumed, rank, unproven, values): (Bool?, Int?, Bool?, Bool?) = (nil, nil, nil, nil)
    for doubt in doubts {
      switch doubt {
      case .assumedDType: assumed = true
      case .lostShape(let lost): rank = lost
      case .unprovenCompleteness: unproven = true
      case .unprovenValues: values = true
      }
    }
    (assumedDtype, lostShapeRank, unprovenCompleteness, unprovenValues) = (assumed, rank, unproven, values)
  }
}
