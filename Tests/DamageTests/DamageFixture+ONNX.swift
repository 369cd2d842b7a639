import TestSupport

extension DamageFixture {
  /// ONNX models, whose format has no checksums.
  static let onnx: [DamageFixture] = [
    DamageFixture("ONNX", in: "onnx", ["wire.onnx"], isProved: false),
    DamageFixture("ONNX", in: "onnx", ["subgraphs.onnx"], isProved: false),
    DamageFixture("ONNX", in: "onnx", ["functions.onnx"], isProved: false),
    DamageFixture("ONNX", in: "onnx/external-one", ["model.onnx", "model.onnx.data"], isProved: false),
  ]
}
