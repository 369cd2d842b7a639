import TestSupport

extension DamageFixture {
  /// Core ML models, whose format has no checksums.
  static let coreML: [DamageFixture] = [
    DamageFixture("Core ML", in: "coreml", ["network.mlmodel"], isProved: false),
    DamageFixture(
      "Core ML", in: "coreml/int4-ios18.mlpackage/Data/com.apple.CoreML", ["model.mlmodel", "weights/weight.bin"],
      isProved: false),
    DamageFixture(
      "Core ML", in: "coreml/int4-ios18.mlpackage/Data/com.apple.CoreML", ["weights/weight.bin", "model.mlmodel"],
      open: "model.mlmodel", isProved: false),
  ]
}
