import TestSupport

extension DamageFixture {
  /// TensorFlow.js models, whose format has no checksums.
  static let tensorFlowJS: [DamageFixture] = [
    DamageFixture(
      "TensorFlow.js", in: "tfjs/quantized-mixed", ["model.json"] + (1...5).map { "group1-shard\($0)of5.bin" },
      isProved: false),
    DamageFixture("TensorFlow.js", in: "tfjs/dtypes", ["model.json", "group1-shard1of1.bin"], isProved: false),
    DamageFixture(
      "TensorFlow.js, shard", in: "tfjs/dtypes", ["group1-shard1of1.bin", "model.json"], open: "model.json",
      isProved: false),
  ]
}
