internal import Bytes
internal import Checkpoints
internal import Files
internal import Essentials
public import Messages
internal import TransferDamage
internal import Vocabulary

extension FixPlan {
  /// Writes all outputs into a directory, which is created if it does not exist, and must be empty.
  ///
  /// Files appear complete or not at all, and nothing that exists is touched.
  /// - Parameters:
  ///   - directory: the new directory.
  ///   - progress: called with words for a progress line.
  /// - Returns: the paths written, in order.
  /// - Throws: `FileError` if the directory is not empty or a file cannot be read or written; `VocabularyError`.
  public func write(to directory: String, progress: (Message) -> Void = { _ in }) throws -> [String] {
    // Files that are not copies are made from everything that was examined.
    let permissions = OutputPermissions(notWiderThan: sourcePaths.compactMap { FileState(path: $0) })
    try prepare(directory)
    return try outputs.map { output in
      let path = directory.joined(output.name)
      progress("writing \(output.name)")
      switch output.content {
      case .pieces(let pieces): try Self.copy(pieces, to: path)
      case .restored(let restoration):
        let file = try OutputFile(path: path, permissions: permissions)
        try restoration.write(to: file)
        try file.commit()
      case .text(let bytes):
        let file = try OutputFile(path: path, permissions: permissions)
        try file.write(bytes.rawSpan, at: 0)
        try file.commit()
      case .vocabulary(let source, let exchangesMarkers):
        let words = try VocabularyFile(path: source)
        try (exchangesMarkers ? words.exchangingMarkers() : words).writeClean(to: path)
      }
      return path
    }
  }

  private var sourcePaths: [String] {
    outputs.flatMap { output -> [String] in
      switch output.content {
      case .pieces(let pieces): pieces.map(\.path)
      case .vocabulary(let path, _): [path]
      case .restored(let restoration): [restoration.path]
      case .text: []
      }
    }
  }

  private func prepare(_ directory: String) throws(FileError) {
    try RemoteAddress.refuse(output: directory)
    if let names = try? FileManager.default.contentsOfDirectory(atPath: directory) {
      guard names.isEmpty else { throw FileError(.exists, file: directory) }
      return
    }
    guard FileStatus(path: directory) == nil else { throw FileError(.exists, file: directory) }
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    } catch {
      throw FileError(.cannotCreate(errno == 0 ? EIO : errno), file: directory)
    }
  }

  private static func copy(_ pieces: [Piece], to path: String) throws(FileError) {
    let inputs = try pieces.map { piece throws(FileError) in try InputFile(path: piece.path) }
    let output = try OutputFile(path: path, permissions: OutputPermissions(notWiderThan: inputs.map(\.state)))
    var position = 0
    var buffer: [UInt8] = []
    for (piece, input) in zip(pieces, inputs) {
      let count = min(piece.byteCount ?? input.byteCount, input.byteCount)
      var done = 0
      while done < count {
        let length = min(copyByteCount, count - done)
        try input.read(at: done, count: length, into: &buffer)
        try output.write(buffer.rawSpan.extracting(first: length), at: position)
        done += length
        position += length
      }
      try input.requireUnchanged()
    }
    try output.commit()
  }

  private static let copyByteCount = 4 << 20
}
