internal import Bytes
package import Files
internal import Messages
package import Tensors

/// A safetensors file, checked completely when it is opened: its header has at most 100 MB, names are unique, and the tensors
/// fill the data without holes or overlaps.
///
/// The format carries no checksums; files that Decant wrote have some in their metadata, which `IntegrityReport` compares.
package struct SafetensorsFile: RandomAccessSource, ReadObservable {
  /// The format in words.
  package let format = "safetensors"
  /// The one file.
  package let files: [SourceFile]
  /// All tensors, sorted by name.
  package let descriptors: [TensorDescriptor]
  /// What the file says about itself.
  package let metadata: [String: String]
  /// Tensors of dtypes that Decant does not have.
  package let problems: [SourceProblem]
  /// Memory for the text, its strings, and a tensor with name and shape for every fifty bytes.
  private static let bytesPerHeaderByte = 8
  private let file: InputFile
  private let buffers = BufferPool(byteCount: BufferPool.usualByteCount)
  private let strings: [[UInt8]: [[UInt8]]]
  private let signExtended: Set<[UInt8]>

  /// Opens a file and reads its header.
  package init(path: String) throws {
    try self.init(InputFile(path: path))
  }

  /// Reads the header of an open file.
  ///
  /// - Throws: `WeightFileError` for a header that is damaged or does not fit the file, `FileError` if reading fails.
  package init(_ file: InputFile) throws {
    let prefixByteCount = SafetensorsHeader.prefixByteCount
    guard file.byteCount >= prefixByteCount else {
      throw WeightFileError(.noHeader(byteCount: file.byteCount), file: file.path)
    }
    let prefix = try file.read(at: 0, count: prefixByteCount)
    var reader = ByteReader(prefix.rawSpan)
    let declared = try reader.readLittleEndian(UInt64.self)
    guard let headerByteCount = Int(exactly: declared), headerByteCount <= SafetensorsHeader.maximumByteCount else {
      throw WeightFileError(.headerTooLong(declared), file: file.path, offset: 0)
    }
    let left = file.byteCount - prefixByteCount
    guard headerByteCount <= left else {
      throw WeightFileError(.headerPastEnd(declared: headerByteCount, left: left), file: file.path, offset: 0)
    }
    // What the header describes takes several times the memory of the header itself.
    guard MemoryRoom.has(headerByteCount * Self.bytesPerHeaderByte) else {
      throw FileError(.outOfMemory(byteCount: headerByteCount * Self.bytesPerHeaderByte), file: file.path)
    }
    let header = try SafetensorsHeader(
      parsing: file.read(at: prefixByteCount, count: headerByteCount), dataByteCount: left - headerByteCount,
      file: file.path)
    self.file = file
    files = [SourceFile(file)]
    descriptors = header.descriptors
    metadata = header.metadata
    problems = header.problems.map { SourceProblem(tensor: $0.tensor, error: $0, severity: .incomplete) }
    signExtended = header.signExtended
    strings = Dictionary(header.strings.tensors.map { (Array($0.descriptor.name.utf8), $0.strings) }) { first, _ in
      first
    }
  }

  /// Reads a tensor's elements in pieces; see `TensorSource`.
  package func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    guard let start = descriptor.location?.offset, let width = descriptor.dtype.byteCount else {
      throw WeightFileError(.wrongKind(descriptor.dtype), file: file.path, tensor: descriptor.name)
    }
    let pieceByteCount = maximumByteCount / width * width
    precondition(pieceByteCount > 0, "a piece holds at least one element")
    let narrow = signExtended.contains(Array(descriptor.name.utf8)) ? NarrowInteger(descriptor.dtype) : nil
    try file.readPieces(at: start, count: descriptor.byteCount, pieceByteCount: pieceByteCount, buffers: buffers) {
      if let narrow { try body(narrow.exchanged($0).rawSpan) } else { try body($0) }
    }
  }

  /// Where the elements are; nil if the file stores them in another dtype.
  package func storedElements(of descriptor: TensorDescriptor) -> StoredElements? {
    guard let start = descriptor.location?.offset, descriptor.dtype.byteCount != nil,
      !signExtended.contains(Array(descriptor.name.utf8))
    else { return nil }
    return StoredElements(file, at: start)
  }

  package func setReadObserver(_ observer: (any ReadObserver)?) { file.setObserver(observer) }

  /// The elements of a string tensor, which are in the metadata; see `SafetensorsWriter`.
  package func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] {
    guard let found = strings[Array(descriptor.name.utf8)] else {
      throw WeightFileError(.wrongKind(descriptor.dtype), file: file.path, tensor: descriptor.name)
    }
    return found
  }
}
