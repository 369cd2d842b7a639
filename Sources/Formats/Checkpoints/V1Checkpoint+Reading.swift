internal import Bytes
internal import Messages
internal import ProtobufWire
internal import SSTable
package import Tensors

extension V1Checkpoint {
  /// Reads one fixed-width tensor from its record, or from the records of its slices.
  ///
  /// A small block is verified before its values are handed out, and a large one after its last piece.
  package func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    precondition(maximumByteCount >= 16, "a piece has room for an element")
    let (descriptor, name, parts) = try require(descriptor.name)
    guard let width = descriptor.dtype.byteCount, let values = V1Values(descriptor.dtype) else {
      throw failure(.unsuitable(descriptor.dtype), descriptor)
    }
    let reader = try SliceReader(parts.map(\.slice), of: descriptor)
    func readSlice(_ number: Int, _ maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
      try withRecord(parts[number], name, descriptor) { record in
        var sink = V1ValueSink(
          values: values, elementCount: reader.elementCount(of: number), elementWidth: width,
          maximumByteCount: maximumByteCount, buffers: buffers)
        try record.readValues(name: name, slice: parts[number].slice, dtype: descriptor.dtype, into: &sink, body)
      }
    }
    if parts.isEmpty {
      try body([UInt8]().rawSpan)
    } else if let order = reader.contiguousOrder {
      for number in order { try readSlice(number, maximumByteCount, body) }
    } else {
      try checkRoom(parts, descriptor, values)
      let whole = try reader.assemble(width: width) { try readSlice($0, buffers.byteCount, $1) }
      try whole.forEachPiece(width: width, maximumByteCount: maximumByteCount, body)
    }
  }

  /// Reads one string tensor.
  package func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] {
    let (descriptor, name, parts) = try require(descriptor.name)
    guard descriptor.dtype == .string else { throw failure(.unsuitable(descriptor.dtype), descriptor) }
    let reader = try SliceReader(parts.map(\.slice), of: descriptor)
    return try reader.readStrings { number in
      var strings: [[UInt8]] = []
      try self.withRecord(parts[number], name, descriptor) { record in
        try record.forEachValueField(name: name, slice: parts[number].slice, dtype: .string) { stream, tag, end in
          guard tag.number == 8, tag.type == .lengthDelimited else {
            return try stream.skipField(tag.type, before: end)
          }
          let stringEnd = try stream.enterPayload(before: end)
          strings.append(try stream.readBytes(stringEnd - stream.position))
        }
        guard strings.count == reader.elementCount(of: number) else {
          throw CheckpointDefect.data(.badValueCount(expected: reader.elementCount(of: number), found: strings.count))
        }
      }
      return strings
    }
  }

  private func require(
    _ name: String
  ) throws -> (descriptor: TensorDescriptor, name: [UInt8], parts: [V1Listing.Part]) {
    guard let index = descriptors.index(ofName: name) else { throw MissingTensorError(names: [name], source: self) }
    switch tensors[index].content {
    case .broken(let error): throw error
    case .parts(let parts): return (descriptors[index], tensors[index].name, parts)
    }
  }

  private func failure(
    _ reason: CheckpointDefect, _ descriptor: TensorDescriptor, file: Int = 0, offset: Int? = nil
  ) -> CheckpointError {
    CheckpointError(reason, file: files[file].path, offset: offset, tensor: descriptor.name)
  }

  /// Opens the record of one slice, has it read, and verifies its block to the end.
  private func withRecord(
    _ part: V1Listing.Part, _ name: [UInt8], _ descriptor: TensorDescriptor,
    _ body: (inout V1File.Record) throws -> Void
  ) throws {
    guard let file = tables[part.file] else {
      throw failure(.shard(.missing(files[part.file].name)), descriptor, file: part.file)
    }
    do {
      guard var record = try file.openRecord(part.slice.key(ofTensor: name)) else {
        throw CheckpointDefect.slices(.missing(part.slice))
      }
      do {
        try body(&record)
      } catch let error where error is WireError || error is CheckpointDefect {
        let offset = (error as? WireError)?.offset ?? record.stream.fileOffset
        // Nonsense in a record is usually damage to its block, which is the better thing to report.
        try record.stream.finish()
        let reason = (error as? WireError).map { .message("V1 record", $0.reason) } ?? error as? CheckpointDefect
        throw failure(reason ?? .data(.missing), descriptor, file: part.file, offset: offset)
      }
      try record.stream.finish()
    } catch let error as TableError {
      throw CheckpointError(error, file: file.path, tensor: descriptor.name)
    } catch let reason as CheckpointDefect {
      throw failure(reason, descriptor, file: part.file)
    }
  }

  /// Throws, before memory for the whole tensor is allocated, unless the records can hold as many values as the tensor has.
  private func checkRoom(_ parts: [V1Listing.Part], _ descriptor: TensorDescriptor, _ values: V1Values) throws {
    // Each file counts once. A compressed byte can expand to at most 22.
    let room = Set(parts.map(\.file)).reduce(0) { $0 + (files[$1].byteCount ?? 0) } * 22
    guard descriptor.shape.elementCount <= room / values.minimumByteCount else {
      throw failure(.data(.badValueCount(expected: descriptor.shape.elementCount, found: 0)), descriptor)
    }
  }
}
