import TestSupport

extension DamageFixture {
  /// TensorFlow's checkpoints: every table block and every tensor has a checksum.
  static let checkpoints: [DamageFixture] = [
    v1("v1-small", "model.ckpt"),
    v1("v1-lstm-matrix", "model.ckpt-3"),
    v1("v1-snappy", "model.ckpt"),
    DamageFixture(
      "V1, sharded", in: "checkpoints/v1-sharded", (0..<3).map { "model.ckpt-7-0000\($0)-of-00003" },
      repair: repairing("model.ckpt-7-00000-of-00003") { ChecksumRepair.repairTable(&$0) }),
    v2("v2-small", "model.ckpt", damagesIndex: true),
    v2("v2-small", "model.ckpt", damagesIndex: false),
    v2("v2-lstm-kernel", "model.ckpt-3", damagesIndex: true),
    v2("tf2-object", "ckpt-1", damagesIndex: true),
    v2("tf2-object", "ckpt-1", damagesIndex: false),
    v2("v2-partitioned", "model.ckpt", damagesIndex: true),
    DamageFixture(
      "V2 index, Snappy", in: "checkpoints/v2-snappy",
      ["model.ckpt.index", "model.ckpt.data-00000-of-00002", "model.ckpt.data-00001-of-00002"], open: "model.ckpt",
      repair: repairing("model.ckpt.index") { ChecksumRepair.repairTable(&$0) }),
    DamageFixture(
      "V2 data, sharded", in: "checkpoints/v2-shards",
      ["model.ckpt-7.data-00001-of-00003", "model.ckpt-7.index"]
        + [0, 2].map { "model.ckpt-7.data-0000\($0)-of-00003" },
      open: "model.ckpt-7"),
    DamageFixture(
      "state file", in: "checkpoints/v2-kept",
      ["checkpoint", "model.ckpt-40.index", "model.ckpt-40.data-00000-of-00001"], open: ".", isProved: false),
  ]

  private static func v1(_ folder: String, _ name: String) -> DamageFixture {
    DamageFixture(
      "V1", in: "checkpoints/\(folder)", [name], repair: repairing(name) { ChecksumRepair.repairTable(&$0) })
  }

  private static func v2(_ folder: String, _ prefix: String, damagesIndex: Bool) -> DamageFixture {
    let (index, data) = ("\(prefix).index", "\(prefix).data-00000-of-00001")
    return DamageFixture(
      damagesIndex ? "V2 index" : "V2 data", in: "checkpoints/\(folder)",
      damagesIndex ? [index, data] : [data, index], open: prefix,
      repair: { files in
        guard var bytes = files[index], var elements = files[data] else { return }
        ChecksumRepair.repairBundle(index: &bytes, data: &elements)
        files[index] = bytes
        files[data] = elements
      })
  }
}
