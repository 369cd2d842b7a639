import Files
import Foundation

extension MessageGroup {
  static func files() -> [MessageGroup] {
    [
      MessageGroup(
        "FileError", FileError.Reason.self, at: "Core/Files/FileError.swift",
        .init([
          .cannotOpen(ENOENT), .cannotOpen(EACCES), .isDirectory, .notRegular, .cannotRead(EIO, offset: 1234),
          .tooShort(offset: 1234, needed: 4096, byteCount: 2048), .changed, .outOfMemory(byteCount: 149_002_244),
        ]) { FileError($0, file: "model.ckpt-3000000") },
        .init([.cannotOpen(ENOENT)]) { FileError($0, file: "gs://models/im2txt/model.ckpt-3000000") },
        .init([.cannotOpen(ENOENT)]) { FileError($0, file: "a\u{1b}[31m\nb") },
        .init([.packed(.noModel(present: ["README.txt"]))]) { FileError($0, file: "model.tar.gz") },
        .init([
          .cannotCreate(ENOENT), .cannotCreate(EACCES), .exists, .outputNotRegular, .cannotWrite(ENOSPC),
        ]) { FileError($0, file: "converted/model.safetensors") },
        .init([.cannotCreate(ENOENT)]) { FileError($0, file: "gs://models/im2txt/model.safetensors") })
    ]
  }
}
