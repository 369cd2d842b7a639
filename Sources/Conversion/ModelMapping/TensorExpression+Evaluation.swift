internal import Messages
internal import Tensors

/// A tensor's elements in memory: row-major, little-endian, packed.
struct TensorValue {
  var dtype: DType
  var dimensions: [Int]
  var bytes: [UInt8]

  /// The number of elements that one step on an axis skips.
  func rowElementCount(after axis: Int) -> Int { dimensions[(axis + 1)...].reduce(1, *) }
}

extension TensorExpression {
  /// Assembles the result.
  ///
  /// - Throws: what the source throws, and `MappingError` if operands are missing, do not fit, or are shorter than
  ///   declared.
  func value(in source: any TensorSource) throws -> TensorValue {
    let lookup = { (name: String) in source.descriptor(named: name) }
    if !isStored, streams(lookup), let kind = kind(lookup), let byteCount = kind.shape.byteCount(of: kind.dtype) {
      var bytes: [UInt8] = []
      bytes.reserveCapacity(byteCount)
      try stream(from: source, maximumByteCount: Self.pieceByteCount) { piece in
        unsafe piece.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
      }
      guard bytes.count == byteCount else { throw misfit(source) }
      return TensorValue(dtype: kind.dtype, dimensions: kind.shape.dimensions, bytes: bytes)
    }
    switch self {
    case .stored(let name):
      let descriptor = try source.requireDescriptor(named: name)
      let bytes = try source.readAll(descriptor)
      guard bytes.count == descriptor.shape.byteCount(of: descriptor.dtype) else {
        throw MappingError(.doesNotFit, file: source.files.first?.path, tensor: name)
      }
      return TensorValue(dtype: descriptor.dtype, dimensions: descriptor.shape.dimensions, bytes: bytes)
    case .filled(let number, let name):
      let descriptor = try source.requireDescriptor(named: name)
      guard let format = FloatFormat(descriptor.dtype) else { throw misfit(source) }
      let numbers = [Double](repeating: number, count: descriptor.shape.elementCount)
      return TensorValue(
        dtype: descriptor.dtype, dimensions: descriptor.shape.dimensions, bytes: format.bytes(of: numbers))
    case .permuted(let operand, let axes): return TensorLayout.permute(try operand.checkedValue(in: source), axes: axes)
    case .reshaped(let operand, let dimensions):
      var value = try operand.checkedValue(in: source)
      value.dimensions = dimensions
      return value
    case .sliced(let operand, let axis, let range):
      let value = try operand.checkedValue(in: source)
      return TensorLayout.gather([(value, range)], axis: axis)
    case .joined(let operands, let axis):
      let values = try operands.map { try $0.checkedValue(in: source) }
      return TensorLayout.gather(values.map { ($0, 0..<$0.dimensions[axis]) }, axis: axis)
    case .reordered(let operand, let axis, let blocks):
      let value = try operand.checkedValue(in: source)
      let extent = value.dimensions[axis] / blocks.count
      return TensorLayout.gather(blocks.map { (value, $0 * extent..<($0 + 1) * extent) }, axis: axis)
    case .sum(let left, let right):
      var value = try left.checkedValue(in: source)
      let other = try right.checkedValue(in: source)
      guard let format = FloatFormat(value.dtype) else { throw misfit(source) }
      value.bytes = format.bytes(of: zip(format.numbers(in: value.bytes), format.numbers(in: other.bytes)).map(+))
      return value
    case .shifted(let operand, let number, let block, let count):
      var value = try operand.checkedValue(in: source)
      guard let format = FloatFormat(value.dtype) else { throw misfit(source) }
      var numbers = format.numbers(in: value.bytes)
      let extent = numbers.count / count
      for index in block * extent..<(block + 1) * extent { numbers[index] += number }
      value.bytes = format.bytes(of: numbers)
      return value
    case .foldedKernel(let weights, let names):
      var value = try Self.stored(weights).checkedValue(in: source)
      guard let format = FloatFormat(value.dtype) else { throw misfit(source) }
      let scale = try FoldedNormalization(names, in: source).scale
      var numbers = format.numbers(in: value.bytes)
      // Rounded as the engine does when it folds, so that both give the same bits.
      for index in numbers.indices { numbers[index] = Double(Float(numbers[index]) * scale[index % scale.count]) }
      value.bytes = format.bytes(of: numbers)
      return value
    case .foldedBias(let names):
      var value = try Self.stored(names.beta).checkedValue(in: source)
      guard let format = FloatFormat(value.dtype) else { throw misfit(source) }
      value.bytes = format.bytes(of: try FoldedNormalization(names, in: source).bias.map(Double.init))
      return value
    }
  }

  /// The value, after a check that its operands fit; `TensorLayout` relies on that.
  private func checkedValue(in source: any TensorSource) throws -> TensorValue {
    guard kind({ source.descriptor(named: $0) }) != nil else { throw misfit(source) }
    return try value(in: source)
  }

  /// Bytes of a piece when a tensor is gathered in memory.
  private static let pieceByteCount = 1 << 18

  func misfit(_ source: any TensorSource) -> MappingError {
    MappingError(.doesNotFit, file: source.files.first?.path, tensor: inputs.first ?? "")
  }
}

/// Batch normalization as a scale and a bias per channel: `x scale + bias`.
///
/// Both are computed in double precision and rounded once to float32, exactly as the engine does when it loads a model.
package struct FoldedNormalization {
  let scale: [Float]
  let bias: [Float]

  /// What TF-slim's Inception v3 adds to a variance.
  package static let epsilon = 0.001

  init(_ names: TensorExpression.NormalizationNames, in source: any TensorSource) throws {
    func numbers(_ name: String) throws -> [Double] {
      let descriptor = try source.requireDescriptor(named: name)
      guard let format = FloatFormat(descriptor.dtype) else {
        throw MappingError(.doesNotFit, file: source.files.first?.path, tensor: name)
      }
      // The engine computes with float32, whatever is stored.
      return format.numbers(in: try source.readAll(descriptor)).map { Double(Float($0)) }
    }
    let (beta, mean, variance) = (try numbers(names.beta), try numbers(names.mean), try numbers(names.variance))
    let gamma = try names.gamma.map(numbers)
    let scales = variance.indices.map { (gamma?[$0] ?? 1) / (variance[$0] + Self.epsilon).squareRoot() }
    scale = scales.map { Float($0) }
    bias = scales.indices.map { Float(beta[$0] - mean[$0] * scales[$0]) }
  }
}
