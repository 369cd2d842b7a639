internal import Bytes
internal import Files
internal import Messages
package import Tensors

/// Reads a GGUF model, of versions 2 and 3, in either byte order, in one file or in parts.
///
/// Quantized tensors are shown as gguf-py shows them, as bytes: the last axis counts the bytes of a row. Only on
/// request are they dequantized to float32.
/// - Source: ggml, `docs/gguf.md`; gguf-py 0.19, `gguf_reader.py` and `quants.py`.
package enum GGUFFile {
  /// The format in words.
  static let format = "GGUF"

  /// Opens a GGUF model, with all its parts if it is one of them.
  ///
  /// - Throws: `WeightFileError` if its structure is damaged, `FileError` if it cannot be read.
  package static func open(_ path: String, options: ReadOptions = ReadOptions()) throws -> any TensorSource {
    let file = try InputFile(path: path)
    let header = try GGUFHeader(file)
    var index = TensorIndex(format: format, file: file)
    let parts = try GGUFParts(of: header, in: file, &index)
    var listing = GGUFListing(dequantizes: options.dequantizes)
    for (number, part) in parts.opened.enumerated() {
      listing.add(part.header, part.file, number: number, to: &index)
    }
    parts.checkTensorCount(&index)
    index.metadata = GGUFMetadata.metadata(of: parts.values)
    index.keyValues = parts.keyValues
    if header.isBigEndian { index.metadata[GGUFMetadata.byteOrderKey] = "big" }
    if !listing.quantized.isEmpty {
      let types = listing.quantized.map { (key: $0.tensor, value: JSONText.string($0.type)) }
      index.metadata[quantizationKey] = JSONText.object(types)
    }
    return try IndexedFile(index)
  }

  /// The metadata that says how tensors are quantized that are shown as bytes: a JSON object of names and types.
  static let quantizationKey = "decant.quantization"
}

/// Describes the tensors of a model's parts.
private struct GGUFListing {
  let dequantizes: Bool
  /// The tensors that are shown as bytes, and their types.
  private(set) var quantized: [(tensor: String, type: String)] = []

  init(dequantizes: Bool) { self.dequantizes = dequantizes }

  /// Adds the tensors of one file.
  mutating func add(_ header: GGUFHeader, _ file: InputFile, number: Int, to index: inout TensorIndex) {
    func problem(_ reason: WeightFileDefect, _ row: GGUFHeader.Tensor, _ severity: SourceProblem.Severity) {
      let error = WeightFileError(reason, file: file.path, offset: row.place, tensor: row.name)
      index.problems.append(SourceProblem(tensor: row.name, error: error, severity: severity))
    }
    var places: [(range: Range<Int>, row: GGUFHeader.Tensor)] = []
    for row in header.tensors {
      do throws(WeightFileDefect) {
        let (tensor, stored) = try tensor(row, header, file, number: number)
        index.tensors.append(tensor)
        if !stored.isEmpty { places.append((stored, row)) }
        guard case .blocks(let quantization) = GGUFType(rawValue: row.type), tensor.descriptor.dtype == .uint8 else {
          continue
        }
        quantized.append((row.name, quantization.name))
        if dequantizes { problem(.gguf(.notDequantized(type: quantization.name)), row, .note) }
      } catch {
        problem(error, row, .incomplete)
      }
    }
    places.sort { ($0.range.lowerBound, $0.row.place) < ($1.range.lowerBound, $1.row.place) }
    for (first, second) in zip(places, places.dropFirst()) where second.range.lowerBound < first.range.upperBound {
      problem(.gguf(.overlap(first.row.name)), second.row, .note)
    }
  }

  /// One tensor, and the bytes of the file that it takes.
  private func tensor(
    _ row: GGUFHeader.Tensor, _ header: GGUFHeader, _ file: InputFile, number: Int
  ) throws(WeightFileDefect) -> (IndexedTensor, Range<Int>) {
    guard let type = GGUFType(rawValue: row.type) else { throw .gguf(.tensorType(row.type)) }
    var dimensions: [Int] = []
    for extent in row.extents.reversed() {
      guard let extent = Int(exactly: extent) else { throw .gguf(.extent(extent)) }
      dimensions.append(extent)
    }
    let shape = try Self.shape(dimensions)
    guard let start = Int(exactly: row.offset).flatMap({ header.dataStart.addingChecked($0) }),
      start <= file.byteCount || shape.elementCount == 0
    else { throw .gguf(.dataOffset(row.offset, fileByteCount: file.byteCount)) }
    let bytes = StoredBytes.file(file, min(start, file.byteCount)..<file.byteCount)
    switch type {
    case .plain(let dtype):
      let array = try Self.array(bytes, dtype, shape, isBigEndian: header.isBigEndian)
      return (IndexedTensor(row.name, dtype, array, file: number), start..<start + shape.elementCount * array.width)
    case .blocks(let quantization):
      let rowCount = dimensions.last ?? 1
      guard rowCount.isMultiple(of: quantization.elementsPerBlock) else {
        throw .gguf(
          .partialBlock(
            type: quantization.name, rowElementCount: rowCount, blockElementCount: quantization.elementsPerBlock))
      }
      let tensor = try tensor(row.name, quantization, shape, bytes, header, number: number)
      return (tensor, start..<start + shape.elementCount / quantization.elementsPerBlock * quantization.blockByteCount)
    }
  }

  private func tensor(
    _ name: String, _ quantization: BlockQuantization, _ shape: Shape, _ bytes: StoredBytes, _ header: GGUFHeader,
    number: Int
  ) throws(WeightFileDefect) -> IndexedTensor {
    let last = (shape.dimensions.last ?? 0) / quantization.elementsPerBlock
    // The numbers within blocks keep the file's byte order, as gguf-py shows them.
    // A tensor without elements may have any length along the other axes.
    guard let rowByteCount = last.multipliedChecked(by: quantization.blockByteCount) else {
      throw .badShape(.tooManyElements(shape.dimensions))
    }
    let byteShape = try Self.shape(shape.dimensions.dropLast() + [rowByteCount])
    let stored = try Self.array(bytes, .uint8, byteShape)
    guard dequantizes, let dequantization = BlockDequantization(quantization, isBigEndian: header.isBigEndian) else {
      let origin = TensorOrigin(quantization: "quantized as \(quantization.name)")
      return IndexedTensor(name, .uint8, stored, file: number, origin: origin)
    }
    let blockShape = try Self.shape(shape.dimensions.dropLast() + [last])
    let blocks = try Self.array(bytes, .uint8, blockShape, width: quantization.blockByteCount)
    guard shape.byteCount(of: .float32) != nil else { throw .strided(.tooManyElements) }
    var tensor = IndexedTensor(name, .float32, shape, decoding: .block(dequantization), of: blocks, file: number)
    tensor.origin = TensorOrigin(quantization: "dequantized from \(quantization.name)")
    return tensor
  }

  private static func shape(_ dimensions: some Sequence<Int>) throws(WeightFileDefect) -> Shape {
    do throws(ShapeError) {
      return try Shape(Array(dimensions))
    } catch {
      throw .badShape(error)
    }
  }

  private static func array(
    _ bytes: StoredBytes, _ dtype: DType, _ shape: Shape, width: Int? = nil, isBigEndian: Bool = false
  ) throws(WeightFileDefect) -> StridedArray {
    do throws(StridedDefect) {
      return try StridedArray(bytes, dtype: dtype, width: width, shape: shape, isBigEndian: isBigEndian)
    } catch {
      throw .strided(error)
    }
  }
}
