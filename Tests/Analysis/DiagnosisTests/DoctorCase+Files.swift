import Diagnosis
import Foundation
import TestSupport

private let small = "checkpoints/v2-small"
private let data = "model.ckpt.data-00000-of-00001"

extension DoctorCase {
  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  /// Single files that are something else, are incomplete, or have a wrong name.
  static let files: [DoctorCase] = [
    DoctorCase(
      name: "a Git LFS pointer in place of the data, of the length that the index needs", kind: .lfsPointer,
      says: ["Git LFS pointer", "exactly what the index beside it needs", "git lfs pull"]
    ) { scratch in
      try scratch.take("scenes/v2", "model.ckpt-4222.index")
      try scratch.write(
        bytes("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 6358228\n"),
        to: "model.ckpt-4222.data-00000-of-00001")
    },
    DoctorCase(
      name: "a Git LFS pointer to the data of another save", kind: .lfsPointer, says: ["from another save"]
    ) { scratch in
      try scratch.take("scenes/v2", "model.ckpt-4222.index")
      try scratch.write(
        bytes("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"),
        to: "model.ckpt-4222.data-00000-of-00001")
    },
    DoctorCase(
      name: "a web page in place of a V1 checkpoint", kind: .webPage,
      says: ["web page", "titled 'Sign in'", "Download"]
    ) { scratch in
      try scratch.write(bytes("<!DOCTYPE html><html><head><title>Sign in</title></head></html>"), to: "model.ckpt-9")
    },
    DoctorCase(
      name: "a gzip archive in place of a checkpoint", kind: .archive, says: ["compressed with gzip", "gunzip -c"]
    ) { try $0.write([0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8], to: "model.ckpt-9") },
    DoctorCase(
      name: "a zip archive in place of a checkpoint, with its first member", kind: .archive,
      says: ["zip archive", "first member is model/checkpoint", "unzip"]
    ) { scratch in
      let name = bytes("model/checkpoint")
      let header: [UInt8] = [0x50, 0x4b, 3, 4] + [UInt8](repeating: 0, count: 22) + [UInt8(name.count), 0, 0, 0]
      try scratch.write(header + name + [0, 0], to: "model.ckpt-9")
    },
    DoctorCase(
      name: "a tar archive in place of a checkpoint", kind: .archive, says: ["tar archive", "tar -xkf"]
    ) { scratch in
      var block = [UInt8](repeating: 0, count: 1024)
      block.replaceSubrange(257..<262, with: bytes("ustar"))
      try scratch.write(block, to: "model.ckpt-9")
    },
    DoctorCase(
      name: "a PyTorch archive in place of a checkpoint", kind: .pickle, severity: .warning,
      says: ["PyTorch", "executes nothing", "decant inspect"]
    ) { scratch in
      let name = bytes("archive/data.pkl")
      let header: [UInt8] = [0x50, 0x4b, 3, 4] + [UInt8](repeating: 0, count: 22) + [UInt8(name.count), 0, 0, 0]
      try scratch.write(header + name + [0, 0], to: "model.ckpt-9")
    },
    DoctorCase(
      name: "a pickle in place of a checkpoint", kind: .pickle, severity: .warning,
      says: ["pickle", "executes nothing"]
    ) {
      try $0.write([0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc], to: "model.ckpt-9")
    },
    DoctorCase(name: "an empty file", kind: .emptyFile, says: ["is empty", "Copy the file again"]) {
      try $0.write([], to: "model.ckpt-9")
    },
    DoctorCase(name: "an image in place of a checkpoint", kind: .otherFormat, says: ["image"]) {
      try $0.write([0xff, 0xd8, 0xff, 0xe0, 0, 0], to: "model.ckpt-9")
    },
    DoctorCase(name: "text in place of an index", kind: .otherFormat, says: ["text", "begins: 'Not Found'"]) {
      try $0.write(bytes("Not Found\n"), to: "model.ckpt.index")
    },
    DoctorCase(name: "a link to nothing", kind: .brokenLink, says: ["symbolic link", "cp -L"]) { scratch in
      try scratch.take(small, "model.ckpt.index")
      try FileManager.default.createSymbolicLink(
        atPath: scratch.file(data), withDestinationPath: "../elsewhere/" + data)
    },
    DoctorCase(name: "a pipe", kind: .notRegular, says: ["pipe"]) { scratch in
      try scratch.take(small, "model.ckpt.index")
      _ = unsafe mkfifo(scratch.file(data), 0o600)
    },
    DoctorCase(
      name: "a download that has not ended", kind: .unfinishedDownload, says: ["unfinished download", "start it again"]
    ) { try $0.write([1, 2, 3], to: "model.ckpt.data-00000-of-00001.crdownload") },
    DoctorCase(
      name: "what an interrupted run of Decant left", kind: .decantTemporary, severity: .note, says: ["Decant"]
    ) { try $0.write([1, 2, 3], to: "out.safetensors.decant-77-123456.tmp") },
    DoctorCase(
      name: "what an interrupted run of Decant left of a set", kind: .decantTemporary, severity: .note,
      says: ["removes it"]
    ) { try $0.take(small, [(data, "out.ckpt.decant-77-123456.tmp.data-00000-of-00001")]) },
    DoctorCase(
      name: "a checkpoint that was moved aside, and not replaced", kind: .movedAside,
      says: ["interrupted", "Nothing of the old checkpoint is lost", "mv ", "index last"]
    ) { scratch in
      let names = ["model.ckpt.index", data]
      try scratch.take(small, names.map { ($0, $0 + ".decant-77-123456.tmp.old") })
    },
    DoctorCase(
      name: "a checkpoint that was replaced, and what it replaced", kind: .movedAside, severity: .note,
      says: ["is complete", "Delete them once"]
    ) { scratch in
      try scratch.take(small, "model.ckpt.index", data)
      try scratch.take(small, [("model.ckpt.index", "model.ckpt.index.decant-77-123456.tmp.old")])
    },
    DoctorCase(
      name: "a file of a sharded save under its temporary name", kind: .unfinishedSave,
      says: ["interrupted", "disk was full", "earlier checkpoint"]
    ) { try $0.write([1, 2, 3], to: "model.ckpt-7.data-00000-of-00001.tempstate123456") },
    DoctorCase(
      name: "leftovers beside the complete save", kind: .unfinishedSave, severity: .note, says: ["Delete them once"]
    ) { scratch in
      try scratch.take(small, "model.ckpt.index", data)
      try scratch.write([1], to: "model.ckpt_temp_0123456789abcdef/part-00000-of-00002.data-00000-of-00001")
    },
    DoctorCase(
      name: "a V1 checkpoint in two parts of split", kind: .splitParts,
      says: ["split into 2 parts", "ends like a checkpoint", "cat ", "model.ckpt-3.aa", "> "]
    ) { scratch in
      let bytes = try Fixture.bytes("checkpoints/v1-lstm-matrix/model.ckpt-3")
      try scratch.write(bytes[..<1000], to: "model.ckpt-3.aa")
      try scratch.write(bytes[1000...], to: "model.ckpt-3.ab")
    },
    DoctorCase(
      name: "a data file in numbered parts, with the length that the index needs", kind: .splitParts,
      says: ["split into 3 parts", "exactly what the index beside them needs", "part1", "part3"]
    ) { scratch in
      try scratch.take(small, "model.ckpt.index")
      let bytes = try Fixture.bytes("\(small)/\(data)")
      let third = (bytes.count + 2) / 3
      for part in 0..<3 {
        try scratch.write(
          bytes[(part * third)..<min(bytes.count, (part + 1) * third)], to: "\(data).part\(part + 1)")
      }
    },
    DoctorCase(
      name: "parts of which the second is missing", kind: .splitPartsIncomplete,
      says: ["some of it is not here", "number 2 is missing"]
    ) { scratch in
      for part in ["001", "003"] { try scratch.write([1, 2, 3], to: "model.ckpt-3.\(part)") }
    },
    DoctorCase(
      name: "parts of which the last is missing", kind: .splitPartsIncomplete, says: ["does not end like a checkpoint"]
    ) { scratch in
      let bytes = try Fixture.bytes("checkpoints/v1-lstm-matrix/model.ckpt-3")
      try scratch.write(bytes[..<1000], to: "model.ckpt-3_0001")
      try scratch.write(bytes[1000..<2000], to: "model.ckpt-3_0002")
    },
    DoctorCase(
      name: "a name that a browser numbered", kind: .alteredName,
      says: ["should be called model.ckpt.index", "a browser added '(1)'", "cp -n"]
    ) { try $0.take(small, [("model.ckpt.index", "model.ckpt (1).index"), (data, data)]) },
    DoctorCase(
      name: "an ending that a mail program added", kind: .alteredName,
      says: ["should be called model.ckpt.index", "added '.txt'"]
    ) { try $0.take(small, [("model.ckpt.index", "model.ckpt.index.txt"), (data, data)]) },
    DoctorCase(
      name: "an ending in capitals", kind: .alteredName, says: ["should be called model.ckpt.index", "capitals"]
    ) { try $0.take(small, [("model.ckpt.index", "model.ckpt.INDEX"), (data, data)]) },
    DoctorCase(
      name: "a second download beside the first", kind: .alteredName, severity: .note, says: ["second copy"]
    ) { scratch in
      try scratch.take(small, "model.ckpt.index", data)
      try scratch.take(small, [("model.ckpt.index", "model.ckpt (1).index")])
    },
    DoctorCase(
      name: "a name that TensorFlow takes for a pattern", kind: .patternName, severity: .warning,
      says: ["[", "pattern"]
    ) { try $0.take(small, [("model.ckpt.index", "m[1].ckpt.index"), (data, "m[1].ckpt.data-00000-of-00001")]) },
  ]
}
