internal import Bytes
package import Files
package import Messages
package import Tensors

/// Writes a PyTorch file that `torch.load` opens with `weights_only=True`: a zip archive whose `data.pkl` is a dictionary of tensors.
///
/// The same tensors and metadata give the same bytes. Storages start at multiples of 64 bytes, as PyTorch's do, so that they can be
/// mapped. What the file says about itself is in `extra/decant.json`, which PyTorch skips. Checksums are filled in after each
/// storage, and the central directory comes last.
/// - Source: PyTorch 2.9, `torch/serialization.py`, `_save`; `caffe2/serialize/inline_container.cc`.
package final class PyTorchWriter: ZipSink, TensorSink, TensorSinkBody {
  /// The format in words.
  package let format = "PyTorch"
  private var turns: TensorTurns
  private var notes = TorchNotes()

  private static let root = "archive/"
  private static let alignment = 64

  /// Creates the temporary file beside `path`.
  ///
  /// - Throws: `FileError` if `path` exists and is not to be replaced, or its directory cannot be written.
  package convenience init(
    path: String, replacesExisting: Bool = false, permissions: OutputPermissions = .ofNewFile
  ) throws {
    try self.init(
      path: path, replacesExisting: replacesExisting, permissions: permissions, largeByteCount: Int(UInt32.max))
  }

  /// For tests, which cannot write 4 GiB to see the larger fields.
  init(path: String, replacesExisting: Bool, permissions: OutputPermissions = .ofNewFile, largeByteCount: Int) throws {
    turns = TensorTurns(path: path)
    try super.init(
      path: path, replacesExisting: replacesExisting, permissions: permissions, alignment: Self.alignment,
      largeByteCount: largeByteCount)
  }

  /// Why the format cannot hold a tensor; nil if it can.
  package func refusal(of descriptor: TensorDescriptor) -> Message? { Self.refusal(of: descriptor) }

  /// What other programs see in place of a tensor; see `TensorSink`.
  package func substitute(for descriptor: TensorDescriptor) -> Message? {
    guard let stored = TorchElement(stored: descriptor.dtype)?.dtype, stored != descriptor.dtype else { return nil }
    return "\(stored)"
  }

  /// Why PyTorch cannot store a tensor, decided before a file is created; nil if it can.
  package static func refusal(of descriptor: TensorDescriptor) -> Message? {
    if descriptor.dtype == .string {
      return "PyTorch has no tensors of strings; leave it out with --drop, or write HDF5 (.h5)"
    }
    if TorchElement(stored: descriptor.dtype) == nil {
      return "PyTorch has no dtype for \(descriptor.dtype); leave the tensor out with --drop, or write HDF5 (.h5)"
    }
    return nil
  }

  /// Lays out the archive, and writes the pickle.
  package func begin(_ contents: SinkContents) throws -> any TensorSinkBody {
    let descriptors = contents.descriptors
    turns.begin(descriptors)
    try refuse(descriptors, file: path)
    notes = TorchNotes(metadata: contents.metadata, descriptors: descriptors, trimmed: try contents.trimmedNames())
    let pickle = Self.pickle(of: descriptors)
    try add(Self.root + "data.pkl", pickle)
    try add(Self.root + "byteorder", Array("little".utf8))
    for (number, descriptor) in descriptors.enumerated() {
      append("\(Self.root)data/\(number)", dataByteCount: descriptor.byteCount)
    }
    try output.reserve(byteCount: membersByteCount)
    return self
  }

  /// The dictionary of tensors. Each is `_rebuild_tensor_v2(storage, 0, shape, strides, False, OrderedDict())`; dtypes without a class
  /// of storages take `_rebuild_tensor_v3`, which names the dtype.
  private static func pickle(of descriptors: [TensorDescriptor]) -> [UInt8] {
    var writer = PickleWriter()
    writer.append(.emptyDictionary)
    for (number, descriptor) in descriptors.enumerated() {
      guard let element = TorchElement(stored: descriptor.dtype) else { continue }
      let storage = element.storage
      writer.append(.mark)
      writer.append(descriptor.name)
      writer.append(
        PickleGlobal(module: "torch._utils", name: storage == nil ? "_rebuild_tensor_v3" : "_rebuild_tensor_v2"))
      writer.append(.mark)
      writer.append(.mark)
      writer.appendShared("storage")
      writer.append(
        storage.map { PickleGlobal(module: "torch", name: $0) }
          ?? PickleGlobal(module: "torch.storage", name: "UntypedStorage"))
      writer.append("\(number)")
      writer.appendShared("cpu")
      writer.append(storage == nil ? descriptor.byteCount : descriptor.shape.elementCount)
      writer.append(.tuple)
      writer.append(.persistent)
      writer.append(0)
      writer.append(descriptor.shape.dimensions)
      writer.append(Self.strides(of: descriptor.shape))
      writer.append(.newFalse)
      writer.append(PickleGlobal(module: "collections", name: "OrderedDict"))
      writer.append(.emptyTuple)
      writer.append(.reduce)
      if storage == nil { writer.append(PickleGlobal(module: "torch", name: element.name)) }
      writer.append(.tuple)
      writer.append(.reduce)
      writer.append(.setItems)
    }
    writer.append(.stop)
    return writer.bytes
  }

  private static func strides(of shape: Shape) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.rank)
    for axis in strides.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * max(shape.dimensions[axis + 1], 1)
    }
    return strides
  }

  /// The number of members before those of the tensors.
  private static let firstStorage = 2

  /// Appends elements of the tensor whose turn it is.
  package func write(_ piece: RawSpan) throws {
    guard let (tensor, offset) = try turns.take(piece, pass: endStorage) else { return }
    let member = Self.firstStorage + tensor
    if let narrow = notes.narrowInteger(of: turns.descriptors[tensor]) {
      try write(narrow.exchanged(piece).rawSpan, at: offset, of: member)
    } else {
      try write(piece, at: offset, of: member)
    }
  }

  private func endStorage(of tensor: Int) throws { try end(Self.firstStorage + tensor) }

  /// Always throws: PyTorch does not store strings.
  package func writeStrings(_ strings: [[UInt8]]) throws {
    throw WeightFileError(.wrongKind(.string), file: path)
  }

  /// Writes the notes and the central directory.
  package func finish(metadata: [String: String]?) throws -> any FinishedTensors {
    try turns.requireAll(pass: endStorage)
    if let metadata { notes.metadata = metadata }
    if !notes.isEmpty { try add(Self.root + TorchNotes.memberName, notes.json) }
    try add(Self.root + "version", Array("3\n".utf8))
    try writeDirectory()
    return self
  }

}
