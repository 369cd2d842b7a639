internal import Bytes
package import Messages
package import Tensors

/// Everything in a damaged checkpoint that its checksums prove, and what is lost; or what is left of a weight file.
///
/// The records of a V1 file are in blocks that have a checksum each; so are the entries of a V2 index, and each entry has the
/// checksum of its tensor. A footer, an index or a header is only needed to find them; recovery works without one that is damaged.
package struct Salvage: Sendable {
  /// A tensor that is lost.
  package struct Gone: Sendable {
    /// The name.
    package let name: String
    /// Why it cannot be recovered.
    package let error: any Error

    /// The same, in a sentence without the file and without advice.
    package var reason: Message {
      switch (error as? CheckpointError)?.reason {
      case .slices(.missing(let slice))? where slice.extents.allSatisfy({ $0.length == nil }): "its record is lost."
      case let reason?: reason.words
      case nil: "\(error)"
      }
    }
  }

  /// A range of a file that may have held records or entries, but holds none that is proven.
  package struct LostBytes: Sendable, Equatable {
    /// The path of the file.
    package let file: String
    /// Offsets in it.
    package let range: Range<Int>
  }

  /// The version of a checkpoint; nil for a weight file.
  package let version: CheckpointVersion?
  /// The tensors that were read completely and, in a checkpoint, proven.
  package let source: any TensorSource
  /// What remains uncertain about the tensors of `source`, by name.
  package let doubts: [String: [SalvageDoubt]]
  /// The tensors that are known but lost, by name.
  package let gone: [Gone]
  /// Where something is lost in the tables; the names of the lost tensors may be unknown.
  package let lost: [LostBytes]
  /// Whether every saved tensor is in `source` or `gone`, because no list of names is damaged.
  package let isListProven: Bool
  /// Files that are missing or short, and what was assumed, in sentences.
  package let notes: [Message]

  /// Whether everything that was saved was recovered, without any doubt.
  package var isWhole: Bool { gone.isEmpty && lost.isEmpty && isListProven && doubts.isEmpty }

  /// Reads what is left of a checkpoint. Memory is bounded; time is linear in the length of the files.
  ///
  /// - Parameters:
  ///   - path: as for `Checkpoint.open`.
  ///   - progress: called with the bytes of tensors that were read, and the total to read.
  /// - Throws: `CheckpointError` if no file is found, or if none can be opened at all.
  package init(
    _ path: String, progress: (_ byteCount: Int, _ totalByteCount: Int) -> Void = { _, _ in }
  ) throws(CheckpointError) {
    let tables: SalvagedTables
    switch try CheckpointPath.resolve(path).kind {
    case .v1(let files): tables = try SalvagedTables(v1: files)
    case .v2(let prefix): tables = try SalvagedTables(v2: prefix)
    }
    let base = tables.source
    var gone = tables.findings.gone
    var notes = tables.findings.notes
    for problem in base.problems {
      switch (problem.severity, problem.tensor) {
      case (.note, _): break
      case (.incomplete, let name?): gone.append(Gone(name: name, error: problem.error))
      // Tensors that cannot be read are reported below.
      case (.unreadable, .some): break
      case (_, nil): notes.append("\(problem.error)")
      }
    }
    let kept = Self.proven(of: base, &gone, progress)
    version = tables.version
    source = SalvagedSource(base: base, descriptors: kept)
    let names = Set(kept.map { Array($0.name.utf8) })
    doubts = tables.findings.doubts.filter { names.contains(Array($0.key.utf8)) }
    self.gone = gone.sorted { $0.name.precedesInBytes($1.name) }
    lost = tables.findings.lost
    isListProven = tables.findings.isListProven
    self.notes = notes
  }

  /// Reads what is left of a weight file, which was opened.
  ///
  /// - Parameters:
  ///   - source: its tensors.
  ///   - isDamaged: whether elements may be wrong although they can be read, as in an archive with a wrong checksum.
  ///   - progress: as above.
  package init(
    weightFile source: any TensorSource, isDamaged: Bool, progress: (_ byteCount: Int, _ totalByteCount: Int) -> Void
  ) {
    version = nil
    let losses = source.problems.filter { $0.severity == .incomplete }
    var gone = losses.compactMap { problem in problem.tensor.map { Gone(name: $0, error: problem.error) } }
    let kept = Self.proven(of: source, &gone, progress)
    self.source = SalvagedSource(base: source, descriptors: kept)
    let isUnproven = isDamaged && !source.hasChecksums
    doubts = isUnproven ? Dictionary(kept.map { ($0.name, [.unprovenValues]) }) { first, _ in first } : [:]
    self.gone = gone.sorted { $0.name.precedesInBytes($1.name) }
    lost = []
    isListProven = !isDamaged && losses.allSatisfy { $0.tensor != nil }
    notes = losses.filter { $0.tensor == nil }.map { "\($0.error)" }
  }

  /// The tensors that can be read completely; the others are gone.
  private static func proven(
    of source: any TensorSource, _ gone: inout [Gone], _ progress: (_ byteCount: Int, _ totalByteCount: Int) -> Void
  ) -> [TensorDescriptor] {
    var kept: [TensorDescriptor] = []
    var done = 0
    let total = source.descriptors.reduce(0) { $0.addingChecked($1.byteCount) ?? .max }
    for descriptor in source.descriptors {
      do {
        try prove(descriptor, of: source)
        kept.append(descriptor)
      } catch {
        gone.append(Gone(name: descriptor.name, error: error))
      }
      done = done.addingChecked(descriptor.byteCount) ?? .max
      progress(done, total)
    }
    return kept
  }

  private static func prove(_ descriptor: TensorDescriptor, of source: any TensorSource) throws {
    if descriptor.dtype == .string {
      _ = try source.readStrings(descriptor)
    } else {
      try source.read(descriptor, maximumByteCount: 1 << 18) { _ in }
    }
  }
}
