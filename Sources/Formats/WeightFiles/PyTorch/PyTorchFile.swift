internal import Bytes
internal import Files
internal import Messages
package import Tensors

/// Reads PyTorch's files (`.pt`, `.pth`, `.bin`, `.ckpt`, `.pth.tar`) of all layouts, TorchScript programs, and Python's pickles of
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
      if let parts = try TorchTar(file) { return try tar(TorchTarFile(parts, in: file), file, options) }
      return try FileKind(of: file) == .zip ? archive(file, options) : legacy(file, options)
    } catch let placed as PlacedPickleDefect {
      throw error(placed, in: path, options)
    } catch let defect as PyTorchDefect {
      throw WeightFileError(.pyTorch(defect), file: path)
    }
  }

  /// Opens the pickle in a `.npy` file whose array holds Python objects.
  ///
  /// - Throws: as `open`.
  static func openObjects(_ path: String, options: ReadOptions) throws -> any TensorSource {
    let file = try InputFile(path: path)
    do {
      let start = try NpyHeader.end(in: file)
      do {
        return try legacy(file, from: start, format: "npy with Python objects", options)
      } catch let placed as PlacedPickleDefect {
        throw error(placed, in: path, from: start, options)
      }
    } catch let defect as PyTorchDefect {
      throw WeightFileError(.pyTorch(defect), file: path)
    } catch let defect as ArrayDefect {
      throw WeightFileError(.array(defect), file: path)
    }
  }

  private static func error(
    _ placed: PlacedPickleDefect, in path: String, from start: Int = 0, _ options: ReadOptions
  ) -> WeightFileError {
    var defect = placed.defect
    // The calls are ignored already.
    if options.ignoresCode, case .foreignCalls(let names) = defect { defect = .unfollowedCalls(names) }
    return WeightFileError(.pyTorch(defect), file: path, offset: start + placed.position)
  }

  private static func archive(_ file: InputFile, _ options: ReadOptions) throws -> IndexedFile {
    let zip = try ZipArchive(file)
    let names = zip.members.map(\.text)
    if let other = OtherTorchArchive(names) { throw PyTorchDefect.otherArchive(other) }
    if let program = try TorchProgram(zip, names, verifiesChecksum: options.verifiesChecksums) {
      let index = program.index(file)
      try requireTensors(index)
      return try IndexedFile(index)
    }
    let archive = try TorchArchive(zip, names, verifiesChecksum: options.verifiesChecksums)
    var index = TensorIndex(format: archive.isScript ? "TorchScript" : "PyTorch", file: file)
    index.hasChecksums = true
    try note(archive.foreignCalls, in: &index, options)
    for part in archive.parts {
      var tensors = PickledTensors(
        into: index, heap: part.heap, isBigEndian: archive.isBigEndian, isScript: archive.isScript
      ) { archive.bytes(of: $0, in: part) }
      try tensors.add(part.value, named: part.prefix, fallback: stem(of: file))
      index = tensors.index
      let listed = tensors.listedStorages
      let unlisted = archive.storages(of: part).filter { !listed.contains($0.key) && $0.byteCount > 0 }
      if !unlisted.isEmpty, index.problems.allSatisfy({ $0.severity == .note }) {
        index.addNote(
          .pyTorch(
            .unlistedStorages(count: unlisted.count, byteCount: unlisted.reduce(0) { $0 + $1.byteCount })))
      }
    }
    try requireTensors(index)
    index.metadata.merge(archive.notes.metadata) { _, noted in noted }
    if !archive.notes.dtypes.isEmpty { index.tensors = index.tensors.map { $0.restored(archive.notes) } }
    return try IndexedFile(index)
  }

  /// A file of the older layout, or a pickle that begins at `start`.
  private static func legacy(
    _ file: InputFile, from start: Int = 0, format: String? = nil, _ options: ReadOptions
  ) throws -> IndexedFile {
    let legacy = try TorchLegacyFile(.file(file, start..<file.byteCount))
    let format = format ?? (legacy.isPlain ? "Python pickle" : "PyTorch of before 1.6")
    var index = TensorIndex(format: format, file: file)
    try note(legacy.foreignCalls, in: &index, options)
    if legacy.trailingByteCount > 0 {
      index.addNote(.pyTorch(.trailingBytes(legacy.trailingByteCount)))
    }
    if let cut = legacy.cut { index.addProblem(.pyTorch(cut), tensor: nil, offset: file.byteCount) }
    var tensors = PickledTensors(into: index, heap: legacy.heap, isBigEndian: legacy.isBigEndian) {
      legacy.storages[$0]
    }
    try tensors.add(legacy.value, named: "", fallback: stem(of: file))
    try requireTensors(tensors.index)
    return try IndexedFile(tensors.index)
  }

  private static func tar(_ parts: TorchTarFile, _ file: InputFile, _ options: ReadOptions) throws -> IndexedFile {
    var index = TensorIndex(format: "PyTorch of before 0.1.10", file: file)
    try note(parts.foreignCalls, in: &index, options)
    var tensors = PickledTensors(into: index, heap: parts.heap, isBigEndian: parts.isBigEndian) { parts.storages[$0] }
    try tensors.add(parts.value, named: "", fallback: stem(of: file))
    try requireTensors(tensors.index)
    return try IndexedFile(tensors.index)
  }

  /// Refuses a pickle that calls functions which are not known to be harmless, or notes them if they are to be ignored.
  private static func note(
    _ calls: [PickleGlobal], in index: inout TensorIndex, _ options: ReadOptions
  ) throws(PyTorchDefect) {
    guard !calls.isEmpty else { return }
    let names = calls.map(\.text)
    guard options.ignoresCode else { throw .foreignCalls(names) }
    index.addNote(.pyTorch(.ignoredCalls(names)))
  }

  /// Refuses a pickle of other things; an empty dictionary is a model without weights.
  private static func requireTensors(_ index: TensorIndex) throws(PyTorchDefect) {
    if index.tensors.isEmpty, !index.metadata.isEmpty, index.problems.allSatisfy({ $0.severity == .note }) {
      throw .noTensors
    }
  }

  /// The name of a tensor that was saved alone: that of the file, without its extension.
  private static func stem(of file: InputFile) -> String {
    let name = file.name
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
    return String(name[..<dot])
  }
}

extension IndexedTensor {
  /// The tensor with the dtype that Decant noted when it wrote the file.
  fileprivate func restored(_ notes: TorchNotes) -> IndexedTensor {
    guard let note = notes.dtypes[descriptor.name], note.dtype.byteCount == descriptor.dtype.byteCount,
      TorchElement(stored: note.dtype)?.dtype == descriptor.dtype, case .stored(let array) = elements
    else { return self }
    var tensor = self
    tensor.descriptor.dtype = note.dtype
    if note.isSignExtended, let narrow = NarrowInteger(note.dtype) {
      tensor.elements = .decoded(array, .narrow(narrow))
    }
    return tensor
  }
}
