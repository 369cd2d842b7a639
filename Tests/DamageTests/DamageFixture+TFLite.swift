import Tensors
import WeightFiles

extension DamageFixture {
  /// What TensorFlow's converter wrote, and a script; the format has no checksums.
  static let tfLite: [DamageFixture] = [
    DamageFixture("TensorFlow Lite", in: "tflite", ["tables.tflite"], isProved: false),
    DamageFixture("TensorFlow Lite", in: "tflite", ["offsets.tflite"], isProved: false),
    DamageFixture("TensorFlow Lite, dequantized", in: "tflite", ["int8.tflite"], isProved: false) {
      try Observation(ofTensorsOf: TFLiteFile.open($0, options: ReadOptions(dequantizes: true)))
    },
  ]
}
