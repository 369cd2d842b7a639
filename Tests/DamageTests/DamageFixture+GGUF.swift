import Tensors
import WeightFiles

extension DamageFixture {
  /// What gguf-py wrote; the format has no checksums.
  static let gguf: [DamageFixture] = [
    DamageFixture("GGUF", in: "gguf", ["aligned-8.gguf"], isProved: false),
    DamageFixture("GGUF, big-endian", in: "gguf", ["big-endian.gguf"], isProved: false),
    DamageFixture("GGUF, dequantized", in: "gguf", ["quantized.gguf"], isProved: false) {
      try Observation(ofTensorsOf: GGUFFile.open($0, options: ReadOptions(dequantizes: true)))
    },
    DamageFixture(
      "GGUF in parts", in: "gguf",
      ["split-00001-of-00003.gguf", "split-00002-of-00003.gguf", "split-00003-of-00003.gguf"], isProved: false),
  ]
}
