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
package final class PyTorchWriter: TensorSink, TensorSinkBody, FinishedTensors {
  /// The format in words.
  package let format = "PyTorch"
  /// The one file.
  package let files: [SinkFile]
  private let path: String
  private var output: OutputFile?
  private var descriptors: [TensorDescriptor] = []
  private var notes = TorchNotes()
  private var members: [ZipMember] = []
  /// The tensor whose turn it is, and how many bytes of it are written.
  private var index = 0
  private var written = 0
  private var checksum: UInt = 0
  private var end = 0
  private let largeByteCount: Int

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
    self.path = path
    self.largeByteCount = largeByteCount
    let output = try OutputFile(path: path, replacesExisting: replacesExisting, permissions: permissions)
    files = [SinkFile(path: path, temporaryPath: output.temporaryPath)]
    self.output = consume output
  }

  /// Why the format cannot hold a tensor; nil if it can.
  package func refusal(of descriptor: TensorDescriptor) -> Message? { Self.refusal(of: descriptor) }

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
    precondition(members.isEmpty && index == 0, "a file begins once")
    descriptors = contents.descriptors
    try refuse(descriptors, file: path)
    notes = TorchNotes(metadata: contents.metadata, descriptors: descriptors, trimmed: try contents.trimmedNames())
    let pickle = Self.pickle(of: descriptors)
    try add("data.pkl", pickle)
    try add("byteorder", Array("little".utf8))
    for (number, descriptor) in descriptors.enumerated() { append("data/\(number)", descriptor.byteCount) }
    try output?.reserve(byteCount: end)
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

  /// Lays out a member after those before it.
  private func append(_ name: String, _ byteCount: Int) {
    let member = ZipMember(
      name: Array((Self.root + name).utf8), dataByteCount: byteCount, offset: end, largeByteCount: largeByteCount,
      alignment: Self.alignment)
    members.append(member)
    end += member.byteCount
  }

  /// Adds a member and writes it.
  private func add(_ name: String, _ bytes: [UInt8]) throws {
    append(name, bytes.count)
    members[members.count - 1].checksum = NpzWriter.extend(0, bytes.rawSpan)
    let member = members[members.count - 1]
    try output?.write(member.localHeader.rawSpan, at: member.offset)
    try output?.write(bytes.rawSpan, at: member.dataOffset)
  }

  /// The number of members before those of the tensors.
  private static let firstStorage = 2

  /// Appends elements of the tensor whose turn it is.
  package func write(_ piece: RawSpan) throws {
    if piece.isEmpty { return }
    try passCompleteTensors()
    precondition(index < descriptors.count, "every tensor is complete")
    let descriptor = descriptors[index]
    guard piece.byteCount <= descriptor.byteCount - written else {
      throw WeightFileError(.tooManyBytes(declared: descriptor.byteCount), file: path, tensor: descriptor.name)
    }
    let offset = members[Self.firstStorage + index].dataOffset + written
    if let narrow = notes.narrowInteger(of: descriptor) {
      try write(narrow.exchanged(piece).rawSpan, at: offset)
    } else {
      try write(piece, at: offset)
    }
    written += piece.byteCount
  }

  private func write(_ piece: RawSpan, at offset: Int) throws {
    checksum = NpzWriter.extend(checksum, piece)
    try output?.write(piece, at: offset)
  }

  /// Always throws: PyTorch does not store strings.
  package func writeStrings(_ strings: [[UInt8]]) throws {
    throw WeightFileError(.wrongKind(.string), file: path)
  }

  /// Writes the notes and the central directory.
  package func finish(metadata: [String: String]?) throws -> any FinishedTensors {
    try passCompleteTensors()
    guard index == descriptors.count else {
      let descriptor = descriptors[index]
      throw WeightFileError(
        .tooFewBytes(declared: descriptor.byteCount, written: written), file: path, tensor: descriptor.name)
    }
    if let metadata { notes.metadata = metadata }
    if !notes.isEmpty { try add(TorchNotes.memberName, notes.json) }
    try add("version", Array("3\n".utf8))
    let directory = ZipMember.directory(of: members, at: end, largeByteCount: largeByteCount)
    try output?.write(directory.rawSpan, at: end)
    return self
  }

  /// Where the file is until it is committed.
  package var temporaryPath: String { files[0].temporaryPath }

  /// Makes the file durable and gives it its name.
  package func commit() throws {
    guard let output = output.take() else { preconditionFailure("the file is committed already") }
    try output.commit()
  }

  /// Writes the headers of storages whose bytes are all there, and moves on.
  private func passCompleteTensors() throws {
    while index < descriptors.count, written == descriptors[index].byteCount {
      let place = Self.firstStorage + index
      members[place].checksum = checksum
      try output?.write(members[place].localHeader.rawSpan, at: members[place].offset)
      index += 1
      written = 0
      checksum = 0
    }
  }
}
