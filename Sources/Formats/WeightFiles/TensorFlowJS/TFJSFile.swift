internal import Bytes
package import Files
internal import Messages
package import Tensors

/// Reads a TensorFlow.js model: a layers model, a graph model, or a list of weights alone.
///
/// - Source: tensorflowjs 4.22 `write_weights.py` and `read_weights.py`, which Decant's values equal bit by bit.
package enum TFJSFile {
  /// The format in words.
  static let format = "TensorFlow.js"
  /// The most bytes of JSON that are read. The layers of the largest models take some megabytes.
  private static let maximumByteCount = 1 << 28
  private static let bytesPerTextByte = 8

  /// Opens a model by its JSON file.
  ///
  /// - Throws: `WeightFileError` for a file that is not a model, or of whose tensors none can be listed; `FileError`.
  package static func open(_ path: String, options: ReadOptions = ReadOptions()) throws -> any TensorSource {
    let file = try InputFile(path: path)
    let manifest = try manifest(of: file)
    // While a model is being written, its shards have temporary names too.
    let temporary = TemporaryName(path.lastPart).map { String(path.lastPart.dropLast($0.ending.utf8.count)) + "." }
    let files = CompanionFiles(beside: path, prefix: temporary ?? "")
    var index = TensorIndex(format: format, file: file)
    for group in manifest.groups {
      var placing = TFJSPlacing(group, in: files, path: path)
      try placing.place()
      index.tensors += placing.tensors
      for problem in placing.problems { index.addProblem(problem.reason, tensor: problem.tensor) }
    }
    index.add(files)
    // One sentence about all of them says more than the first tensor's problem.
    let paths = manifest.groups.flatMap(\.paths)
    if index.tensors.isEmpty, files.opened.isEmpty, paths.count > 1, files.missing.count == paths.count {
      throw WeightFileError(.tensorFlowJS(.noShards(paths)), file: path)
    }
    index.metadata = manifest.metadata
    index.webModel = TFJSModel(manifest.members, in: file)
    return try IndexedFile(index)
  }

  /// Whether a JSON file has a list of weights, whatever it is called.
  package static func isModel(_ file: InputFile) -> Bool { (try? manifest(of: file)) != nil }

  private static func manifest(of file: InputFile) throws -> TFJSManifest {
    guard file.byteCount <= maximumByteCount else {
      throw WeightFileError(
        .tensorFlowJS(.tooLarge(byteCount: file.byteCount, limit: maximumByteCount)), file: file.path)
    }
    // What the text describes takes several times the memory of the text.
    guard MemoryRoom.has(file.byteCount * bytesPerTextByte) else {
      throw FileError(.outOfMemory(byteCount: file.byteCount * bytesPerTextByte), file: file.path)
    }
    let text = try file.read(at: 0, count: file.byteCount)
    do {
      let manifest = try TFJSManifest(parsing: text)
      guard manifest.isPresent else { throw WeightFileDefect.tensorFlowJS(.noManifest) }
      return manifest
    } catch let error as JSONError {
      throw WeightFileError(.tensorFlowJS(.badJSON("\(error)")), file: file.path, offset: error.offset)
    } catch let defect as WeightFileDefect {
      throw WeightFileError(defect, file: file.path)
    }
  }
}
