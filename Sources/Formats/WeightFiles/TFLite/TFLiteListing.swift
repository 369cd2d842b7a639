internal import Bytes
internal import Files
internal import Messages
internal import Tensors

/// Describes the constants of a model's subgraphs.
struct TFLiteListing {
  private let model: TFLiteModel
  private let buffer: FlatBuffer
  private let dequantizes: Bool
  private(set) var index: TensorIndex
  /// The quantized tensors that are shown as integers, and their scales as JSON.
  private(set) var quantized: [(key: String, value: String)] = []
  private var names: Set<ByteString> = []

  private enum Field {
    static let tensors = 0
    static let (shape, type, buffer, name, quantization, sparsity, externalBuffer) = (0, 1, 2, 3, 4, 6, 10)
  }

  init(_ model: TFLiteModel, dequantizes: Bool) {
    self.model = model
    self.dequantizes = dequantizes
    buffer = model.buffer
    index = TensorIndex(format: "TensorFlow Lite", file: buffer.file)
  }

  /// Adds the constants of a subgraph; one that is damaged is a problem.
  ///
  /// - Throws: `WeightFileError` if the subgraph is damaged, or reading would have no end.
  mutating func addSubgraph(_ number: Int) throws {
    let subgraph = try buffer.table(number, in: model.subgraphs)
    guard let tensors = try buffer.vector(Field.tensors, of: subgraph, elementByteCount: 4) else { return }
    for place in 0..<tensors.count {
      if let missing = MemoryRoom.missing(forEntries: place) {
        throw FileError(.outOfMemory(byteCount: missing), file: buffer.file.path)
      }
      var name: String?
      do {
        try add(buffer.table(place, in: tensors), subgraph: number, index: place, &name)
      } catch let error as WeightFileError {
        guard error.reason != .tfLite(.repeated) else { throw error }
        let located = name.map { error.about($0) } ?? error
        index.problems.append(SourceProblem(tensor: name, error: located, severity: .incomplete))
      }
    }
  }

  private mutating func add(
    _ table: FlatBuffer.Table, subgraph: Int, index number: Int, _ name: inout String?
  ) throws {
    let place = try model.place(ofBuffer: buffer.number(Field.buffer, of: table, default: UInt32(0)))
    let isExternal = try buffer.number(Field.externalBuffer, of: table, default: UInt32(0)) != 0
    // What the interpreter computes has no bytes, and says no more than that.
    if case .nowhere = place, !isExternal { return }
    let unique = uniqueName(try buffer.text(Field.name, of: table) ?? "", subgraph: subgraph, index: number)
    name = unique
    guard case .bytes(let range) = place, !isExternal else { throw error(.externalBuffer, table) }
    guard try buffer.table(Field.sparsity, of: table) == nil else { throw error(.sparse, table) }
    let code = try buffer.number(Field.type, of: table, default: Int8(0))
    guard let type = TFLiteType(rawValue: code) else { throw error(.unknownType(Int(code)), table) }
    let extents = try buffer.numbers(Field.shape, of: table, as: Int32.self) ?? []
    do {
      let shape: Shape
      do throws(ShapeError) { shape = try Shape(extents.map(Int.init)) } catch {
        throw WeightFileDefect.badShape(error)
      }
      switch type {
      case .resource, .variant: throw WeightFileDefect.tfLite(.opaqueType("\(type)"))
      case .string: index.tensors.append(try strings(unique, shape, range))
      default: try add(unique, type.dtype, shape, type.packing, range, quantization(of: table))
      }
    } catch let defect as WeightFileDefect {
      throw WeightFileError(defect, file: buffer.file.path, offset: range.lowerBound)
    }
  }

  private func error(_ defect: TFLiteDefect, _ table: FlatBuffer.Table) -> WeightFileError {
    buffer.error(defect, at: table.position)
  }

  private func quantization(of table: FlatBuffer.Table) throws -> TFLiteQuantization? {
    guard let parameters = try buffer.table(Field.quantization, of: table) else { return nil }
    return try TFLiteQuantization(parameters, in: buffer)
  }

  /// The tensor's name, or one that says which of several it is.
  private mutating func uniqueName(_ name: String, subgraph: Int, index: Int) -> String {
    let prefix = subgraph == 0 ? "" : "subgraph_\(subgraph)/"
    let name = name.isEmpty ? "#\(index)" : name
    return [name, prefix + name, "\(prefix)\(name)#\(index)"].first { names.insert(ByteString($0)).inserted } ?? name
  }

  // MARK: - Elements

  private mutating func add(
    _ name: String, _ dtype: DType, _ shape: Shape, _ packing: ElementDecoding?, _ range: Range<Int>,
    _ quantization: TFLiteQuantization?
  ) throws {
    let unitShape = try packing.map { packing in
      let perUnit = packing.elementsPerUnit
      return try Shape([shape.elementCount / perUnit + (shape.elementCount.isMultiple(of: perUnit) ? 0 : 1)])
    }
    let stored = unitShape ?? shape
    guard let expected = stored.byteCount(of: dtype) else { throw WeightFileDefect.strided(.tooManyElements) }
    guard expected == range.count else { throw WeightFileDefect.sizeMismatch(found: range.count, expected: expected) }
    let array = try StridedArray(.file(buffer.file, range), dtype: dtype, shape: stored)
    if let quantization, dequantizes {
      let affine = try wrapping { () throws(TFLiteDefect) in try quantization.dequantization(of: dtype, shape) }
      guard shape.byteCount(of: .float32) != nil else { throw WeightFileDefect.strided(.tooManyElements) }
      var tensor = IndexedTensor(name, .float32, shape, decoding: .quantized(affine), of: array)
      tensor.origin = TensorOrigin(quantization: "dequantized from \(dtype)")
      return index.tensors.append(tensor)
    }
    var tensor =
      packing.map { IndexedTensor(name, dtype, shape, decoding: $0, of: array) } ?? IndexedTensor(name, dtype, array)
    if let quantization {
      tensor.origin = TensorOrigin(quantization: quantization.words)
      quantized.append((name, quantization.json))
      do throws(TFLiteDefect) {
        _ = try quantization.dequantization(of: dtype, shape)
      } catch {
        index.addNote(.tfLite(error), tensor: name)
      }
    }
    index.tensors.append(tensor)
  }

  private func wrapping<Value>(_ body: () throws(TFLiteDefect) -> Value) throws(WeightFileDefect) -> Value {
    do throws(TFLiteDefect) { return try body() } catch { throw .tfLite(error) }
  }

  private func strings(_ name: String, _ shape: Shape, _ range: Range<Int>) throws -> IndexedTensor {
    let strings = TFLiteStrings(file: buffer.file, range: range)
    try strings.requireCount(shape.elementCount)
    let textByteCount = max(0, range.count - 4 * (shape.elementCount + 2))
    return IndexedTensor(strings: name, shape, byteCount: textByteCount) {
      do {
        return try strings.read()
      } catch let defect as WeightFileDefect {
        throw WeightFileError(defect, file: strings.file.path, offset: range.lowerBound, tensor: name)
      }
    }
  }
}
