internal import Bytes
internal import Files
internal import Messages
package import Tensors

/// A `.npz` archive of numpy arrays, or a single `.npy` array.
///
/// Every array is a tensor; its name is the member's without `.npy`, or the file's. An array that is not a tensor (Python
/// objects, structures) is one of the `problems`, and the others are read. CRC-32 is compared after an array is read whole.
/// - Source: NumPy, `numpy/lib/format.py`; PKWARE's APPNOTE.TXT, 6.3.
package struct NpzFile: TensorSource {
  /// The format in words.
  package let format: String
  /// The one file.
  package let files: [SourceFile]
  /// All arrays that are tensors, sorted by name.
  package let descriptors: [TensorDescriptor]
  /// True for an archive, false for a single array.
  package var hasChecksums: Bool { archive != nil }
  /// The metadata that Decant's own writer stored with the arrays.
  package let metadata: [String: String]
  /// Arrays that are not tensors, and members that are not arrays.
  package let problems: [SourceProblem]

  let file: InputFile
  let archive: ZipArchive?
  let options: ReadOptions
  /// Where the data of each of `descriptors` is.
  let contents: [Content]

  /// One array in its file.
  struct Content: Sendable {
    /// Nil for the only array of a `.npy` file.
    let member: ZipArchive.Member?
    let header: NpyHeader
  }

  /// The array that holds the metadata: a JSON object of strings as bytes.
  static let metadataName = "__metadata__"
  /// Far more than a vocabulary; 64 deflated KiB can expand to it.
  static let maximumMetadataByteCount = 1 << 26

  /// Opens an archive or a single array. A single array of Python objects, such as a dictionary that was given to `numpy.save`, is
  /// opened as the pickle that it holds.
  ///
  /// - Throws: as the initializer; as `PyTorchFile.open` for a pickle.
  package static func open(_ path: String, options: ReadOptions = ReadOptions()) throws -> any TensorSource {
    do {
      return try NpzFile(path: path, options: options)
    } catch let error as WeightFileError where error.reason == .array(.objects) {
      return try PyTorchFile.openObjects(path, options: options)
    }
  }

  /// Opens an archive, or a single array.
  ///
  /// - Throws: `FileError` if the file cannot be read, `WeightFileError` if its structure is damaged.
  package init(path: String, options: ReadOptions = ReadOptions()) throws {
    let file = try InputFile(path: path)
    let head = try file.read(at: 0, count: min(file.byteCount, NpyHeader.magic.count))
    let isArray = head.elementsEqual(NpyHeader.magic)
    var listing = NpzListing(file: file, options: options)
    if isArray {
      try listing.addOnly()
      archive = nil
    } else {
      let archive = try ZipArchive(file)
      for member in archive.members { try listing.add(member, of: archive) }
      self.archive = archive
    }
    listing.tensors.sort { $0.descriptor.name.precedesInBytes($1.descriptor.name) }
    self.file = file
    self.options = options
    format = isArray ? "npy" : "npz"
    files = [SourceFile(file)]
    descriptors = listing.tensors.map(\.descriptor)
    contents = listing.tensors.map(\.content)
    metadata = listing.metadata
    problems = listing.problems
  }
}

/// Describes the arrays of a file.
private struct NpzListing {
  let file: InputFile
  let options: ReadOptions
  var tensors: [(descriptor: TensorDescriptor, content: NpzFile.Content)] = []
  var metadata: [String: String] = [:]
  var problems: [SourceProblem] = []
  private var names: Set<[UInt8]> = []

  init(file: InputFile, options: ReadOptions) {
    self.file = file
    self.options = options
  }

  /// The array of a `.npy` file, which is named after the file.
  mutating func addOnly() throws {
    let name = file.path.lastPart
    let tensor = name.hasSuffix(".npy") ? String(name.dropLast(4)) : name
    do {
      var offset = 0
      let header = try NpyHeader { count in
        defer { offset += count }
        return try file.read(at: min(offset, file.byteCount), count: max(0, min(count, file.byteCount - offset)))
      }
      try add(tensor, header, member: nil, byteCount: file.byteCount, offset: header.byteCount)
    } catch let defect as ArrayDefect {
      throw WeightFileError(.array(defect), file: file.path, tensor: tensor)
    }
  }

  mutating func add(_ member: ZipArchive.Member, of archive: ZipArchive) throws {
    guard member.name.suffix(4).elementsEqual(".npy".utf8) else {
      // An array whose name was changed in the directory still has its own name before its bytes.
      do {
        _ = try archive.dataOffset(of: member)
      } catch let error as WeightFileError {
        return add(error.reason, member.text, .incomplete)
      }
      // Folders have members of their own, which say nothing.
      if member.name.last != UInt8(ascii: "/") { add(.archive(.notAnArray), member.text, .note) }
      return
    }
    let name = String(escapingInvalidUTF8: member.name.dropLast(4))
    guard names.insert(Array(name.utf8)).inserted else { return add(.archive(.duplicateMember), name, .incomplete) }
    do {
      let reader = try ZipMemberReader(member, of: archive, verifiesChecksum: false)
      let header = try NpyHeader { count in
        var bytes: [UInt8] = []
        let found = try reader.read(upTo: count, into: &bytes)
        return Array(bytes.prefix(found))
      }
      if name == NpzFile.metadataName, let found = try readMetadata(member, of: archive, header) {
        metadata = found
        return
      }
      let offset = try archive.dataOffset(of: member)
      try add(
        name, header, member: member, byteCount: member.byteCount,
        offset: member.method == .stored ? offset + header.byteCount : offset)
    } catch let defect as ArrayDefect {
      add(.array(defect), name, .incomplete)
    } catch let error as WeightFileError {
      add(error.reason, name, .incomplete)
    }
  }

  private mutating func add(_ reason: WeightFileDefect, _ name: String, _ severity: SourceProblem.Severity) {
    let error = WeightFileError(reason, file: file.path, tensor: name)
    problems.append(SourceProblem(tensor: name, error: error, severity: severity))
  }

  private mutating func add(
    _ name: String, _ header: NpyHeader, member: ZipArchive.Member?, byteCount: Int, offset: Int
  ) throws(ArrayDefect) {
    let found = byteCount - header.byteCount
    guard let expected = header.shape.elementCount.multipliedChecked(by: header.storage.width) else {
      throw .badShape(.tooManyElements(header.shape.dimensions))
    }
    guard expected == found else { throw .byteCount(expected: expected, found: found) }
    // There could be any number of strings without a width.
    if header.storage.width == 0, header.shape.elementCount > NpyHeader.maximumTextByteCount {
      throw .badShape(.tooManyElements(header.shape.dimensions))
    }
    let descriptor = TensorDescriptor(
      name: name, dtype: header.storage.dtype, shape: header.shape, byteCount: expected,
      location: TensorLocation(file: 0, offset: offset))
    tensors.append((descriptor, NpzFile.Content(member: member, header: header)))
  }

  /// The metadata, if the array is one that Decant writes; nil if it is some other array of that name.
  ///
  /// - Throws: an error if it begins or ends like a JSON object but is not one, or does not consist of bytes: Decant's metadata was changed.
  private func readMetadata(
    _ member: ZipArchive.Member, of archive: ZipArchive, _ header: NpyHeader
  ) throws -> [String: String]? {
    guard member.byteCount <= NpzFile.maximumMetadataByteCount else { return nil }
    // The text, and the strings in it.
    guard MemoryRoom.has(2 * member.byteCount) else {
      throw FileError(.outOfMemory(byteCount: 2 * member.byteCount), file: file.path)
    }
    let reader = try ZipMemberReader(member, of: archive, verifiesChecksum: options.verifiesChecksums)
    var bytes: [UInt8] = []
    let count = try reader.read(upTo: member.byteCount, into: &bytes)
    try reader.finish()
    guard header.byteCount <= count else { return nil }
    let text = bytes[header.byteCount..<count]
    guard text.first == UInt8(ascii: "{") || text.last == UInt8(ascii: "}") else { return nil }
    guard header.storage.dtype == .uint8, header.shape.rank == 1 else {
      throw ArrayDefect.badHeader("Decant's metadata must be a one-dimensional array of bytes")
    }
    var json = JSONReader(bytes, range: header.byteCount..<count)
    var found: [String: String] = [:]
    do {
      try json.readObject { reader, key in found[key] = try reader.readString() }
      try json.readEnd()
    } catch {
      throw ArrayDefect.badHeader("Decant's metadata is not a JSON object of strings: \(error)")
    }
    return found
  }
}
