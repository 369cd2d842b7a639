internal import Bytes
internal import Files
internal import Messages
package import Tensors

extension V2Checkpoint {
  /// Reads one fixed-width tensor from its shard, or from the shards of its slices.
  ///
  /// The checksum is compared after the last piece of each slice.
  package func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    precondition(maximumByteCount >= 16, "a piece has room for an element")
    let (descriptor, content) = try require(descriptor.name)
    guard let width = descriptor.dtype.byteCount else { throw failure(.unsuitable(descriptor.dtype), descriptor) }
    switch content {
    case .broken(let error): throw error
    case .whole(let stored):
      try read(stored, of: descriptor, width: width, maximumByteCount: maximumByteCount, body)
    case .sliced(let parts):
      let reader = try SliceReader(parts.map(\.slice), of: descriptor)
      if let order = reader.contiguousOrder {
        for number in order {
          try read(parts[number].stored, of: descriptor, width: width, maximumByteCount: maximumByteCount, body)
        }
      } else {
        try checkRoom(parts.map(\.stored), descriptor)
        let whole = try reader.assemble(width: width) { number, body in
          try read(parts[number].stored, of: descriptor, width: width, maximumByteCount: buffers.byteCount, body)
        }
        try whole.forEachPiece(width: width, maximumByteCount: maximumByteCount, body)
      }
    }
  }

  /// Where the elements of a tensor are that is not sliced.
  package func storedElements(of descriptor: TensorDescriptor) throws -> StoredElements? {
    let (descriptor, content) = try require(descriptor.name)
    guard case .whole(let stored) = content, stored.byteCount == descriptor.byteCount, stored.byteCount > 0,
      descriptor.dtype.byteCount != nil, !header.isBigEndian
    else { return nil }
    return StoredElements(try file(of: stored, descriptor), at: stored.offset)
  }

  /// Reads one string tensor.
  package func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] {
    let (descriptor, content) = try require(descriptor.name)
    guard descriptor.dtype == .string else { throw failure(.unsuitable(descriptor.dtype), descriptor) }
    switch content {
    case .broken(let error): throw error
    case .whole(let stored): return try readStrings(stored, of: descriptor)
    case .sliced(let parts):
      return try SliceReader(parts.map(\.slice), of: descriptor).readStrings { number in
        try self.readStrings(parts[number].stored, of: descriptor)
      }
    }
  }

  private func require(_ name: String) throws(MissingTensorError) -> (TensorDescriptor, Content) {
    guard let index = descriptors.index(ofName: name) else {
      throw MissingTensorError(names: [name], source: self)
    }
    return (descriptors[index], contents[index])
  }

  private func failure(
    _ reason: CheckpointDefect, _ descriptor: TensorDescriptor, shard: Int? = nil, offset: Int? = nil
  ) -> CheckpointError {
    CheckpointError(reason, file: shard.map(shards.path) ?? prefix + ".index", offset: offset, tensor: descriptor.name)
  }

  /// The shard of a run of bytes, once it is known to hold them.
  private func file(of stored: Stored, _ descriptor: TensorDescriptor) throws -> InputFile {
    let file: InputFile
    do throws(CheckpointError) {
      file = try shards.file(stored.shard)
    } catch {
      throw CheckpointError(error.reason, file: error.file, tensor: descriptor.name)
    }
    guard stored.offset <= file.byteCount, stored.byteCount <= file.byteCount - stored.offset else {
      throw failure(
        .shard(
          .outside(
            offset: stored.offset, byteCount: stored.byteCount, shardByteCount: file.byteCount,
            kind: (try? FileKind(of: file)) ?? .unknown)), descriptor, shard: stored.shard)
    }
    return file
  }

  /// Throws, before memory for the whole tensor is allocated, unless the shards hold as many bytes as the slices claim.
  private func checkRoom(_ slices: [Stored], _ descriptor: TensorDescriptor) throws {
    for (shard, slices) in Dictionary(grouping: slices, by: \.shard) {
      var claimed = 0
      for slice in slices {
        let file = try file(of: slice, descriptor)
        guard let sum = claimed.addingChecked(slice.byteCount), sum <= file.byteCount else {
          throw failure(
            .shard(
              .outside(
                offset: slice.offset, byteCount: claimed, shardByteCount: file.byteCount, kind: .unknown)), descriptor,
            shard: shard)
        }
        claimed = sum
      }
    }
  }

  private func read(
    _ stored: Stored, of descriptor: TensorDescriptor, width: Int, maximumByteCount: Int,
    _ body: (RawSpan) throws -> Void
  ) throws {
    // An empty tensor can be read without its shard.
    guard stored.byteCount > 0 else {
      try body([UInt8]().rawSpan)
      return try require(CRC32C(), of: stored, descriptor)
    }
    let file = try file(of: stored, descriptor)
    var buffer = buffers.take()
    defer { buffers.give(buffer) }
    let limit = min(maximumByteCount, buffer.count)
    let pieceByteCount = limit - limit % width
    // Complex numbers are two numbers side by side, each in its own byte order.
    let swapWidth = header.isBigEndian ? (descriptor.dtype.kind == .complex ? width / 2 : width) : 1
    var checksum = CRC32C()
    var done = 0
    while done < stored.byteCount {
      let count = min(pieceByteCount, stored.byteCount - done)
      try file.read(at: stored.offset + done, count: count, into: &buffer)
      if options.verifiesChecksums { checksum.extend(by: buffer.rawSpan.extracting(first: count)) }
      if swapWidth > 1 { buffer.swapBytes(ofEach: swapWidth, count: count) }
      try body(buffer.rawSpan.extracting(first: count))
      done += count
    }
    try require(checksum, of: stored, descriptor)
  }

  private func require(_ checksum: CRC32C, of stored: Stored, _ descriptor: TensorDescriptor) throws {
    let expected = CRC32C.unmask(stored.maskedChecksum)
    guard options.verifiesChecksums, checksum.value != expected else { return }
    throw checksumFailure(
      .data(.checksum(stored: expected, computed: checksum.value)), stored, descriptor, offset: stored.offset)
  }

  /// A checksum error, or what the file is if it is not data at all.
  private func checksumFailure(
    _ reason: CheckpointDefect, _ stored: Stored, _ descriptor: TensorDescriptor, offset: Int
  ) -> CheckpointError {
    if stored.byteCount > 0, let file = try? shards.file(stored.shard), let kind = try? FileKind(of: file) {
      switch kind {
      case .lfsPointer, .html, .gzip, .zip, .tar:
        return failure(.shard(.foreign(kind)), descriptor, shard: stored.shard)
      default: break
      }
    }
    return failure(reason, descriptor, shard: stored.shard, offset: offset)
  }

  /// Strings are stored as all lengths (varints), a checksum of the lengths, then all bytes.
  ///
  /// The running checksum covers each length as a fixed-width number (32 bits if it fits, otherwise 64), the stored
  /// checksum of the lengths, and the bytes. In a big-endian file, those numbers are big-endian.
  private func readStrings(_ stored: Stored, of descriptor: TensorDescriptor) throws -> [[UInt8]] {
    func failed(_ reason: CheckpointDefect, at position: Int = 0) -> CheckpointError {
      failure(reason, descriptor, shard: stored.shard, offset: stored.offset + position)
    }
    let count = stored.shape.elementCount
    // A tensor without strings may have no bytes, not even for the checksum of its lengths.
    if count == 0, stored.byteCount == 0 {
      try require(CRC32C(), of: stored, descriptor)
      return []
    }
    let file = try file(of: stored, descriptor)
    guard stored.byteCount >= 4, count <= stored.byteCount - 4 else {
      throw failed(.strings(.tooMany(count: count, byteCount: stored.byteCount)))
    }
    let bytes = try file.read(at: stored.offset, count: stored.byteCount)
    var reader = ByteReader(bytes.rawSpan)
    var checksum = CRC32C()
    var strings: [[UInt8]] = []
    do {
      var lengths: [Int] = []
      lengths.reserveCapacity(count)
      for _ in 0..<count {
        let length = try reader.readVarintCount()
        checksum.extend(byStringLength: length, isBigEndian: header.isBigEndian)
        lengths.append(length)
      }
      let position = reader.position
      let maskedLengths: UInt32 = try reader.readLittleEndian()
      let storedLengths = CRC32C.unmask(header.isBigEndian ? maskedLengths.byteSwapped : maskedLengths)
      guard !options.verifiesChecksums || storedLengths == checksum.value else {
        throw checksumFailure(
          .strings(.lengthChecksum(stored: storedLengths, computed: checksum.value)), stored, descriptor,
          offset: stored.offset + position)
      }
      checksum.extend(by: bytes.rawSpan.extracting(position..<bytes.count))
      strings.reserveCapacity(count)
      for length in lengths { strings.append([UInt8](try reader.readBytes(length))) }
    } catch let error as ByteError {
      throw failed(.strings(.badLength(error.reason)), at: error.offset)
    }
    guard reader.isAtEnd else { throw failed(.strings(.bytesLeftOver(reader.remainingCount)), at: reader.position) }
    try require(checksum, of: stored, descriptor)
    return strings
  }
}

extension CRC32C {
  /// Adds a string's length as TensorFlow does: as a 32-bit number if it fits, otherwise as a 64-bit number.
  mutating func extend(byStringLength length: Int, isBigEndian: Bool = false) {
    if let short = UInt32(exactly: length) {
      extend(byLittleEndian: isBigEndian ? short.byteSwapped : short)
    } else {
      extend(byLittleEndian: isBigEndian ? UInt64(length).byteSwapped : UInt64(length))
    }
  }
}
