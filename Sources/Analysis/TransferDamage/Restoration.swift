internal import Bytes
package import Files
package import Messages

/// Restores a file that was treated as text, by undoing the changes one after the other.
package struct Restoration: Sendable, Equatable {
  /// The file as it is.
  package let path: String
  /// What was done to it, the last change first.
  package let changes: [TextChange]
  /// The carriage returns that are put back once the exact changes are undone; nil if none were found.
  private(set) var returns: RemovedReturns?

  /// Examines a file that some reader refused; nil if no change shows.
  ///
  /// Reads all of it, once for each change. Few line ends prove nothing by themselves, so the result must be proved by
  /// reading it.
  /// - Parameter path: the file.
  /// - Throws: `FileError`.
  package init?(_ path: String) throws(FileError) {
    let file = try InputFile(path: path)
    var changes: [TextChange] = []
    while changes.count < Self.maximumChangeCount {
      var census = ByteCensus()
      guard try Self.decode(file, changes, { census.add($0.span) }) else { break }
      guard
        let change = TextChange.recognize(census, fewestLineFeeds: changes.allSatisfy { $0 == .encodedAsUTF8 } ? 1 : 4)
      else { break }
      guard change.isExact else {
        if changes.isEmpty { changes = [change] }
        break
      }
      changes.append(change)
    }
    guard !changes.isEmpty else { return nil }
    self.path = path
    self.changes = changes
  }

  /// A file into which returns are put back, after another restoration has undone the exact changes.
  init(_ exact: Restoration?, path: String, returns: RemovedReturns) {
    self.path = path
    changes = (exact?.changes.filter(\.isExact) ?? []) + [.returnsRemoved]
    self.returns = returns
  }

  /// Whether the original can be derived from the file, and from checksums if a change lost something.
  package var isExact: Bool {
    changes.allSatisfy { $0.isExact || $0 == .returnsRemoved && returns?.isWhole == true }
  }

  /// Whether only some tensors or blocks are lost, and the others are where they were.
  package var isPartial: Bool { returns?.isWhole == false }

  /// What happened, in sentences about "the file".
  package var words: Message {
    guard let returns else { return changes.map(\.words).joined(separator: " ") }
    var sentences = changes.filter { $0 != .returnsRemoved }.map(\.words)
    if sentences.isEmpty {
      sentences = [TextChange.returnsRemoved.words]
    } else {
      sentences.append("Before that, some line feeds lost their carriage return.")
    }
    let count = returns.places.count
    sentences.append(
      "Checksums prove where \(count) missing \(count.noun("carriage return")) \(count.noun("was", "were")).")
    return sentences.joined(separator: " ")
  }

  /// Writes the original file, with zeros for lost bytes.
  ///
  /// - Parameter output: the new file.
  /// - Throws: `FileError`; `FileError.Reason.changed` if the file has changed since it was examined.
  package func write(to output: borrowing OutputFile) throws(FileError) {
    let file = try InputFile(path: path)
    var written = 0
    var failure: FileError?
    var inserter = ReturnInserter(returns)
    let isWhole = try Self.decode(file, changes) { bytes in
      guard failure == nil else { return }
      let bytes = inserter.insert(into: bytes)
      do throws(FileError) {
        try output.write(bytes.rawSpan, at: written)
      } catch {
        failure = error
      }
      written += bytes.count
    }
    if failure == nil {
      let rest = inserter.atEnd
      try output.write(rest.rawSpan, at: written)
    }
    if let failure { throw failure }
    guard isWhole else { throw FileError(.changed, file: path) }
    try file.requireUnchanged()
  }

  /// Passes on the bytes with changes undone, piece by piece; false if the changes cannot have made these bytes.
  private static func decode(
    _ file: InputFile, _ changes: [TextChange], _ body: ([UInt8]) -> Void
  ) throws(FileError) -> Bool {
    var decoder = TextDecoder(changes)
    var buffer: [UInt8] = []
    var done = 0
    while done < file.byteCount {
      let count = min(bufferByteCount, file.byteCount - done)
      try file.read(at: done, count: count, into: &buffer)
      done += count
      guard let bytes = decoder.decode(Array(buffer.prefix(count)), isLast: done == file.byteCount) else {
        return false
      }
      body(bytes)
    }
    return true
  }

  private static let maximumChangeCount = 3
  private static let bufferByteCount = 1 << 20
}
