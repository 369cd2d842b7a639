internal import Bytes
internal import Files
internal import Messages
package import Tensors

/// Arrays of numpy that are separate files (`.npy`) of one directory: each is a tensor, named after its file.
package enum NpyDirectory {
  /// All files stay open, and a process usually opens no more than 1,024.
  static let maximumCount = CompanionFiles.maximumCount

  /// Opens the arrays of a directory.
  ///
  /// - Parameters:
  ///   - directory: the directory.
  ///   - names: the names of its `.npy` files, at least one.
  /// - Returns: the source.
  /// - Throws: `WeightFileError` if there are too many, or none is a tensor; `FileError` if one cannot be opened.
  package static func open(_ directory: String, names: [String]) throws -> any TensorSource {
    guard names.count <= maximumCount else {
      throw WeightFileError(.array(.tooManyFiles(count: names.count, limit: maximumCount)), file: directory)
    }
    var inputs: [InputFile] = []
    for name in names { inputs.append(try InputFile(path: directory.joined(name))) }
    guard let first = inputs.first else { throw WeightFileError(.array(.noMagic), file: directory) }
    var index = TensorIndex(format: "npy files", file: first)
    index.inputs = inputs
    for (number, file) in inputs.enumerated() {
      let name = String(file.name.dropLast(".npy".utf8.count))
      do {
        var tensor = try tensor(named: name, in: file, number: number)
        tensor.descriptor.name = name
        index.tensors.append(tensor)
      } catch let defect as ArrayDefect {
        add(.array(defect), name, file, to: &index)
      } catch let defect as StridedDefect {
        add(.strided(defect), name, file, to: &index)
      }
    }
    return try IndexedFile(index)
  }

  private static func add(
    _ defect: WeightFileDefect, _ name: String, _ file: InputFile, to index: inout TensorIndex
  ) {
    let error = WeightFileError(defect, file: file.path, tensor: name)
    index.problems.append(SourceProblem(tensor: name, error: error, severity: .incomplete))
  }

  private static func tensor(named name: String, in file: InputFile, number: Int) throws -> IndexedTensor {
    var offset = 0
    let header = try NpyHeader { count in
      defer { offset += count }
      return try file.read(at: min(offset, file.byteCount), count: max(0, min(count, file.byteCount - offset)))
    }
    return try IndexedTensor(
      name, header.storage, header.shape, isFortranOrder: header.isFortranOrder,
      bytes: .file(file, header.byteCount..<file.byteCount), file: number)
  }
}

extension IndexedTensor {
  /// An array of numpy.
  ///
  /// - Throws: `ArrayDefect` or `StridedDefect` for one that is not a tensor.
  init(
    _ name: String, _ storage: NpyStorage, _ shape: Shape, isFortranOrder: Bool, bytes: StoredBytes, file: Int = 0
  ) throws {
    let count = shape.elementCount
    guard let byteCount = count.multipliedChecked(by: storage.width), byteCount == bytes.byteCount else {
      throw ArrayDefect.byteCount(
        expected: count.multipliedChecked(by: storage.width) ?? .max, found: bytes.byteCount)
    }
    if storage.dtype == .string {
      guard !isFortranOrder || shape.rank < 2 else { throw ArrayDefect.unsupported("strings in Fortran order") }
      // There could be any number of strings without a width.
      guard storage.width > 0 || count <= NpyHeader.maximumTextByteCount else {
        throw ArrayDefect.badShape(.tooManyElements(shape.dimensions))
      }
      self.init(strings: name, shape, byteCount: byteCount) {
        let stored = try bytes.read(at: 0, count: byteCount)
        return (0..<count).map { storage.string(of: stored[$0 * storage.width..<($0 + 1) * storage.width]) }
      }
      return
    }
    var strides: [Int]?
    if isFortranOrder {
      var stride = 1
      strides = shape.dimensions.map { extent in
        defer { stride = stride.multipliedChecked(by: max(extent, 1)) ?? .max }
        return stride
      }
    }
    self.init(
      name, storage.dtype,
      try StridedArray(bytes, dtype: storage.dtype, shape: shape, strides: strides, isBigEndian: storage.isBigEndian),
      file: file)
  }
}
