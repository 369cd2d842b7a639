import Files
import Messages
import TensorFiles
import WeightFiles

extension MessageGroup {
  static func tensorFiles() -> [MessageGroup] {
    [
      MessageGroup(
        "TensorFileError", TensorFileDefect.self, at: "Formats/TensorFiles/TensorFileDefect.swift",
        .init([.notTensors(.pickle), .notTensors(.unknown), .bareNumbers]) {
          TensorFileError($0, file: "model.bin")
        },
        .init([.companion("a tokenizer", advice: "Name the weights that it belongs to.")]) {
          TensorFileError($0, file: "tokenizer.json")
        },
        .init([
          .file(FileError(.cannotOpen(2), file: "model.bin")), .unknownExtension, .cannotCompress(.safetensors),
          .nameOfIndex, .nameOfCompanion("a settings file"),
          .badCompression(12), .cannotShard(.hdf5), .badShardCount(0, limit: 10_000),
          .cannotKeepDataBeside(.npz), .noGraph,
          .cannotLimitShards(.hdf5), .badShardSize(0),
        ]) { TensorFileError($0, file: "converted/model") })
    ]
  }
}
