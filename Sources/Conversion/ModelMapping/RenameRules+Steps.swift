internal import Tensors

/// A tensor while the rules are applied.
struct RuledTensor {
  /// The first of the source's tensors that it is made from.
  let origin: String
  /// The name that the rules so far gave it.
  var name: String { didSet { bytes = Array(name.utf8) } }
  /// The same in UTF-8.
  private(set) var bytes: [UInt8]
  var expression: TensorExpression
  var kind: TensorExpression.Kind
  /// The cast that comes last.
  var dtype: DType?
  /// The rules that matched it, from 1.
  var rules: [Int] = []
  /// Whether it is a part of a tensor.
  var isPart = false
  /// Whether it was joined from several.
  var isJoined = false
  /// How deeply expressions are nested.
  var depth = 1
  /// How many expressions there are, counting repeated ones each time.
  var nodeCount = 1

  /// A tensor whose values come from an expression.
  init(_ origin: String, _ expression: TensorExpression, _ kind: TensorExpression.Kind) {
    (self.origin, name, bytes) = (origin, origin, Array(origin.utf8))
    (self.expression, self.kind) = (expression, kind)
  }

  init(_ descriptor: TensorDescriptor) {
    origin = descriptor.name
    name = descriptor.name
    bytes = Array(descriptor.name.utf8)
    expression = .stored(descriptor.name)
    kind = TensorExpression.Kind(dtype: descriptor.dtype, shape: descriptor.shape)
  }

  /// The dtype that the values have in the end.
  var finalDType: DType {
    guard let dtype, FloatFormat(kind.dtype) != nil, FloatFormat(dtype) != nil else { return kind.dtype }
    return dtype
  }

  /// An error about the tensor.
  func error(_ reason: RenameError.Reason, rule: Int) -> RenameError {
    RenameError(reason, rule: rule, tensor: origin)
  }

  // MARK: - Steps that leave it one tensor

  /// Applies a step that needs no other tensor.
  ///
  /// - Throws: `RenameError` if it does not fit the tensor's dtype or shape.
  mutating func apply(_ step: RenameRules.Step, rule: Int) throws(RenameError) {
    let extents = kind.shape.dimensions
    switch step {
    case .transpose(let axes):
      guard axes.count == extents.count else {
        throw error(.badTransposition(axes, kind.dtype, kind.shape), rule: rule)
      }
      try requireWidth("transpose", rule)
      try set(.permuted(expression, axes: axes), axes.map { extents[$0] }, rule)
    case .reshape(let wanted): try reshape(to: try resolved(wanted, rule), rule)
    case .squeeze(nil): try reshape(to: extents.filter { $0 != 1 }, rule)
    case .squeeze(let axes?):
      let places = try places(axes, of: extents.count, "squeeze", rule)
      guard places.allSatisfy({ extents[$0] == 1 }) else {
        throw error(.badSqueeze(axes, kind.dtype, kind.shape), rule: rule)
      }
      try reshape(to: extents.indices.filter { !places.contains($0) }.map { extents[$0] }, rule)
    case .unsqueeze(let axes):
      let places = try places(axes, of: extents.count + axes.count, "unsqueeze", rule)
      var rest = extents[...]
      try reshape(to: (0..<extents.count + axes.count).map { places.contains($0) ? 1 : rest.removeFirst() }, rule)
    case .reorder(let axis, let blocks):
      try requireWidth("reorder", rule)
      guard let place = try places([axis], of: extents.count, "reorder", rule).first else { return }
      guard extents[place] % blocks.count == 0 else {
        throw error(.badBlocks("reorder", axis: axis, count: blocks.count, kind.dtype, kind.shape), rule: rule)
      }
      try set(.reordered(expression, axis: place, blocks: blocks), extents, rule)
    case .add(let number, let block, let count):
      guard extents.count == 1, extents[0] % count == 0, FloatFormat(kind.dtype) != nil else {
        throw error(.badBlocks("add", axis: 0, count: count, kind.dtype, kind.shape), rule: rule)
      }
      try set(.shifted(expression, by: number, block: block, of: count), extents, rule)
    case .split, .concatenate, .drop: break
    }
  }

  /// Axes counted from the first, each once.
  private func places(_ axes: [Int], of rank: Int, _ step: String, _ rule: Int) throws(RenameError) -> Set<Int> {
    let places = Set(axes.map { $0 < 0 ? $0 + rank : $0 })
    guard places.count == axes.count, places.allSatisfy((0..<rank).contains) else {
      throw error(.badAxis(step, axes, kind.dtype, kind.shape), rule: rule)
    }
    return places
  }

  /// The extents of a new shape.
  private func resolved(_ wanted: [RenameRules.Extent], _ rule: Int) throws(RenameError) -> [Int] {
    let problem = error(.badReshape(wanted, kind.dtype, kind.shape), rule: rule)
    var known = 1
    var extents: [Int?] = []
    for extent in wanted {
      var count: Int?
      switch extent {
      case .rest: break
      case .count(let number): count = number
      case .axis(let axis):
        let place = axis < 0 ? axis + kind.shape.rank : axis
        guard kind.shape.dimensions.indices.contains(place) else { throw problem }
        count = kind.shape.dimensions[place]
      }
      extents.append(count)
      let (product, overflows) = known.multipliedReportingOverflow(by: count ?? 1)
      guard !overflows else { throw problem }
      known = product
    }
    guard extents.contains(nil) else { return extents.compactMap { $0 } }
    // With 0 elements, the rest could be any number.
    guard known > 0, kind.shape.elementCount % known == 0 else { throw problem }
    return extents.map { $0 ?? kind.shape.elementCount / known }
  }

  private mutating func reshape(to extents: [Int], _ rule: Int) throws(RenameError) {
    guard let shape = try? Shape(extents), shape.elementCount == kind.shape.elementCount else {
      throw error(.badReshape(extents.map { .count($0) }, kind.dtype, kind.shape), rule: rule)
    }
    if extents == kind.shape.dimensions { return }
    if case .reshaped(let operand, _) = expression {
      // If there are two shapes, the last one counts.
      (expression, depth, nodeCount) = (operand, depth - 1, nodeCount - 1)
    }
    try set(.reshaped(expression, dimensions: extents), extents, rule)
  }

  /// Only elements of a fixed width can be moved.
  private func requireWidth(_ step: String, _ rule: Int) throws(RenameError) {
    guard kind.dtype.byteCount != nil else { throw error(.noWidth(step, kind.dtype, kind.shape), rule: rule) }
  }

  private mutating func set(_ expression: TensorExpression, _ extents: [Int], _ rule: Int) throws(RenameError) {
    guard let shape = try? Shape(extents), depth < RenameRules.maximumDepth else {
      throw error(.tooManySteps, rule: rule)
    }
    self.expression = expression
    kind.shape = shape
    depth += 1
    nodeCount += 1
  }

  // MARK: - Parts

  /// The parts of the tensor along an axis, all under its own name.
  ///
  /// - Throws: `RenameError` if the axis does not exist, or the parts do not add up to it.
  func parts(of split: RenameRules.Split, rule: Int) throws(RenameError) -> [RuledTensor] {
    let rank = kind.shape.rank
    try requireWidth("split", rule)
    guard let axis = try places([split.axis], of: rank, "split", rule).first else { return [] }
    let extent = kind.shape.dimensions[axis]
    var sizes: [Int]
    if let given = split.sizes {
      var sum = 0
      for size in given {
        let (next, overflows) = sum.addingReportingOverflow(size ?? 0)
        guard !overflows else { throw error(.badSplit(split, kind.dtype, kind.shape), rule: rule) }
        sum = next
      }
      guard sum == extent || (given.contains(nil) && sum < extent) else {
        throw error(.badSplit(split, kind.dtype, kind.shape), rule: rule)
      }
      sizes = given.map { $0 ?? extent - sum }
    } else {
      guard extent % split.into.count == 0 else {
        throw error(.badSplit(split, kind.dtype, kind.shape), rule: rule)
      }
      sizes = split.into.map { _ in extent / split.into.count }
    }
    var start = 0
    var parts: [RuledTensor] = []
    for size in sizes {
      var part = self
      part.isPart = true
      var extents = kind.shape.dimensions
      extents[axis] = size
      if case .permuted(let operand, let axes) = expression {
        // The slice comes first, so that only the part is put into another order.
        let range = start..<start + size
        try part.set(.permuted(.sliced(operand, axis: axes[axis], range: range), axes: axes), extents, rule)
      } else {
        try part.set(.sliced(expression, axis: axis, range: start..<start + size), extents, rule)
      }
      parts.append(part)
      start += size
    }
    return parts
  }

  // MARK: - Joining

  /// Tensors one after the other along an axis, under the name of the first.
  ///
  /// - Parameters:
  ///   - members: the tensors, at least one, in their order.
  ///   - axis: the axis; negative numbers count from the last.
  ///   - rule: the number of the rule, from 1.
  /// - Returns: the joined tensor.
  /// - Throws: `RenameError` if their dtypes, or their shapes on other axes, differ.
  static func joined(_ members: [RuledTensor], axis: Int, rule: Int) throws(RenameError) -> RuledTensor {
    var result = members[0]
    try result.requireWidth("concatenate", rule)
    guard let place = try result.places([axis], of: result.kind.shape.rank, "concatenate", rule).first else {
      return result
    }
    var extents = result.kind.shape.dimensions
    for member in members.dropFirst() {
      var others = member.kind.shape.dimensions
      guard member.kind.dtype == result.kind.dtype, member.finalDType == result.finalDType else {
        throw member.error(
          .otherDType(member.finalDType, member.kind.shape, first: result.origin, result.finalDType), rule: rule)
      }
      let mismatch = member.error(
        .otherShape(member.kind.dtype, member.kind.shape, first: result.origin, result.kind.shape, axis: place),
        rule: rule)
      guard others.count == extents.count else { throw mismatch }
      let (sum, overflows) = extents[place].addingReportingOverflow(others[place])
      others[place] = extents[place]
      guard others == extents, !overflows else { throw mismatch }
      extents[place] = sum
    }
    result.depth = members.map(\.depth).max() ?? 1
    result.nodeCount = members.reduce(0) { $0 + $1.nodeCount }
    result.rules = Set(members.flatMap(\.rules)).sorted()
    result.isJoined = true
    try result.set(.joined(members.map(\.expression), axis: place), extents, rule)
    guard result.kind.shape.byteCount(of: result.kind.dtype) != nil else {
      throw result.error(.tooManySteps, rule: rule)
    }
    return result
  }
}
