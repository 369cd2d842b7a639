package import Checkpoints
public import Conversion
internal import Files
public import Messages
internal import ModelMapping
public import TensorFiles
public import Tensors

/// What was salvaged from a damaged checkpoint, and where it was written.
public struct RecoveryReport: Sendable {
  /// How a recovery ended.
  public enum Outcome: String, Sendable {
    /// Everything that was saved was recovered and proven.
    case whole
    /// Some tensors were recovered; others are lost, or may be.
    case partial
    /// Nothing was found.
    case nothing
  }

  /// The path as it was given.
  public let path: String
  /// What was recovered and what is lost.
  package let salvage: Salvage
  /// Files that are missing or short, what was assumed, and what was undone in files that a program treated as text; in sentences.
  public let notes: [Message]
  /// What was written; nil if no output was requested, or there was nothing to write.
  public let conversion: ConversionReport?

  /// How it ended. A tensor that the output's format cannot hold was not recovered into it.
  public var outcome: Outcome {
    if salvage.source.descriptors.isEmpty { return .nothing }
    return salvage.isWhole && conversion?.skipped.isEmpty ?? true ? .whole : .partial
  }

  /// Salvages a checkpoint, and writes the proven tensors under their own names; or what can be read of a weight file.
  ///
  /// - Parameters:
  ///   - path: any spelling of a checkpoint, or a weight file, also in an archive.
  ///   - output: the file to write; nil writes none.
  ///   - format: the format; nil chooses it by the output's extension.
  ///   - options: compression, and whether an existing file is replaced.
  ///   - reading: how a weight file is read, such as without what the code in a pickle would return.
  ///   - progress: called with the bytes done and the bytes to do, first while tensors are proven, then while they are written.
  /// - Throws: any `DecantError`; the output is then as it was before, or absent. Lost tensors are not an error.
  public init(
    recovering path: String, to output: String?, format: WeightFormat? = nil, options: SinkOptions = SinkOptions(),
    reading: ReadOptions = ReadOptions(), progress: (_ byteCount: Int, _ totalByteCount: Int) -> Void = { _, _ in }
  ) throws {
    self.path = path
    var restored: RestoredSalvage?
    // The copies that it reads must exist until everything is written.
    defer { withExtendedLifetime(restored) {} }
    if let found = try Self.weightFile(path, reading, progress: progress) {
      salvage = found
      notes = found.notes
    } else {
      let found = try Self.checkpoint(path, progress: progress)
      (salvage, restored) = (found.salvage, found.restored)
      notes = found.salvage.notes + (found.restored?.notes ?? [])
    }
    guard let output, !salvage.source.descriptors.isEmpty else {
      conversion = nil
      return
    }
    var conversion = ConversionOptions()
    // Salvaged tensors should be found under the names that they had.
    conversion.names = .keep
    conversion.format = format
    conversion.sink = options
    self.conversion = try Converter(options: conversion).convert(salvage.source, to: output) {
      progress($0.byteCount, $0.totalByteCount)
    }
  }

  private static func checkpoint(
    _ path: String, progress: (_ byteCount: Int, _ totalByteCount: Int) -> Void
  ) throws -> (salvage: Salvage, restored: RestoredSalvage?) {
    let plain = Result { () throws(CheckpointError) in try Salvage(path, progress: progress) }
    let isWhole = if case .success(let found) = plain { found.isWhole } else { false }
    let restored = isWhole ? nil : RestoredSalvage(path, insteadOf: try? plain.get(), progress: progress)
    return (try restored?.salvage ?? plain.get(), restored)
  }

  /// What is left of a weight file; nil for what may be a checkpoint.
  private static func weightFile(
    _ path: String, _ reading: ReadOptions, progress: (_ byteCount: Int, _ totalByteCount: Int) -> Void
  ) throws -> Salvage? {
    guard let opened = try? ArchivedModel.path(of: path) else { return nil }
    let isDamaged = (try? ArchivePlace.find(opened))?.archive.damage?.mayLoseData ?? false
    let isFile = TensorFile.isWeightFile(opened)
    guard isFile || ModelDirectory(opened).arrayNames != nil else { return nil }
    // A file that cannot be opened may be a table of a checkpoint that looks like something else.
    func open() throws -> any TensorSource { try TensorFile.open(path, options: reading) }
    guard let source = isFile ? try open() : try? open(), !source.isCheckpoint else { return nil }
    return Salvage(weightFile: source, isDamaged: isDamaged, progress: progress)
  }
}
