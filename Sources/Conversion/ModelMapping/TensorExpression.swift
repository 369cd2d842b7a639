package import Tensors

/// How the values of a tensor come from the tensors of a source: the only way in which Decant changes a layout.
///
/// `ExpressionReader` reads them, in one pass over each tensor.
package indirect enum TensorExpression: Sendable, Equatable {
  /// A tensor of the source as it is.
  case stored(String)
  /// This value in every element, in the dtype and shape of another tensor.
  case filled(Double, like: String)
  /// One number in every element, or a number for each, whatever the source has.
  case constant([Double], DType, dimensions: [Int])
  /// Axes in another order: axis `i` of the result is axis `axes[i]` of the operand.
  case permuted(TensorExpression, axes: [Int])
  /// The same elements in the same order, in another shape with the same number of elements.
  case reshaped(TensorExpression, dimensions: [Int])
  /// The part of an axis given by a range.
  case sliced(TensorExpression, axis: Int, range: Range<Int>)
  /// Operands one after the other along an axis.
  case joined([TensorExpression], axis: Int)
  /// An axis cut into equal blocks, arranged in this order.
  case reordered(TensorExpression, axis: Int, blocks: [Int])
  /// The sum of two tensors of one dtype and shape, each element rounded once.
  case sum(TensorExpression, TensorExpression)
  /// A vector of equal blocks, with a number added to the elements of one of them.
  case shifted(TensorExpression, by: Double, block: Int, of: Int)
  /// A convolution's kernel, `[height, width, input channels, output channels]`, with its batch normalization multiplied in.
  case foldedKernel(weights: String, NormalizationNames)
  /// The bias that a folded batch normalization leaves, `[output channels]`.
  case foldedBias(NormalizationNames)

  /// The tensors of a batch normalization, `[output channels]` each.
  package struct NormalizationNames: Sendable, Equatable {
    /// What is added at the end.
    package var beta: String
    /// The mean from training.
    package var mean: String
    /// The variance from training.
    package var variance: String
    /// What is multiplied in; nil if it is 1.
    package var gamma: String?

    var all: [String] { [beta, mean, variance] + (gamma.map { [$0] } ?? []) }
  }

  /// The tensors that it reads, in order of appearance.
  package var inputs: [String] {
    switch self {
    case .stored(let name), .filled(_, let name): [name]
    case .constant: []
    case .permuted(let operand, _), .reshaped(let operand, _), .sliced(let operand, _, _),
      .reordered(let operand, _, _), .shifted(let operand, _, _, _):
      operand.inputs
    case .joined(let operands, _): operands.flatMap(\.inputs)
    case .sum(let left, let right): left.inputs + right.inputs
    case .foldedKernel(let weights, let names): [weights] + names.all
    case .foldedBias(let names): names.all
    }
  }

  /// The tensors whose values it uses; those that only provide their shape do not count.
  package var values: [String] {
    switch self {
    case .filled, .constant: []
    case .permuted(let operand, _), .reshaped(let operand, _), .sliced(let operand, _, _),
      .reordered(let operand, _, _), .shifted(let operand, _, _, _):
      operand.values
    case .joined(let operands, _): operands.flatMap(\.values)
    case .sum(let left, let right): left.values + right.values
    case .stored, .foldedKernel, .foldedBias: inputs
    }
  }

  /// Whether it is a tensor as it is.
  var isStored: Bool {
    if case .stored = self { true } else { false }
  }

  /// The tensor whose elements it shows in order, whatever its shape; otherwise nil.
  var reshapedTensor: String? {
    switch self {
    case .stored(let name): name
    case .reshaped(let operand, _): operand.reshapedTensor
    default: nil
    }
  }

  /// The dtype and shape of a tensor.
  struct Kind: Equatable {
    var dtype: DType
    var shape: Shape
  }

  /// The dtype and shape of the result; nil if an operand is missing or does not fit.
  func kind(_ lookup: (String) -> TensorDescriptor?) -> Kind? {
    func kind(of name: String) -> Kind? { lookup(name).map { Kind(dtype: $0.dtype, shape: $0.shape) } }
    func dimensions(_ kind: Kind, _ axis: Int) -> [Int]? {
      // Only elements with a fixed width can be moved.
      kind.dtype.byteCount != nil && kind.shape.dimensions.indices.contains(axis) ? kind.shape.dimensions : nil
    }
    func make(_ dtype: DType, _ dimensions: [Int]) -> Kind? {
      guard let shape = try? Shape(dimensions), shape.byteCount(of: dtype) != nil else { return nil }
      return Kind(dtype: dtype, shape: shape)
    }
    switch self {
    case .stored(let name): return kind(of: name)
    case .filled(_, let name):
      guard let found = kind(of: name), FloatFormat(found.dtype) != nil else { return nil }
      return found
    case .constant(let numbers, let dtype, let dimensions):
      guard let made = make(dtype, dimensions), [1, made.shape.elementCount].contains(numbers.count) else { return nil }
      return made
    case .permuted(let operand, let axes):
      guard let found = operand.kind(lookup), found.dtype.byteCount != nil,
        axes.sorted() == Array(found.shape.dimensions.indices)
      else { return nil }
      return make(found.dtype, axes.map { found.shape.dimensions[$0] })
    case .reshaped(let operand, let dimensions):
      // Works for strings too, because nothing moves.
      guard let found = operand.kind(lookup), let shape = try? Shape(dimensions),
        shape.elementCount == found.shape.elementCount
      else { return nil }
      return Kind(dtype: found.dtype, shape: shape)
    case .sliced(let operand, let axis, let range):
      guard let found = operand.kind(lookup), var extents = dimensions(found, axis), range.lowerBound >= 0,
        range.upperBound <= extents[axis]
      else { return nil }
      extents[axis] = range.count
      return make(found.dtype, extents)
    case .joined(let operands, let axis):
      let kinds = operands.compactMap { $0.kind(lookup) }
      guard kinds.count == operands.count, let first = kinds.first, var extents = dimensions(first, axis) else {
        return nil
      }
      for next in kinds.dropFirst() {
        guard next.dtype == first.dtype, var others = dimensions(next, axis) else { return nil }
        let (sum, overflows) = extents[axis].addingReportingOverflow(others[axis])
        others[axis] = extents[axis]
        guard !overflows, others == extents else { return nil }
        extents[axis] = sum
      }
      return make(first.dtype, extents)
    case .reordered(let operand, let axis, let blocks):
      guard let found = operand.kind(lookup), let extents = dimensions(found, axis),
        blocks.sorted() == Array(blocks.indices), !blocks.isEmpty, extents[axis] % blocks.count == 0
      else { return nil }
      return found
    case .sum(let left, let right):
      guard let found = left.kind(lookup), found == right.kind(lookup), FloatFormat(found.dtype) != nil else {
        return nil
      }
      return found
    case .shifted(let operand, _, let block, let count):
      guard let found = operand.kind(lookup), found.shape.rank == 1, count > 0, (0..<count).contains(block),
        found.shape.elementCount % count == 0, FloatFormat(found.dtype) != nil
      else { return nil }
      return found
    case .foldedKernel(let weights, let names):
      guard let found = kind(of: weights), found.shape.rank == 4, FloatFormat(found.dtype) != nil,
        let bias = Self.foldedBias(names).kind(lookup), bias.shape.dimensions[0] == found.shape.dimensions[3]
      else { return nil }
      return found
    case .foldedBias(let names):
      let kinds = names.all.compactMap(kind)
      guard kinds.count == names.all.count, let first = kinds.first, first.shape.rank == 1,
        kinds.allSatisfy({ $0.shape == first.shape && FloatFormat($0.dtype) != nil })
      else { return nil }
      return first
    }
  }
}
