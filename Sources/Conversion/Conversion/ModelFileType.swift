internal import Tensors

/// What GGUF says of a model as a whole: the type that most of its elements have.
///
/// - Source: ggml, `docs/gguf.md`; gguf-py 0.19, `constants.py`, class `LlamaFileType`.
enum ModelFileType {
  private static let key = "general.file_type"
  private static let versionKey = "general.quantization_version"
  private static let numbers: [DType: String] = [.float32: "0", .float16: "1", .bfloat16: "32"]

  /// Corrects what a source says of itself for an output without blocks, after a cast or after its blocks were dequantized.
  static func correct(_ metadata: inout [String: String], for plan: ConversionPlan) {
    guard let stated = metadata[key] else { return }
    let isCast = plan.tensors.contains { $0.stored.dtype != $0.target.dtype }
    guard isCast || !numbers.values.contains(stated) else { return }
    // As floating-point numbers, whose sum cannot overflow.
    let counts = Dictionary(
      plan.tensors.map { ($0.target.dtype, Double($0.target.shape.elementCount)) }, uniquingKeysWith: +)
    let most = counts.max { ($0.value, $0.key.name) < ($1.value, $1.key.name) }
    metadata[key] = most.flatMap { numbers[$0.key] }
    metadata[versionKey] = nil
  }
}
