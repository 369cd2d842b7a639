internal import Bytes
internal import Files
internal import Messages
package import Tensors

/// Reads PyTorch's files (`.pt`, `.pth`, `.bin`, `.ckpt`, `.pth.tar`) of both layouts, TorchScript programs, and Python's pickles of
/// arrays, without executing anything.
///
/// Names are the keys on the way to a tensor, joined with dots. A module that was saved whole is listed as its `state_dict`.
/// Everything else that was saved (numbers, words, settings) is metadata.
package enum PyTorchFile {
  /// Opens a file.
  ///
  /// - Throws: `WeightFileDefect.pyTorch` if the pickle is damaged or calls a function that Decant does not know, and the archive's errors.
  package static func open(_ path: String, options: ReadOptions = ReadOptions()) throws -> any TensorSource {
    let file = try InputFile(path: path)
    do {
      return try FileKind(of: file) == .zip ? archive(file, options) : legacy(file)
    } catch let placed as PlacedPickleDefect {
      throw WeightFileError(.pyTorch(placed.defect), file: path, offset: placed.position)
    } catch let defect as PyTorchDefect {
      throw WeightFileError(.pyTorch(defect), file: path)
    }
  }

  private static func archive(_ file: InputFile, _ options: ReadOptions) throws -> IndexedFile {
    let archive = try TorchArchive(file, verifiesChecksum: options.verifiesChecksums)
    try refuse(archive.foreignCalls)
    var index = TensorIndex(format: archive.isScript ? "TorchScript program" : "PyTorch file", file: file)
    index.hasChecksums = true
    for part in archive.parts {
      var tensors = PickledTensors(
        into: index, heap: part.heap, isBigEndian: archive.isBigEndian, isScript: archive.isScript
      ) { archive.bytes(of: $0, in: part) }
      try tensors.add(part.value, named: part.prefix, fallback: stem(of: file))
      index = tensors.index
    }
    return try IndexedFile(index)
  }

  private static func legacy(_ file: InputFile) throws -> IndexedFile {
    let legacy = try TorchLegacyFile(StoredBytes(file))
    try refuse(legacy.foreignCalls)
    let format = legacy.isPlain ? "Python pickle" : "PyTorch file of the layout before 1.6"
    var index = TensorIndex(format: format, file: file)
    if let cut = legacy.cut { index.addProblem(.pyTorch(cut), tensor: nil, offset: file.byteCount) }
    var tensors = PickledTensors(into: index, heap: legacy.heap, isBigEndian: legacy.isBigEndian) {
      legacy.storages[$0]
    }
    try tensors.add(legacy.value, named: "", fallback: stem(of: file))
    return try IndexedFile(tensors.index)
  }

  private static func refuse(_ calls: [PickleGlobal]) throws(PyTorchDefect) {
    guard calls.isEmpty else { throw .foreignCalls(calls.map(\.text)) }
  }

  /// The name of a tensor that was saved alone: that of the file, without its extension.
  private static func stem(of file: InputFile) -> String {
    let name = file.name
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
    return String(name[..<dot])
  }
}
