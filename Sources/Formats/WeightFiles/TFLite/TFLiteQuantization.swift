internal import Bytes
internal import Messages
internal import Tensors

/// The scales and zero points of a quantized tensor: one of each, or one for each index along an axis.
/// - Source: TensorFlow 2.21, `schema.fbs` (`QuantizationParameters`), `interpreter_builder.cc` (`ParseQuantization`).
struct TFLiteQuantization {
  let scales: [Float]
  let zeroPoints: [Int64]
  let axis: Int
  /// Whether it is of another kind, such as one with a scale for each block.
  private let isOfOtherKind: Bool

  private enum Field {
    static let (scale, zeroPoint, detailsType, axis) = (2, 3, 4, 6)
  }

  /// Reads the parameters of a tensor; nil if it is not quantized.
  init?(_ table: FlatBuffer.Table, in buffer: FlatBuffer) throws {
    scales = try buffer.numbers(Field.scale, of: table, as: UInt32.self)?.map { Float(bitPattern: $0) } ?? []
    zeroPoints = try buffer.numbers(Field.zeroPoint, of: table, as: Int64.self) ?? []
    axis = Int(try buffer.number(Field.axis, of: table, default: Int32(0)))
    isOfOtherKind = try buffer.number(Field.detailsType, of: table, default: UInt8(0)) != 0
    if scales.isEmpty, !isOfOtherKind { return nil }
  }

  /// Checks that it fits a tensor, as the interpreter does.
  ///
  /// - Returns: how elements are dequantized.
  /// - Throws: `TFLiteDefect.quantization` with the reason if it does not fit.
  func dequantization(of dtype: DType, _ shape: Shape) throws(TFLiteDefect) -> AffineDequantization {
    guard !isOfOtherKind else { throw .quantization("it has scales of a kind that Decant does not know") }
    guard scales.count == zeroPoints.count else {
      throw .quantization("it has \(scales.count.counted("scale")), but \(zeroPoints.count.counted("zero point"))")
    }
    guard let stored = AffineDequantization.Stored(dtype) else {
      throw .quantization("it has scales, but its elements are \(dtype)")
    }
    guard scales.count != 1 else {
      return AffineDequantization(stored: stored, scales: scales, zeroPoints: zeroPoints, runElementCount: 1)
    }
    guard shape.dimensions.indices.contains(axis), shape.dimensions[axis] == scales.count else {
      throw .quantization("its \(scales.count.counted("scale")) are for axis \(axis) of the shape \(shape)")
    }
    // The shape's elements can be counted, so a part of them can be too, unless an extent is 0.
    let run = shape.elementCount == 0 ? 1 : shape.dimensions[(axis + 1)...].reduce(1, *)
    return AffineDequantization(stored: stored, scales: scales, zeroPoints: zeroPoints, runElementCount: run)
  }

  /// All of it in a few words.
  var words: String {
    if isOfOtherKind { return "quantized in blocks" }
    if scales.count == 1, let zeroPoint = zeroPoints.first { return "scale \(scales[0]), zero point \(zeroPoint)" }
    return "\(scales.count.counted("scale")) along axis \(axis)"
  }

  /// All of it as a JSON object; a number that is not finite is null.
  var json: String {
    let scales = scales.map { $0.isFinite ? "\($0)" : "null" }.joined(separator: ",")
    let zeroPoints = zeroPoints.map { "\($0)" }.joined(separator: ",")
    return JSONText.object([
      (key: "scale", value: "[\(scales)]"), (key: "zero_point", value: "[\(zeroPoints)]"),
      (key: "axis", value: "\(axis)"),
    ])
  }
}
