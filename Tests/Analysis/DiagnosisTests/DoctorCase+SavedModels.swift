import Diagnosis
import Foundation
import TestSupport

extension TemporaryDirectory {
  /// Copies a SavedModel of the fixtures, without some of its files.
  func takeModel(_ name: String, as copy: String = "model", without omitted: String...) throws {
    let source = Fixture.path("saved-models/\(name)")
    for path in try FileManager.default.subpathsOfDirectory(atPath: source)
    where !omitted.contains(where: { path == $0 || path.hasPrefix($0 + "/") }) {
      var isDirectory: ObjCBool = false
      guard unsafe FileManager.default.fileExists(atPath: "\(source)/\(path)", isDirectory: &isDirectory),
        !isDirectory.boolValue
      else { continue }
      try write(Fixture.bytes("saved-models/\(name)/\(path)"), to: "\(copy)/\(path)")
    }
  }
}

extension DoctorCase {
  private static let pointer = Array("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 6\n".utf8)

  /// SavedModels of TensorFlow 1 and 2, Keras 2 and Keras 3 that miss a part.
  static let savedModels: [DoctorCase] =
    ["tf1-builder", "tf1-text"].map { writer in
      DoctorCase(
        name: "assets that the graph of \(writer) names and that are missing", kind: .missingAsset,
        says: ["2 assets of the SavedModel model are missing: words.txt and labels.txt", "Copy the directory 'assets'"]
      ) { try $0.takeModel(writer, without: "assets") }
    } + [
      DoctorCase(
        name: "an asset of a TensorFlow 2 model that is missing", kind: .missingAsset,
        says: ["1 asset of the SavedModel model is missing: tokens.txt", "TensorFlow does not load"]
      ) { try $0.takeModel("tf2-asset", without: "assets/tokens.txt") },
      DoctorCase(
        name: "an asset under a changed name", kind: .missingAsset,
        says: ["missing: tokens.txt", "The directory has tokens (1).txt"]
      ) { scratch in
        try scratch.takeModel("tf2-asset", without: "assets")
        try scratch.write([97, 10], to: "model/assets/tokens (1).txt")
      },
      DoctorCase(name: "an asset without a byte", kind: .emptyFile, says: ["tokens.txt is empty"]) { scratch in
        try scratch.takeModel("tf2-asset")
        try scratch.write([], to: "model/assets/tokens.txt")
      },
      DoctorCase(name: "a Git LFS pointer in place of an asset", kind: .lfsPointer, says: ["git lfs pull"]) { scratch in
        try scratch.takeModel("tf2-asset")
        try scratch.write(pointer, to: "model/assets/tokens.txt")
      },
    ]
    + ["tf1-simple", "tf1-builder", "tf1-text", "tf2-asset", "keras2", "serving/1"].map { writer in
      DoctorCase(
        name: "variables of \(writer) without their graph", kind: .missingGraph,
        says: ["has variables but no graph: saved_model.pb is missing", "Decant reads", "decant inspect"]
      ) { try $0.takeModel(writer, without: "saved_model.pb", "saved_model.pbtxt") }
    }
    + ["tf1-simple", "tf1-text", "tf2-asset", "keras2"].map { writer in
      DoctorCase(
        name: "a graph of \(writer) without its variables", kind: .missingData,
        says: ["The SavedModel model has a graph but no variables", "'variables', which is not beside"]
      ) { try $0.takeModel(writer, without: "variables") }
    } + [
      DoctorCase(name: "an empty directory of variables", kind: .missingData, says: ["'variables', which is empty"]) {
        scratch in
        try scratch.takeModel("keras2", without: "variables")
        try FileManager.default.createDirectory(
          atPath: scratch.file("model/variables"), withIntermediateDirectories: false)
      },
      DoctorCase(name: "variables without their index", kind: .missingIndex, says: ["variables.index, is missing"]) {
        try $0.takeModel("keras2", without: "variables/variables.index")
      },
      DoctorCase(name: "an index of variables without their data", kind: .missingData, says: ["only the index is here"])
      {
        try $0.takeModel("keras2", without: "variables/variables.data-00000-of-00001")
      },
      DoctorCase(
        name: "variables of another save", kind: .damagedData, says: ["1 variable does not match", "variables"]
      ) { scratch in
        let data = "variables/variables.data-00000-of-00001"
        try scratch.takeModel("tf1-builder")
        try scratch.write(Fixture.bytes("saved-models/tf1-text/\(data)"), to: "model/\(data)")
      },
      DoctorCase(
        name: "a graph that is cut short", kind: .graphUnreadable, severity: .warning, says: ["cannot be read"]
      ) { scratch in
        try scratch.takeModel("keras2")
        try scratch.write(
          Fixture.bytes("saved-models/keras2/saved_model.pb").prefix(3000), to: "model/saved_model.pb")
      },
      DoctorCase(
        name: "a graph in text format", kind: .graphNotRead, severity: .note,
        says: ["saved_model.pbtxt, is in text format", "reads the variables beside it"]
      ) { try $0.takeModel("tf1-text") },
      DoctorCase(
        name: "a graph in chunks", kind: .graphNotRead, severity: .note, says: ["saved_model.cpb, is split into chunks"]
      ) { scratch in
        try scratch.takeModel("keras2", without: "saved_model.pb")
        try scratch.write(Fixture.bytes("saved-models/keras2/saved_model.pb"), to: "model/saved_model.cpb")
      },
      DoctorCase(
        name: "a .meta file in text format", kind: .graphNotRead, severity: .note, says: ["is a graph in text format"]
      ) { try $0.takeModel("tf1-text-graphs") },
      DoctorCase(
        name: "a server's directory of versions", kind: .servingVersions, severity: .note,
        says: ["model holds 3 versions of a SavedModel: 1, 2 and 10", "decant inspect", "/10"]
      ) { try $0.takeModel("serving") },
    ]

  /// Directories of other programs' weights and words.
  static let otherPrograms: [DoctorCase] = [
    DoctorCase(
      name: "PaddlePaddle files alone", kind: .foreignWeights, severity: .warning,
      says: ["does not read 2 PaddlePaddle files: a.pdparams and b.pdparams", "numpy.savez"]
    ) { scratch in
      for name in ["a.pdparams", "b.pdparams"] { try scratch.write([0, 1, 2, 3], to: name) }
    },
    DoctorCase(
      name: "a PyTorch file that runs code", kind: .damagedWeightFile,
      says: ["calls os.system", "executes nothing", "--ignore-code"]
    ) { try $0.take("pytorch/bad", "code-os-system.pt") },
    DoctorCase(
      name: "a PyTorch file that runs code, and has no tensors", kind: .damagedWeightFile,
      says: ["calls builtins.set_of", "Name the file that has the weights, or save them in PyTorch"]
    ) { try $0.write([0x80, 2] + Array("cbuiltins\nset_of\n".utf8) + [0x29, 0x52, 0x2e], to: "settings.pt") },
    DoctorCase(
      name: "an array of structures, the same in every copy", kind: .damagedWeightFile,
      says: ["holds structures of several values", "\nSave each field as its own array."]
    ) { scratch in
      let header = Array("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }\n".utf8)
      let start: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.count), 0]
      try scratch.write(start + header + [0, 0, 0, 0], to: "a.npy")
    },
    DoctorCase(
      name: "a checkpoint of torch.distributed.checkpoint", kind: .foreignWeights, severity: .warning,
      says: ["/step is a checkpoint of torch.distributed.checkpoint", "dcp_to_torch ", "/step model.pth"]
    ) { scratch in
      for part in 0...1 { try scratch.take("pytorch", [("current.pth", "step/__\(part)_0.distcp")]) }
    },
    DoctorCase(
      name: "a Git LFS pointer in place of a PyTorch file", kind: .lfsPointer, says: ["git lfs pull"]
    ) { try $0.write(pointer, to: "pytorch_model.bin") },
    DoctorCase(
      name: "a PaddlePaddle file beside a checkpoint", kind: .foreignWeights, severity: .note,
      says: ["a.pdparams is a PaddlePaddle file, which Decant does not read"]
    ) { scratch in
      try scratch.write([0, 1, 2, 3], to: "a.pdparams")
      try scratch.take("checkpoints/v1-small", "model.ckpt")
    },
    DoctorCase(
      name: "a shard that the index of shards lists and that is missing", kind: .missingShard,
      says: ["1 of the 2 files that model.safetensors.index.json lists is missing", "model-00002-of-00002.safetensors"]
    ) { scratch in
      let map = #"{"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}"#
      try scratch.write(
        Array(#"{"metadata": {"x": 1}, "weight_map": \#(map)}"#.utf8), to: "model.safetensors.index.json")
      let header = Array(#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}} "#.utf8)
      try scratch.write(
        [UInt8(header.count), 0, 0, 0, 0, 0, 0, 0] + header + [1], to: "model-00001-of-00002.safetensors")
    },
    DoctorCase(
      name: "a directory of nothing but a tokenizer", kind: .nothingFound, severity: .warning,
      says: ["holds no weights, only 2 tokenizer files: merges.txt and tokenizer.json"]
    ) { scratch in
      try scratch.write(Array("#version: 0.2\nt h\n".utf8), to: "merges.txt")
      try scratch.write(Array("{}".utf8), to: "tokenizer.json")
    },
    DoctorCase(
      name: "a directory of pictures", kind: .nothingFound, severity: .warning,
      says: ["including 2 BMP and 1 WebP files"]
    ) { try $0.take("pictures", "plain.bmp", "palette.bmp", "lossy.webp") },
    DoctorCase(
      name: "pictures that a captioning model cannot caption", kind: .otherPictures, severity: .note,
      says: ["1 AVIF, 1 GIF and 1 HEIC files", "cannot be captioned", "mogrify"]
    ) { scratch in
      try scratch.take("scenes", "model.ckpt-4222", "word_counts.txt")
      try scratch.take("pictures", "plain.avif", "plain.gif", "boxes.heic", "without-ending")
    },
  ]
}
