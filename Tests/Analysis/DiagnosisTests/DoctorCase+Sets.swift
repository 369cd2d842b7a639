import Diagnosis
import Foundation
import TestSupport

private let small = "checkpoints/v2-small"
private let data = "model.ckpt.data-00000-of-00001"

extension DoctorCase {
  /// Checkpoints whose files do not make a whole.
  static let sets: [DoctorCase] = [
    DoctorCase(
      name: "an index without its data", kind: .missingData, says: ["only the index is here", data, "103 bytes"]
    ) { try $0.take(small, "model.ckpt.index") },
    DoctorCase(name: "data without its index", kind: .missingIndex, says: ["model.ckpt.index", "bare numbers"]) {
      try $0.take(small, data)
    },
    DoctorCase(name: "a graph alone", kind: .missingData, says: ["is a graph", "model.ckpt-3.index"]) {
      try $0.take("checkpoints/v2-lstm-kernel", "model.ckpt-3.meta")
    },
    DoctorCase(name: "a V2 set that lacks one of its data files", kind: .missingShard, says: ["1 of the 3 data files"])
    {
      try $0.take(
        "checkpoints/bad/v2-missing-shard", "model.ckpt-7.index", "model.ckpt-7.data-00000-of-00003",
        "model.ckpt-7.data-00002-of-00003")
    },
    DoctorCase(
      name: "data numbered for another number of files", kind: .shardCount, says: ["1 data file", "one of 2"]
    ) { scratch in
      try scratch.take(small, "model.ckpt.index")
      try scratch.take(small, [(data, "model.ckpt.data-00000-of-00002")])
    },
    DoctorCase(
      name: "the data of a later save under the name of an earlier one", kind: .differentSaves,
      says: ["are from different saves", "fits model.ckpt-30.index", "cp -n"]
    ) { scratch in
      try scratch.take("checkpoints/v2-kept", "model.ckpt-20.index", "model.ckpt-30.index")
      try scratch.take(
        "checkpoints/v2-kept",
        [
          ("model.ckpt-30.data-00000-of-00001", "model.ckpt-20.data-00000-of-00001"),
          ("model.ckpt-30.data-00000-of-00001", "model.ckpt-30.data-00000-of-00001"),
        ])
    },
    DoctorCase(
      name: "index and data of different saves, alone", kind: .differentSaves, says: ["although the length is right"]
    ) { scratch in
      try scratch.take("checkpoints/v2-kept", "model.ckpt-20.index")
      try scratch.take(
        "checkpoints/v2-kept", [("model.ckpt-30.data-00000-of-00001", "model.ckpt-20.data-00000-of-00001")])
    },
    DoctorCase(
      name: "a data file cut short", kind: .truncatedData, says: ["30 of 103 bytes are missing", "decant recover"]
    ) { try $0.take("checkpoints/bad/v2-data-cut", "model.ckpt.index", data) },
    DoctorCase(
      name: "a flipped bit in a data file", kind: .damagedData,
      says: ["1 variable does not match", "weights", "recover"]
    ) { try $0.take("checkpoints/bad/v2-flip-tensor", "model.ckpt.index", data) },
    DoctorCase(
      name: "a flipped bit in an index", kind: .damagedTable, says: ["CRC-32C", "recover"]
    ) { try $0.take("checkpoints/bad/v2-flip-data-block", "model.ckpt.index", data) },
    DoctorCase(
      name: "a flipped bit in a V1 file", kind: .damagedTable, says: ["CRC-32C", "recover"]
    ) { try $0.take("checkpoints/bad/v1-flip-data-block", "model.ckpt") },
    DoctorCase(
      name: "a V1 file cut short", kind: .truncatedTable, says: ["begins like a V1 checkpoint", "interrupted"]
    ) { try $0.take("checkpoints/bad/v1-truncated", "model.ckpt") },
    DoctorCase(
      name: "a byte behind the end of a V1 file", kind: .trailingBytes, says: ["1 byte after its end", "head -c"]
    ) { try $0.take("checkpoints/bad/v1-one-byte-more", "model.ckpt") },
    DoctorCase(
      name: "a line end behind the data of a V2 checkpoint", kind: .surplusData, severity: .note, says: ["1 byte more"]
    ) { scratch in
      try scratch.take(small, "model.ckpt.index")
      try scratch.write(Fixture.bytes("\(small)/\(data)") + [10], to: data)
    },
    DoctorCase(name: "an entry that makes no sense", kind: .damagedEntries, says: ["1 entry", "makes no sense"]) {
      try $0.take("checkpoints/bad/v2-negative-dimension", "model.ckpt.index", data)
    },
    DoctorCase(name: "another program's table", kind: .foreignTable, says: ["LevelDB"]) {
      try $0.take("checkpoints/bad/v2-header-missing", "model.ckpt.index", data)
    },
    DoctorCase(
      name: "a V1 checkpoint named as an index", kind: .misnamed, says: ["whole V1 checkpoint", "cp -n", "model.ckpt"]
    ) { try $0.take("checkpoints/v1-small", [("model.ckpt", "model.ckpt.index")]) },
    DoctorCase(
      name: "an index without its ending", kind: .misnamed,
      says: ["is the index of a V2 checkpoint", "model.ckpt.index"]
    ) { try $0.take(small, [("model.ckpt.index", "model.ckpt"), (data, data)]) },
    DoctorCase(
      name: "an index under a name of its own, beside the only data that it fits", kind: .misnamed,
      says: ["index of a V2 checkpoint", "model.ckpt.index"]
    ) { try $0.take(small, [("model.ckpt.index", "weights.ckpt"), (data, data)]) },
    DoctorCase(
      name: "a V1 and a V2 checkpoint of one name", kind: .bothVersions, severity: .note, says: ["read the V2"]
    ) { scratch in
      try scratch.take(small, "model.ckpt.index", data)
      try scratch.take("checkpoints/v1-small", "model.ckpt")
    },
    DoctorCase(
      name: "a data file given where TensorFlow wants the prefix", kind: .prefixNotFile, severity: .note,
      says: ["prefix", "--checkpoint_path="], path: data
    ) { try $0.take(small, "model.ckpt.index", data) },
    DoctorCase(
      name: "a checkpoint renamed to another step", kind: .stepMismatch, severity: .note,
      says: ["step 5", "global_step"]
    ) { scratch in
      try scratch.take(
        "checkpoints/v2-lstm-kernel",
        [
          ("model.ckpt-3.index", "model.ckpt-5.index"),
          ("model.ckpt-3.data-00000-of-00001", "model.ckpt-5.data-00000-of-00001"),
        ])
    },
    DoctorCase(
      name: "the graph of another model", kind: .graphMismatch, severity: .warning,
      says: ["graph of a different model", "not found in checkpoint"]
    ) { scratch in
      try scratch.take(small, "model.ckpt.index", data)
      try scratch.take("checkpoints/v2-lstm-kernel", [("model.ckpt-3.meta", "model.ckpt.meta")])
    },
    DoctorCase(
      name: "the graph of a newer TensorFlow beside a checkpoint of an older", kind: .graphMismatch, severity: .warning,
      says: [
        "do not match", "basic_lstm_cell/kernel", "nearest", "the names of TensorFlow 1.2 or later", "decant rename",
        "--names tensorflow-1.2",
      ]
    ) { scratch in
      try scratch.take("scenes", "model.ckpt-4222")
      try scratch.take("scenes/v2", "model.ckpt-4222.meta")
    },
    DoctorCase(name: "a graph that is damaged", kind: .graphUnreadable, severity: .warning, says: ["cannot be read"]) {
      try $0.take("checkpoints/bad/meta-truncated", "model.ckpt.index", data, "model.ckpt.meta")
    },
    DoctorCase(name: "a SavedModel without variables", kind: .missingData, says: ["variables"]) {
      try $0.take("checkpoints/bad/saved-model-without-variables", [("saved_model.pb", "model/saved_model.pb")])
    },
    DoctorCase(name: "a weight file cut short", kind: .damagedWeightFile, says: ["cannot be read"]) {
      try $0.write([9, 0, 0, 0, 0, 0, 0, 0] + Array(#"{"a":1}  "#.utf8), to: "model.safetensors")
    },
  ]

  /// The `checkpoint` file.
  static let states: [DoctorCase] = [
    DoctorCase(
      name: "a path of another machine, the checkpoint beside it", kind: .stateAbsolutePath, severity: .warning,
      says: ["the machine that saved the checkpoint", "relative paths", "--fix"]
    ) {
      try $0.take(
        "checkpoints/v2-state-absolute", "checkpoint", "model.ckpt-10.index", "model.ckpt-10.data-00000-of-00001")
    },
    DoctorCase(
      name: "a path of a Windows machine", kind: .stateAbsolutePath, severity: .warning,
      says: ["the machine that saved the checkpoint"]
    ) { scratch in
      try scratch.take(small, "model.ckpt.index", data)
      try scratch.write(Array(#"model_checkpoint_path: "C:\\train\\model.ckpt""#.utf8), to: "checkpoint")
    },
    DoctorCase(
      name: "a checkpoint that is not there, and another that is", kind: .stateMissingCheckpoint,
      says: ["model.ckpt-9", "model.ckpt is beside it.", "decant inspect"]
    ) { scratch in
      try scratch.take(small, "model.ckpt.index", data)
      try scratch.write(Array(#"model_checkpoint_path: "model.ckpt-9""#.utf8), to: "checkpoint")
    },
    DoctorCase(
      name: "a path that leads out of the directory, where a checkpoint is", kind: .stateMissingCheckpoint,
      says: ["outside its directory", "does not follow", "no other checkpoint"], path: "model"
    ) { scratch in
      try scratch.take(small, [("model.ckpt.index", "outside/model.ckpt.index"), (data, "outside/\(data)")])
      try scratch.write(Array(#"model_checkpoint_path: "../outside/model.ckpt""#.utf8), to: "model/checkpoint")
    },
    DoctorCase(
      name: "a path in a bucket, as trainings on TPUs write it", kind: .stateMissingCheckpoint,
      says: ["names gs://bucket/model.ckpt-9", "an address on Google Cloud Storage, but Decant downloads nothing"]
    ) { try $0.write(Array(#"model_checkpoint_path: "gs://bucket/model.ckpt-9""#.utf8), to: "checkpoint") },
    DoctorCase(
      name: "older checkpoints that are gone", kind: .stateOldEntries, severity: .note, says: ["1 older checkpoint"]
    ) { scratch in
      try scratch.take(small, "model.ckpt.index", data)
      let text = "model_checkpoint_path: \"model.ckpt\"\nall_model_checkpoint_paths: \"model.ckpt-1\"\n"
      try scratch.write(Array(text.utf8), to: "checkpoint")
    },
    DoctorCase(name: "a file that is no such text", kind: .stateDamaged, says: ["cannot be read", "line 1"]) {
      scratch in
      try scratch.take(small, "model.ckpt.index", data)
      try scratch.write(Array("{ \"json\": 1 }".utf8), to: "checkpoint")
    },
  ]
}
