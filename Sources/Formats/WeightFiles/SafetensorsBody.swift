internal import Bytes
internal import Files
internal import Messages
internal import Tensors

/// Where the bytes of a safetensors file go: a file, or one of a set.
protocol SafetensorsOutput: AnyObject {
  func reserve(byteCount: Int) throws(FileError)
  func write(_ bytes: RawSpan, at offset: Int) throws(FileError)
  func startWriting(_ range: Range<Int>)
}

/// The content of a safetensors file that is being written: its header, and then the elements in the order of the tensors.
final class SafetensorsBody {
  private let path: String
  private let output: any SafetensorsOutput
  private var turns: TensorTurns
  private var strings = SafetensorsStrings()
  private let signExtended: Set<[UInt8]>
  private var offsets: [Int] = []
  /// The offset up to which the system has been asked to write to the disk.
  private var startedEnd = 0

  private static let startedByteCount = 1 << 23

  /// Writes the header, with the strings in it.
  ///
  /// - Throws: `WeightFileError` if a header cannot hold all that, or `FileError`.
  init(_ contents: SinkContents, path: String, output: any SafetensorsOutput) throws {
    self.path = path
    self.output = output
    let descriptors = contents.descriptors
    turns = TensorTurns(path: path)
    turns.begin(descriptors)
    signExtended = try contents.trimmedNames()
    for descriptor in descriptors where descriptor.dtype == .string {
      strings.tensors.append((descriptor, try fitting(contents.strings(descriptor), descriptor)))
    }
    strings.tensors.sort { $0.descriptor.name.precedesInBytes($1.descriptor.name) }
    guard let header = serialized(contents.metadata) else {
      throw WeightFileError(
        .refused("the tensors and their metadata exceed the limits of safetensors; write HDF5 (.h5)"), file: path)
    }
    offsets = header.offsets
    let end = zip(header.offsets, descriptors).map { $0 + ($1.dtype == .string ? 0 : $1.byteCount) }.max()
    try output.reserve(byteCount: max(end ?? 0, header.bytes.count))
    try output.write(header.bytes.rawSpan, at: 0)
  }

  /// The strings, if they fit into the header.
  private func fitting(_ strings: [[UInt8]], _ descriptor: TensorDescriptor) throws(WeightFileError) -> [[UInt8]] {
    guard strings.count == descriptor.shape.elementCount,
      strings.reduce(0, { $0 + $1.count }) <= SafetensorsStrings.maximumByteCount
    else {
      let count = strings.count.counted("string")
      throw WeightFileError(
        .refused("the shape \(descriptor.shape) does not fit its \(count), or they are too long for a header"),
        file: path, tensor: descriptor.name)
    }
    return strings
  }

  private func serialized(_ metadata: [String: String]) -> (bytes: [UInt8], offsets: [Int])? {
    var header = SafetensorsHeader(descriptors: turns.descriptors, metadata: metadata)
    header.strings = strings
    header.signExtended = signExtended
    return header.serialized()
  }

  /// Appends elements of the tensor whose turn it is.
  func write(_ piece: RawSpan) throws {
    guard let (tensor, offset) = try turns.take(piece) else { return }
    let descriptor = turns.descriptors[tensor]
    let start = offsets[tensor] + offset
    if !signExtended.isEmpty, signExtended.contains(Array(descriptor.name.utf8)),
      let narrow = NarrowInteger(descriptor.dtype)
    {
      try output.write(narrow.exchanged(piece).rawSpan, at: start)
    } else {
      try output.write(piece, at: start)
    }
    startWriting(upTo: start + piece.byteCount)
  }

  /// Lets the disk work while the rest is still being read.
  private func startWriting(upTo end: Int) {
    guard end - startedEnd >= Self.startedByteCount else { return }
    output.startWriting(startedEnd..<end)
    startedEnd = end
  }

  /// Skips a string tensor, whose elements are in the header.
  func skipStrings() throws {
    _ = try turns.takeStrings()
  }

  /// Checks that all elements have arrived.
  func requireAll() throws { try turns.requireAll() }

  /// Checks that all elements have arrived, and writes the header again if its metadata changed; it has the same length.
  func finish(metadata: [String: String]?) throws {
    try requireAll()
    guard let metadata else { return }
    guard let header = serialized(metadata), header.offsets == offsets else {
      throw WeightFileError(.refused(Self.otherMetadata), file: path)
    }
    try output.write(header.bytes.rawSpan, at: 0)
  }

  /// Why metadata cannot replace a header's.
  static let otherMetadata: Message = "the metadata has different keys or lengths from the header's"
}
