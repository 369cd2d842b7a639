internal import Bytes
internal import Messages
internal import SSTable
internal import Tensors

/// Combines the lists of all files of a V1 checkpoint, and reports what is wrong with what it cannot use.
struct V1Listing {
  /// One slice of a tensor, and the file that lists it.
  struct Part {
    let slice: TensorSlice
    let file: Int
  }

  /// What a tensor's descriptor refers to: its parts, or why it cannot be read.
  enum Content {
    case parts([Part])
    case broken(CheckpointError)
  }

  private struct Tensor {
    let name: [UInt8]
    let dtype: DType
    let shape: Shape
    var parts: [Part]
    var lastFile: Int
    var error: CheckpointError?
  }

  /// The paths of the source's files.
  let paths: [String]
  private(set) var tensors: [(descriptor: TensorDescriptor, name: [UInt8], content: Content)] = []
  private(set) var problems: [SourceProblem] = []
  private var collected: [Tensor] = []
  private var indexOfName: [ByteString: Int] = [:]
  /// The keys of the records that each file should have, including those of tensors that cannot be described.
  private(set) var keys: [Set<ByteString>]

  init(paths: [String]) {
    self.paths = paths
    keys = paths.map { _ in [ByteString([])] }
  }

  /// Adds the list of one file, given by its index among the source's files.
  mutating func add(_ metadata: V1Metadata, file: Int) {
    let path = paths[file]
    for entry in metadata.entries {
      for slice in entry.slices { keys[file].insert(ByteString(slice.key(ofTensor: entry.name))) }
      let text = String(escapingInvalidUTF8: entry.name)
      do throws(CheckpointDefect) {
        try add(entry, text: text, file: file, path: path, offset: metadata.offset)
      } catch {
        let error = CheckpointError(error, file: path, offset: metadata.offset, tensor: text)
        let index = indexOfName[ByteString(entry.name)]
        if let index { collected[index].error = error }
        problems.append(SourceProblem(tensor: text, error: error, severity: index == nil ? .incomplete : .unreadable))
      }
    }
  }

  private mutating func add(
    _ entry: V1Metadata.Entry, text: String, file: Int, path: String, offset: Int
  ) throws(CheckpointDefect) {
    let (dtype, isReference) = try DType.stored(entry.dtype)
    let shape = try entry.shape.shape()
    guard V1Values(dtype) != nil else { throw .entry(.unreadableDType(dtype)) }
    if dtype.byteCount != nil, shape.byteCount(of: dtype) == nil { throw .entry(.tooManyBytes(shape, dtype)) }
    if isReference {
      let error = CheckpointError(.entry(.referenceDType(Int(entry.dtype))), file: path, offset: offset, tensor: text)
      problems.append(SourceProblem(tensor: text, error: error, severity: .note))
    }
    let parts = entry.slices.map { Part(slice: $0, file: file) }
    guard let index = indexOfName[ByteString(entry.name)] else {
      indexOfName[ByteString(entry.name)] = collected.count
      collected.append(Tensor(name: entry.name, dtype: dtype, shape: shape, parts: parts, lastFile: file))
      return
    }
    // Each file of a sharded set lists only the slices that it holds itself, and lists each tensor once.
    guard collected[index].lastFile != file else { throw .entry(.duplicate) }
    guard collected[index].dtype == dtype, collected[index].shape == shape else {
      throw collected[index].dtype == dtype
        ? .entry(.shapesDiffer(collected[index].shape, shape)) : .entry(.dtypesDiffer(collected[index].dtype, dtype))
    }
    collected[index].parts += parts
    collected[index].lastFile = file
  }

  /// Makes descriptors once all files were added.
  ///
  /// - Parameter locate: returns where a file's record with a key is, and how many bytes it has, if that is known.
  mutating func finish(locate: (_ file: Int, _ key: [UInt8]) -> (offset: Int, byteCount: Int)?) {
    for tensor in collected {
      let text = String(escapingInvalidUTF8: tensor.name)
      let found = tensor.parts.map { locate($0.file, $0.slice.key(ofTensor: tensor.name)) }
      var descriptor = TensorDescriptor(
        name: text, dtype: tensor.dtype, shape: tensor.shape,
        byteCount: tensor.shape.byteCount(of: tensor.dtype) ?? found.reduce(0) { $0 + ($1?.byteCount ?? 0) },
        sliceCount: max(tensor.parts.count, 1))
      if tensor.parts.count == 1, let place = found[0] {
        descriptor.location = TensorLocation(file: tensor.parts[0].file, offset: place.offset)
      }
      tensors.append((descriptor, tensor.name, content(of: tensor, text)))
    }
    // Names that are not UTF-8 are escaped, which may change their order.
    tensors.sort { $0.descriptor.name.precedesInBytes($1.descriptor.name) }
  }

  private mutating func content(of tensor: Tensor, _ text: String) -> Content {
    if let error = tensor.error { return .broken(error) }
    do throws(SliceDefect) {
      _ = try SliceCover.check(tensor.parts.map(\.slice), of: tensor.shape)
      return .parts(tensor.parts)
    } catch {
      let error = CheckpointError(.slices(error), file: paths[tensor.lastFile], tensor: text)
      problems.append(SourceProblem(tensor: text, error: error, severity: .unreadable))
      return .broken(error)
    }
  }
}
