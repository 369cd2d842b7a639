internal import Bytes
package import Files
package import Messages
internal import ProtobufWire
internal import SSTable
package import Tensors

/// Writes a V1 checkpoint of one file: the same bytes that TensorFlow 0.12's own writer would write for these tensors.
///
/// The list of all tensors comes first, then a record for each. Memory is bounded: floating-point values and bools are written
/// as they arrive, because the lengths before them are known. Integers, whose varints have different lengths, wait in a `Spool`
/// until the tensor is complete. A V1 checkpoint has no place for metadata.
/// - Source: TensorFlow `core/util/tensor_slice_writer.cc`.
package final class V1CheckpointWriter: TensorSink, TensorSinkBody, FinishedTensors {
  /// The format in words, as `V1Checkpoint` has it.
  package let format = "TensorFlow V1 checkpoint"
  /// The one file.
  package let files: [SinkFile]
  /// Always false: V1 checkpoints store no metadata.
  package let keepsMetadata = false

  private let path: String
  private let output: FileOutput
  private let table: TableWriter
  private let spool: Spool
  private var descriptors: [TensorDescriptor] = []
  /// The tensor whose turn it is, and its bytes so far.
  private var index = 0
  private var written = 0

  /// Creates the temporary file beside `path`.
  ///
  /// - Throws: `FileError` if `path` exists and is not to be replaced, or its directory cannot be written.
  package init(path: String, replacesExisting: Bool = false, permissions: OutputPermissions = .ofNewFile) throws {
    let file = try OutputFile(path: path, replacesExisting: replacesExisting, permissions: permissions)
    files = [SinkFile(path: path, temporaryPath: file.temporaryPath)]
    self.path = path
    output = FileOutput(file)
    table = TableWriter(output: output)
    spool = Spool(directory: path.directoryPart)
  }

  /// Why the format cannot hold a tensor; nil if it can.
  package func refusal(of descriptor: TensorDescriptor) -> Message? { Self.refusal(of: descriptor) }

  /// Why the format cannot hold a tensor; nil if it can.
  package static func refusal(of descriptor: TensorDescriptor) -> Message? { V1Limits.refusal(of: descriptor) }

  /// Writes the list of tensors. Metadata is dropped.
  ///
  /// - Precondition: the tensors are sorted by the bytes of their names, as records are by their keys.
  package func begin(_ contents: SinkContents) throws -> any TensorSinkBody {
    precondition(descriptors.isEmpty && index == 0, "a file begins once")
    try refuse(contents.descriptors, file: path)
    descriptors = contents.descriptors
    precondition(
      zip(descriptors, descriptors.dropFirst()).allSatisfy { $0.name.precedesInBytes($1.name) },
      "records are sorted by name")
    let list = V1Metadata.encode(descriptors)
    guard list.count < V1Limits.maximumMessageByteCount else {
      throw CheckpointError(.writing(.listTooLong(byteCount: list.count)), file: path)
    }
    try table.add([], value: list.rawSpan)
    return self
  }

  /// Appends elements of the tensor whose turn it is.
  package func write(_ piece: RawSpan) throws {
    if piece.isEmpty { return }
    try passEmptyTensors()
    let (descriptor, values) = try current()
    guard let byteCount = descriptor.shape.byteCount(of: descriptor.dtype) else {
      throw failure(.entry(.wrongKind(descriptor.dtype)), descriptor)
    }
    guard piece.byteCount <= byteCount - written else {
      throw failure(.writing(.moreThanDeclared(byteCount)), descriptor)
    }
    guard piece.byteCount % values.width == 0 else {
      throw failure(.data(.raggedRun(byteCount: piece.byteCount, width: values.width)), descriptor)
    }
    if values.encoding == .bool, let value = V1Values.firstStrangeBool(in: piece) {
      throw failure(.data(.valueOutOfRange(Int64(value), .bool)), descriptor)
    }
    if values.areStoredAsTheyAre {
      if written == 0 { try beginRecord(descriptor, values, valueByteCount: byteCount) }
      try table.append(piece)
    } else {
      try spool.append(values.varints(of: piece))
    }
    written += piece.byteCount
    guard written == byteCount else { return }
    if !values.areStoredAsTheyAre {
      try beginRecord(descriptor, values, valueByteCount: spool.byteCount)
      try spool.drain { try table.append($0) }
    }
    endTensor()
  }

  /// Writes all strings of the tensor whose turn it is, each in its own field.
  package func writeStrings(_ strings: [[UInt8]]) throws {
    try passEmptyTensors()
    let (descriptor, values) = try current()
    guard descriptor.dtype == .string else {
      throw failure(.entry(.wrongKind(descriptor.dtype)), descriptor)
    }
    guard strings.count == descriptor.shape.elementCount else {
      throw failure(.data(.badValueCount(expected: descriptor.shape.elementCount, found: strings.count)), descriptor)
    }
    func head(_ string: [UInt8]) -> [UInt8] {
      var field = WireWriter()
      field.append(values.field, lengthOf: string.count)
      return field.bytes
    }
    let byteCount = strings.reduce(0) { $0 + head($1).count + $1.count }
    guard byteCount < V1Limits.maximumMessageByteCount - V1Limits.headerByteCount else {
      throw failure(
        .writing(
          .refused(
            "its strings need \(byteCount.counted("byte")), more than a protobuf message can hold; \(V1Limits.remedy)")),
        descriptor)
    }
    try beginRecord(descriptor, values, valueByteCount: byteCount)
    for string in strings {
      let head = head(string)
      try table.append(head.rawSpan)
      try table.append(string.rawSpan)
    }
    endTensor()
  }

  /// Ends the table.
  package func finish(metadata: [String: String]?) throws -> any FinishedTensors {
    try passEmptyTensors()
    guard index == descriptors.count else {
      let descriptor = descriptors[index]
      throw failure(.writing(.lessThanDeclared(descriptor.byteCount, written: written)), descriptor)
    }
    try table.finish()
    return self
  }

  /// Where the file is until it is committed.
  package var temporaryPath: String { files[0].temporaryPath }

  /// Makes the file durable and gives it its name.
  package func commit() throws {
    guard let file = output.file.take() else { preconditionFailure("the file is committed already") }
    try file.commit()
  }

  private func current() throws -> (TensorDescriptor, V1Values) {
    precondition(index < descriptors.count, "every tensor is complete")
    let descriptor = descriptors[index]
    guard let values = V1Values(descriptor.dtype) else {
      throw failure(.entry(.wrongKind(descriptor.dtype)), descriptor)
    }
    return (descriptor, values)
  }

  private func beginRecord(_ descriptor: TensorDescriptor, _ values: V1Values, valueByteCount: Int) throws {
    let name = Array(descriptor.name.utf8)
    let slice = TensorSlice.whole(of: descriptor.shape)
    let head = V1RecordHead(
      name: name, slice: slice, packedField: values.encoding == .string ? nil : values.field,
      valueByteCount: valueByteCount)
    guard head.recordByteCount < V1Limits.maximumMessageByteCount else {
      let byteCount = head.recordByteCount.counted("byte")
      throw failure(
        .writing(.refused("its record needs \(byteCount), more than a protobuf message can hold; \(V1Limits.remedy)")),
        descriptor)
    }
    try table.begin(slice.key(ofTensor: name), valueByteCount: head.recordByteCount)
    try table.append(head.bytes.rawSpan)
  }

  private func failure(_ reason: CheckpointDefect, _ descriptor: TensorDescriptor) -> CheckpointError {
    CheckpointError(reason, file: path, tensor: descriptor.name)
  }

  private func endTensor() {
    index += 1
    written = 0
  }

  /// Writes the records of tensors without elements, which no call of `write` writes.
  private func passEmptyTensors() throws {
    while index < descriptors.count, descriptors[index].shape.elementCount == 0, descriptors[index].dtype != .string {
      let (descriptor, values) = try current()
      try beginRecord(descriptor, values, valueByteCount: 0)
      endTensor()
    }
  }
}

/// A file as a table's output.
private final class FileOutput: TableOutput {
  var file: OutputFile?
  private var startedByteCount = 0

  private static let startedStep = 1 << 23

  init(_ file: consuming OutputFile) {
    self.file = consume file
  }

  func write(_ bytes: RawSpan, at offset: Int) throws(FileError) {
    try file?.write(bytes, at: offset)
    // Lets the disk work while the rest is still being read.
    if offset - startedByteCount >= Self.startedStep {
      file?.startWriting(startedByteCount..<offset)
      startedByteCount = offset
    }
  }
}
