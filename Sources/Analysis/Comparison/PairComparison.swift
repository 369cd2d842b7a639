internal import Bytes
internal import Inspection
internal import Tensors
internal import Threads

/// Compares the tensors of one pair: first dtype and shape, then the values if they can be compared.
struct PairComparison {
  let left: TensorDescriptor
  let right: TensorDescriptor
  let options: DiffOptions
  let cancellation: Cancellation
  /// Sees all elements as well; nil if only the differences are wanted.
  var recorder: PairRecorder?

  enum Result {
    case equal
    case notCompared(String)
    case kind(SourceDiff.Change)
    case values(SourceDiff.Change)
  }

  /// Reads both tensors to the end, so that a pair counts as equal only if its checksums match.
  func run(_ leftSource: any TensorSource, _ rightSource: any TensorSource) throws -> Result {
    let values = try changedValues(leftSource, rightSource)
    let change = SourceDiff.Change(left: left, right: right, values: values)
    let comparesNumbers =
      left.dtype.isNumeric && right.dtype.isNumeric && left.shape == right.shape
      && left.dtype.numbersPerElement == right.dtype.numbersPerElement
    if change.changesKind, !(options.ignoresDTypes && comparesNumbers) { return .kind(change) }
    if values != nil { return .values(change) }
    return left.dtype.kind == .opaque ? .notCompared(left.name) : .equal
  }

  private func changedValues(
    _ leftSource: any TensorSource, _ rightSource: any TensorSource
  ) throws -> ValueChange? {
    guard left.shape == right.shape else { return nil }
    if left.dtype == .string, right.dtype == .string {
      return try changedStrings(leftSource.readStrings(left), rightSource.readStrings(right))
    }
    var accumulator = ChangeAccumulator(
      numbersPerElement: left.dtype.numbersPerElement, tolerance: options.tolerance)
    let numbers = left.dtype.numbersPerElement
    var pairs = Pairs(left: left.dtype, right: right.dtype, shape: left.shape)
    let compare: (RawSpan, RawSpan, Int, inout ChangeAccumulator) -> Void
    if left.dtype == right.dtype, let kernel = ChangeKernel(left.dtype) {
      compare = { kernel.run($0, $1, first: $2, into: &$3) }
    } else if left.dtype != right.dtype, let kernel = MixedKernel(left.dtype, right.dtype) {
      compare = { kernel.run($0, $1, first: $2, into: &$3) }
    } else {
      return nil
    }
    recorder?.begin(left, right)
    try PairedPieces.forEach(left, of: leftSource, right, of: rightSource) { a, b, element in
      try cancellation.check()
      recorder?.add(a, b, areEqual: left.dtype == right.dtype && a.hasSameBytes(as: b))
      compare(a, b, element * numbers, &accumulator)
      pairs.update(accumulator, a, b, from: element)
    }
    return pairs.change(accumulator, hasULP: left.dtype == right.dtype && left.dtype.hasULP)
  }

  private func changedStrings(_ a: [[UInt8]], _ b: [[UInt8]]) -> ValueChange? {
    let differing = zip(a, b).enumerated().filter { $1.0 != $1.1 }
    guard let (index, (x, y)) = differing.first.map({ ($0.offset, $0.element) }) else { return nil }
    return ValueChange(
      elementCount: left.shape.elementCount, differingCount: differing.count, beyondToleranceCount: differing.count,
      nanCount: 0, infinityCount: 0, maximumAbsolute: nil, maximumRelative: nil, maximumULP: nil, distance: nil,
      first: ValueChange.ElementPair(
        index: left.shape.index(ofElement: index), left: ValueFormatter.text(of: x), right: ValueFormatter.text(of: y)),
      largest: nil)
  }
}

/// The elements of a tensor that a report shows: the first that differs, and the one that differs most.
private struct Pairs {
  let left: DType
  let right: DType
  let shape: Shape
  var first: ValueChange.ElementPair?
  var largest: ValueChange.ElementPair?
  var largestElement: Int?

  /// Keeps the text of an element that the report shows while its piece is still in memory.
  mutating func update(_ sums: ChangeAccumulator, _ a: RawSpan, _ b: RawSpan, from element: Int) {
    if first == nil, let found = sums.firstElement { first = pair(found, a, b, from: element) }
    if let found = sums.largestElement, found != largestElement {
      largestElement = found
      largest = pair(found, a, b, from: element)
    }
  }

  private func pair(_ element: Int, _ a: RawSpan, _ b: RawSpan, from first: Int) -> ValueChange.ElementPair? {
    guard let leftText = text(element - first, a, left), let rightText = text(element - first, b, right) else {
      return nil
    }
    return ValueChange.ElementPair(index: shape.index(ofElement: element), left: leftText, right: rightText)
  }

  private func text(_ element: Int, _ bytes: RawSpan, _ dtype: DType) -> String? {
    guard let width = dtype.byteCount, element >= 0, (element + 1) * width <= bytes.byteCount else { return nil }
    let element = [UInt8](bytes.extracting((element * width)..<((element + 1) * width)))
    return ValueFormatter.texts(of: element, dtype: dtype).first
  }

  /// What changed; nil if nothing differs.
  func change(_ sums: ChangeAccumulator, hasULP: Bool) -> ValueChange? {
    guard sums.differingCount > 0, let first else { return nil }
    let hasFinite = sums.maximumAbsolute >= 0
    return ValueChange(
      elementCount: shape.elementCount, differingCount: sums.differingCount,
      beyondToleranceCount: sums.beyondToleranceCount, nanCount: sums.nanCount, infinityCount: sums.infinityCount,
      maximumAbsolute: hasFinite ? sums.maximumAbsolute : nil, maximumRelative: hasFinite ? sums.maximumRelative : nil,
      maximumULP: hasFinite && hasULP ? sums.maximumULP : nil, distance: hasFinite ? sums.squares.root : nil,
      first: first, largest: largest)
  }
}
