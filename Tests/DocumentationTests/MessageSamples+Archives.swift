import Files
import Messages

extension MessageGroup {
  static func archives() -> [MessageGroup] {
    [
      MessageGroup(
        "PackedDefect", in: "FileError", PackedDefect.self, at: "Core/Files/Archives/PackedDefect.swift",
        .init([
          .damaged(format: "gzip", unpacked: 4096), .cutShort(format: "xz", unpacked: 4096),
          .trailing(format: "bzip2", byteCount: 12), .windowTooLarge(format: "zstd", limit: 134_217_728),
          .unsupported(format: "xz"), .tooLarge(packed: 4096, limit: 67_108_864),
          .noRoom(directory: "/tmp", free: 1_234_567), .badHeader(offset: 10240), .tarCutShort, .nothing,
          .badNames(["../model.ckpt"]), .tooManyMembers(limit: 1_048_576), .zip(.noEnd),
          .noMember("model.ckpt", present: ["model/model.ckpt.index", "README.txt"]),
          .notAFile("model.ckpt", "a pipe, which has no content in an archive. Name a file."), .nested("inner.tar"),
          .noModel(present: ["README.txt"]),
          .severalModels(["models.tar.gz!a/model.ckpt", "models.tar.gz!b/weights.h5"]),
        ]) { FileError(.packed($0), file: "models.tar.gz") })
    ]
  }
}
