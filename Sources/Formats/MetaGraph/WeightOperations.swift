/// Which inputs of TensorFlow's operations take weights, and through which operations a constant stays a weight.
///
/// - Source: TensorFlow `core/ops/*_ops.cc`.
enum WeightOperations {
  /// What an input takes.
  enum Role: Sendable {
    /// A weight, whatever else is known of the graph: the filter of a convolution.
    case weight
    /// A weight as often as a number that the program wrote down, such as a mean to subtract or a scale of 1: it counts unless the
    /// graph shows that its variables were marked when they were frozen, and this one is not.
    case likelyWeight
    /// The range or scale of a quantised weight, which may be a scalar.
    case range
  }

  /// Inputs of an operation that take weights, by their places; nil means all of them.
  struct Inputs: Sendable {
    var places: [Int]?
    var role: Role
  }

  static func weightInputs(of op: String) -> [Inputs] {
    if let inputs = weightInputTable[op] { return inputs }
    // Some thirty operations that quantise, each with a bias and what was fused into it.
    guard op.hasPrefix("Quantized") else { return [] }
    if op.contains("WithBias") {
      return [Inputs(places: [1, 2], role: .weight), Inputs(places: [5, 6], role: .range)]
    }
    return op.contains("Conv2D") || op.contains("MatMul")
      ? [Inputs(places: [1], role: .weight), Inputs(places: [4, 5], role: .range)] : []
  }

  /// Reads of variables. Freezing replaces them, so that a graph which has one is not frozen; the input is the variable.
  static let variableReads: Set<String> = ["ReadVariableOp", "ResourceGather", "ResourceGatherNd"]

  /// Operations whose first input is a quantised value, or one to be, and whose others are its range.
  static let rangedOperations: Set<String> = [
    "Dequantize", "DequantizeV2", "QuantizeV2", "FakeQuantWithMinMaxVars", "FakeQuantWithMinMaxVarsPerChannel",
    "QuantizeAndDequantizeV2", "QuantizeAndDequantizeV3", "QuantizeAndDequantizeV4", "UniformDequantize",
    "UniformQuantize",
  ]

  /// Operations whose other inputs choose elements, so that a table looked up in is not a constant.
  static let choosing: Set<String> = [
    "Gather", "GatherV2", "GatherNd", "ResourceGather", "Slice", "StridedSlice",
  ]

  /// Operations that hand on an input as it is.
  static let forwarding: Set<String> = [
    "Identity", "RefIdentity", "Enter", "RefEnter", "Exit", "RefExit", "Switch", "RefSwitch", "StopGradient",
    "PreventGradient", "CheckNumerics", "CheckNumericsV2", "Snapshot", "EnsureShape", "ReadVariableOp", "Copy",
    "CopyHost",
  ]

  /// The inputs whose elements an operation hands on, changed or not: of constants it makes a constant. nil for other operations.
  static func dataInputs(of op: String, count: Int) -> Range<Int>? {
    if forwarding.contains(op) { return 0..<min(1, count) }
    guard let inputs = dataInputTable[op] else { return nil }
    let end = inputs.end > 0 ? min(inputs.end, count) : count + inputs.end
    return inputs.start < end ? inputs.start..<end : nil
  }

  /// A range of places; an end of 0 or less counts from the number of inputs.
  private struct DataInputs {
    let start: Int
    let end: Int
  }

  private static let dataInputTable: [String: DataInputs] = {
    var table: [String: DataInputs] = [:]
    func add(_ start: Int, _ end: Int, _ ops: [String]) {
      for op in ops { table[op] = DataInputs(start: start, end: end) }
    }
    // Elements moved, chosen or cast.
    add(
      0, 1,
      [
        "Reshape", "Squeeze", "ExpandDims", "Transpose", "ConjugateTranspose", "Cast", "Bitcast", "Slice",
        "StridedSlice",
        "Pad", "PadV2", "MirrorPad", "Tile", "BroadcastTo", "SplitV", "Unpack", "Reverse", "ReverseV2",
        "SpaceToBatchND",
        "BatchToSpaceND", "SpaceToDepth", "DepthToSpace", "Gather", "GatherV2", "GatherNd", "ResourceGather",
        "FakeQuantWithMinMaxArgs",
      ])
    add(1, 2, ["Split"])
    add(1, 0, ["Concat"])
    add(0, -1, ["ConcatV2"])
    add(0, 0, ["Pack", "AddN"])
    // A quantised weight and its range.
    add(0, 3, Array(rangedOperations))
    // Arithmetic of constants, such as that of a batch normalisation, which TensorFlow may leave in the graph.
    add(
      0, 2,
      [
        "Add", "AddV2", "Sub", "Mul", "RealDiv", "Div", "DivNoNan", "MulNoNan", "SquaredDifference", "Maximum",
        "Minimum",
        "MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3",
      ])
    add(
      0, 1,
      [
        "Rsqrt", "Sqrt", "Square", "Neg", "Exp", "Log", "Reciprocal", "Inv", "Abs", "Softplus", "Sigmoid", "Tanh",
        "Relu",
        "Softmax", "Sum", "Mean", "Max", "Min", "Prod", "L2Loss", "ClipByValue", "Pow",
      ])
    add(0, 0, ["Einsum"])
    return table
  }()

  private static let weightInputTable: [String: [Inputs]] = {
    var table: [String: [Inputs]] = [:]
    func add(_ role: Role, _ places: [Int]?, _ ops: [String]) {
      for op in ops { table[op, default: []].append(Inputs(places: places, role: role)) }
    }
    add(
      .weight, [1],
      [
        "Conv", "Conv2D", "Conv3D", "DepthwiseConv2dNative", "Dilation2D", "Conv2DBackpropInput",
        "Conv2DBackpropInputV2",
        "Conv3DBackpropInput", "Conv3DBackpropInputV2", "DepthwiseConv2dNativeBackpropInput", "BiasAdd", "BiasAddV1",
        "QuantizedBiasAdd", "UniformQuantizedConvolution", "UniformQuantizedDot", "UniformQuantizedAdd",
        "UniformQuantizedConvolutionHybrid", "UniformQuantizedDotHybrid",
      ])
    add(.weight, [1, 2], ["_FusedConv2D", "_FusedDepthwiseConv2dNative", "_FusedMatMul", "_FusedConv3D"])
    add(.weight, [2], ["FusedPadConv2D"])
    add(.weight, [3], ["FusedResizeAndPadConv2D", "SparseTensorDenseMatMul"])
    add(
      .weight, nil,
      [
        "MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Einsum", "SparseMatMul", "XlaDot", "XlaDotV2",
        "XlaEinsum",
      ]
    )
    add(.weight, [1], ["XlaConv", "XlaConvV2"])
    // Tables that rows are looked up in.
    add(
      .weight, [0],
      [
        "Gather", "GatherV2", "GatherNd", "ResourceGather", "ResourceGatherNd", "SparseSegmentSum", "SparseSegmentMean",
        "SparseSegmentSqrtN", "SparseSegmentSumWithNumSegments", "SparseSegmentMeanWithNumSegments",
        "SparseSegmentSqrtNWithNumSegments",
      ])
    // Cells: kernels and biases, and peepholes, which may be zeros that the program made.
    add(.weight, [3, 7], ["LSTMBlockCell"])
    add(.likelyWeight, [4, 5, 6], ["LSTMBlockCell"])
    add(.weight, [4, 8], ["BlockLSTM", "BlockLSTMV2"])
    add(.likelyWeight, [5, 6, 7], ["BlockLSTM", "BlockLSTMV2"])
    add(.weight, [2, 3, 4, 5], ["GRUBlockCell"])
    add(.weight, [3], ["CudnnRNN", "CudnnRNNV2", "CudnnRNNV3"])
    // Normalisations; a scale that is not trained is a constant 1 of the program.
    add(
      .likelyWeight, [1, 2, 3, 4],
      [
        "FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3", "_FusedBatchNormEx",
        "BatchNormWithGlobalNormalization",
      ])
    add(.weight, [3, 6, 9, 12], ["QuantizedBatchNormWithGlobalNormalization"])
    add(.range, [4, 5, 7, 8, 10, 11, 13, 14], ["QuantizedBatchNormWithGlobalNormalization"])
    // Arithmetic with something that is not constant.
    add(.likelyWeight, [0, 1], ["Add", "AddV2", "Sub", "Mul", "RealDiv", "Div"])
    // Ranges.
    add(
      .range, [4, 5], ["QuantizedBiasAdd", "UniformQuantizedConvolution", "UniformQuantizedDot", "UniformQuantizedAdd"])
    add(.range, [2, 3], ["UniformQuantizedConvolutionHybrid", "UniformQuantizedDotHybrid"])
    add(.range, [1, 2], ["FakeQuantWithMinMaxVars", "FakeQuantWithMinMaxVarsPerChannel"])
    return table
  }()
}
