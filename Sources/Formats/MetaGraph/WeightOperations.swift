/// Which inputs of TensorFlow's operations take weights, and through which operations a constant stays a weight.
///
/// - Source: TensorFlow `core/ops/*_ops.cc`.
enum WeightOperations {
  /// What an input takes.
  enum Role: Sendable {
    /// A weight, no matter what else is known about the graph, such as the filter of a convolution.
    case weight
    /// A weight, or just as often a number in the program, such as a mean to subtract or a scale of 1: it counts unless the graph
    /// shows that its variables were marked when they were frozen and this one is not marked.
    case likelyWeight
    /// The range or scale of a quantized weight, which may be a scalar.
    case range
  }

  /// Inputs of an operation that take weights, by their positions; nil means all of them.
  struct Inputs: Sendable {
    var places: [Int]?
    var role: Role
  }

  static func weightInputs(of op: String) -> [Inputs] {
    if let inputs = weightInputTable[op] { return inputs }
    // Some thirty quantized operations, with a bias and whatever is fused into them.
    guard op.hasPrefix("Quantized") else { return [] }
    if op.contains("WithBias") {
      return [Inputs(places: [1, 2], role: .weight), Inputs(places: [5, 6], role: .range)]
    }
    return op.contains("Conv2D") || op.contains("MatMul")
      ? [Inputs(places: [1], role: .weight), Inputs(places: [4, 5], role: .range)] : []
  }

  /// Operations that read a variable, their input. Freezing replaces them, so a graph that has one is not frozen.
  static let variableReads: Set<String> = ["ReadVariableOp", "ResourceGather", "ResourceGatherNd"]

  /// Operations whose first input is a value that is or will be quantized, and whose other inputs are its range.
  static let rangedOperations: Set<String> = [
    "Dequantize", "DequantizeV2", "QuantizeV2", "FakeQuantWithMinMaxVars", "FakeQuantWithMinMaxVarsPerChannel",
    "QuantizeAndDequantizeV2", "QuantizeAndDequantizeV3", "QuantizeAndDequantizeV4", "UniformDequantize",
    "UniformQuantize",
  ]

  /// Operations whose other inputs choose elements, so that the result of a lookup in a table is not a constant.
  static let choosing: Set<String> = [
    "Gather", "GatherV2", "GatherNd", "ResourceGather", "Slice", "StridedSlice",
  ]

  /// Operations that pass on an input unchanged.
  static let forwarding: Set<String> = [
    "Identity", "RefIdentity", "Enter", "RefEnter", "Exit", "RefExit", "Switch", "RefSwitch", "StopGradient",
    "PreventGradient", "CheckNumerics", "CheckNumericsV2", "Snapshot", "EnsureShape", "ReadVariableOp", "Copy",
    "CopyHost",
  ]

  /// The inputs whose elements an operation passes on, changed or not; from constants, it makes a constant. Nil for other operations.
  static func dataInputs(of op: String, count: Int) -> Range<Int>? {
    if forwarding.contains(op) { return 0..<min(1, count) }
    guard let inputs = dataInputTable[op] else { return nil }
    let end = inputs.end > 0 ? min(inputs.end, count) : count + inputs.end
    return inputs.start < end ? inputs.start..<end : nil
  }

  /// A range of inputs; an end of 0 or less counts back from the number of inputs.
  private struct DataInputs {
    let start: Int
    let end: Int
  }

  private static let dataInputTable: [String: DataInputs] = {
    var table: [String: DataInputs] = [:]
    func add(_ start: Int, _ end: Int, _ ops: String...) {
      for op in ops { table[op] = DataInputs(start: start, end: end) }
    }
    // Elements moved, chosen or cast.
    add(
      0, 1, "Reshape", "Squeeze", "ExpandDims", "Transpose", "ConjugateTranspose", "Cast", "Bitcast", "Slice",
      "StridedSlice", "Pad", "PadV2", "MirrorPad", "Tile", "BroadcastTo", "SplitV", "Unpack", "Reverse", "ReverseV2",
      "SpaceToBatchND", "BatchToSpaceND", "SpaceToDepth", "DepthToSpace", "Gather", "GatherV2", "GatherNd",
      "ResourceGather", "FakeQuantWithMinMaxArgs")
    add(1, 2, "Split")
    add(1, 0, "Concat")
    add(0, -1, "ConcatV2")
    add(0, 0, "Pack", "AddN")
    // A quantized weight and its range.
    for op in rangedOperations { table[op] = DataInputs(start: 0, end: 3) }
    // Arithmetic with constants, such as that of a batch normalization, which TensorFlow may leave in the graph.
    add(
      0, 2, "Add", "AddV2", "Sub", "Mul", "RealDiv", "Div", "DivNoNan", "MulNoNan", "SquaredDifference", "Maximum",
      "Minimum", "MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3")
    add(
      0, 1, "Rsqrt", "Sqrt", "Square", "Neg", "Exp", "Log", "Reciprocal", "Inv", "Abs", "Softplus", "Sigmoid", "Tanh",
      "Relu", "Softmax", "Sum", "Mean", "Max", "Min", "Prod", "L2Loss", "ClipByValue", "Pow")
    add(0, 0, "Einsum")
    return table
  }()

  private static let weightInputTable: [String: [Inputs]] = {
    var table: [String: [Inputs]] = [:]
    func add(_ role: Role, _ places: [Int]?, _ ops: String...) {
      for op in ops { table[op, default: []].append(Inputs(places: places, role: role)) }
    }
    add(
      .weight, [1], "Conv", "Conv2D", "Conv3D", "DepthwiseConv2dNative", "Dilation2D", "Conv2DBackpropInput",
      "Conv2DBackpropInputV2", "Conv3DBackpropInput", "Conv3DBackpropInputV2", "DepthwiseConv2dNativeBackpropInput",
      "BiasAdd", "BiasAddV1", "QuantizedBiasAdd", "UniformQuantizedConvolution", "UniformQuantizedDot",
      "UniformQuantizedAdd", "UniformQuantizedConvolutionHybrid", "UniformQuantizedDotHybrid")
    add(.weight, [1, 2], "_FusedConv2D", "_FusedDepthwiseConv2dNative", "_FusedMatMul", "_FusedConv3D")
    add(.weight, [2], "FusedPadConv2D")
    add(.weight, [3], "FusedResizeAndPadConv2D", "SparseTensorDenseMatMul")
    add(
      .weight, nil, "MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Einsum", "SparseMatMul", "XlaDot",
      "XlaDotV2", "XlaEinsum")
    add(.weight, [1], "XlaConv", "XlaConvV2")
    // Tables in which rows are looked up.
    add(
      .weight, [0], "Gather", "GatherV2", "GatherNd", "ResourceGather", "ResourceGatherNd", "SparseSegmentSum",
      "SparseSegmentMean", "SparseSegmentSqrtN", "SparseSegmentSumWithNumSegments", "SparseSegmentMeanWithNumSegments",
      "SparseSegmentSqrtNWithNumSegments")
    // Cells: kernels and biases, and peepholes, which may be the program's own zeros.
    add(.weight, [3, 7], "LSTMBlockCell")
    add(.likelyWeight, [4, 5, 6], "LSTMBlockCell")
    add(.weight, [4, 8], "BlockLSTM", "BlockLSTMV2")
    add(.likelyWeight, [5, 6, 7], "BlockLSTM", "BlockLSTMV2")
    add(.weight, [2, 3, 4, 5], "GRUBlockCell")
    add(.weight, [3], "CudnnRNN", "CudnnRNNV2", "CudnnRNNV3")
    // Normalizations; a scale that is not trained is the program's constant 1.
    add(
      .likelyWeight, [1, 2, 3, 4], "FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3", "_FusedBatchNormEx",
      "BatchNormWithGlobalNormalization")
    add(.weight, [3, 6, 9, 12], "QuantizedBatchNormWithGlobalNormalization")
    add(.range, [4, 5, 7, 8, 10, 11, 13, 14], "QuantizedBatchNormWithGlobalNormalization")
    // Arithmetic with a value that is not constant.
    add(.likelyWeight, [0, 1], "Add", "AddV2", "Sub", "Mul", "RealDiv", "Div")
    // Ranges.
    add(
      .range, [4, 5], "QuantizedBiasAdd", "UniformQuantizedConvolution", "UniformQuantizedDot", "UniformQuantizedAdd")
    add(.range, [2, 3], "UniformQuantizedConvolutionHybrid", "UniformQuantizedDotHybrid")
    add(.range, [1, 2], "FakeQuantWithMinMaxVars", "FakeQuantWithMinMaxVarsPerChannel")
    return table
  }()
}
