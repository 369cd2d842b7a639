import Checkpoints
import Files
import Foundation
import Messages
import Tensors
import Testing
import TestSupport

@testable import TensorFiles

@Suite("Models in archives")
struct ArchiveTests {
  private static let v2 = "checkpoints/v2-small/model.ckpt"
  private static let v1 = "checkpoints/v1-small/model.ckpt"
  private static let saved = "checkpoints/saved-model-tf1/model"

  /// What is opened, the path in the archive that it means, and the fixture that is in it.
  private static let readable: [(String, String, String)] = [
    ("v2.tar", "v2.tar!model/model.ckpt", v2), ("v2.tar.gz", "v2.tar.gz!model/model.ckpt", v2),
    ("v2.tgz", "v2.tgz!model/model.ckpt", v2), ("v2.tar.bz2", "v2.tar.bz2!model/model.ckpt", v2),
    ("v2.tar.xz", "v2.tar.xz!model/model.ckpt", v2), ("v2.tar.zst", "v2.tar.zst!model/model.ckpt", v2),
    ("v2.zip", "v2.zip!model/model.ckpt", v2), ("v2-stored.zip", "v2-stored.zip!model/model.ckpt", v2),
    ("v2-backslashes.zip", "v2-backslashes.zip!model/model.ckpt", v2), ("v2-top.tar", "v2-top.tar!model.ckpt", v2),
    ("v1.ckpt.gz", "v1.ckpt.gz!v1.ckpt", v1), ("small.h5.xz", "small.h5.xz!small.h5", "hdf5/small.h5"),
    ("small.h5.bz2", "small.h5.bz2!small.h5", "hdf5/small.h5"),
    ("stored.npz.zst", "stored.npz.zst!stored.npz", "npz/stored.npz"),
    ("gguf-stored.zip", "gguf-stored.zip!model.gguf", "gguf/aligned-64.gguf"),
    ("h5.tar", "h5.tar!weights/small.h5", "hdf5/small.h5"), ("h5.zip", "h5.zip!small.h5", "hdf5/small.h5"),
    ("saved.tar.gz", "saved.tar.gz!m", saved), ("saved.zip", "saved.zip!", saved),
    ("streams.gz", "streams.gz!streams", v1), ("streams.bz2", "streams.bz2!streams", v1),
    ("streams.xz", "streams.xz!streams", v1), ("streams.zst", "streams.zst!streams", v1),
    ("twice.tar", "twice.tar!model.ckpt", v1), ("base-256.tar", "base-256.tar!model.ckpt", v1),
    ("v7.tar", "v7.tar!model.ckpt", v1),
    ("links.tar", "links.tar!model.ckpt", v1), ("sparse.tar", "sparse.tar!model.ckpt", v1),
    ("names.tar", "names.tar!absolute/model.ckpt", v1),
    ("several.tar!a/model.ckpt", "several.tar!a/model.ckpt", v1), ("several.tar!a", "several.tar!a", v1),
    ("several.tar!/b/stored.npz", "several.tar!/b/stored.npz", "npz/stored.npz"),
    ("v2.tar!model", "v2.tar!model", v2), ("v2.tar!model/model.ckpt.index", "v2.tar!model/model.ckpt.index", v2),
    ("v2-top.tar!model.ckpt.data-00000-of-00001", "v2-top.tar!model.ckpt.data-00000-of-00001", v2),
  ]

  @Test("A model in an archive reads as the model beside it does", arguments: readable)
  func values(opened: String, model: String, fixture: String) throws {
    #expect(try ArchivedModel.path(of: Fixture.path("archives/\(opened)")) == Fixture.path("archives/\(model)"))
    let expected = try TensorFile.open(Fixture.path(fixture))
    let source = try TensorFile.open(Fixture.path("archives/\(opened)"))
    #expect(source.format == expected.format)
    #expect(source.descriptors.map(\.name) == expected.descriptors.map(\.name))
    #expect(source.files.map(\.byteCount) == expected.files.map(\.byteCount))
    for (mine, theirs) in zip(source.descriptors, expected.descriptors) {
      #expect(mine.shape == theirs.shape && mine.dtype == theirs.dtype)
      switch mine.dtype.kind {
      case .string: #expect(try source.readStrings(mine) == expected.readStrings(theirs))
      case .opaque: break
      default: #expect(try source.readAll(mine) == expected.readAll(theirs), "\(mine.name)")
      }
    }
    try source.files.requireUnchanged()
  }

  @Test("Names of files in an archive have the archive's path and the member's")
  func names() throws {
    let path = Fixture.path("archives/v2-top.tar")
    let source = try TensorFile.open(path)
    #expect(source.files.map(\.path) == ["\(path)!model.ckpt.index", "\(path)!model.ckpt.data-00000-of-00001"])
    #expect(source.files.map(\.name) == ["model.ckpt.index", "model.ckpt.data-00000-of-00001"])
    #expect("\(path)!model.ckpt".directoryPart == "\(path)!")
    #expect("\(path)!".joined("x") == "\(path)!x")
    #expect("\(path)!".isDirectory && !path.isDirectory)
    #expect(FileState(path: "\(path)!model.ckpt.index")?.isSameFile(as: try #require(FileState(path: path))) == true)
  }

  @Test("The graph of a SavedModel in an archive is found")
  func graphs() {
    let path = Fixture.path("archives/saved.tar.gz")
    #expect(TensorFile.graphPath(of: path) == "\(path)!m/saved_model.pb")
    #expect(TensorFile.savedModelPath(of: path) == "\(path)!m/saved_model.pb")
  }

  private static let refused: [(String, PackedDefect)] = [
    ("several.tar", .severalModels(["several.tar!a/model.ckpt", "several.tar!b/stored.npz"])),
    ("links.tar!link.ckpt", .notAFile("link.ckpt", "")),
    ("bad/no-model.tar", .noModel(present: ["notes/README.txt"])), ("bad/nested.tar", .nested("inner.tar.gz")),
    ("bad/nested.tar!inner.tar.gz", .nested("inner.tar.gz")), ("bad/nested-twice.gz", .nested("nested-twice")),
    ("bad/cut.zip", .zip(.noEnd)), ("bad/flipped.zip", .zip(.badDeflate)),
    ("bad/bomb.bz2", .tooLarge(packed: 80, limit: 1 << 26)), ("bad/bomb.zst", .tooLarge(packed: 2579, limit: 1 << 26)),
    ("bad/bomb.xz", .tooLarge(packed: 12336, limit: 1 << 26)),
    ("bad/window.xz", .windowTooLarge(format: "xz", limit: 1 << 27)),
    ("bad/window.zst", .windowTooLarge(format: "zstd", limit: 1 << 27)),
    ("bad/nothing.gz", .nothing),
  ]

  @Test(
    "Decant opens the only PyTorch file of an archive, whatever its name",
    arguments: [
      ("./model_weights.ckpt", "pytorch/current.pth"), ("best.pth.tar", "pytorch/legacy.pth"),
      ("last", "pytorch/current.pth"),
    ])
  func onlyPyTorch(name: String, fixture: String) throws {
    let scratch = try TemporaryDirectory()
    let folder = scratch.file("folder")
    try scratch.write(Fixture.bytes(fixture), to: "folder/\(name)")
    try scratch.write(Array("a: 1\n".utf8), to: "folder/model_config.yaml")
    let tar = Process()
    tar.executableURL = URL(filePath: "/usr/bin/env")
    tar.arguments = ["tar", "-cf", scratch.file("m.nemo"), "-C", folder, "."]
    try tar.run()
    tar.waitUntilExit()
    let expected = try TensorFile.open("\(folder)/\(name)").descriptors
    #expect(!expected.isEmpty)
    #expect(try TensorFile.open(scratch.file("m.nemo")).descriptors.map(\.name) == expected.map(\.name))
  }

  @Test("An archive without one readable model is refused, with the reason", arguments: refused)
  func refusals(name: String, defect: PackedDefect) throws {
    let result = Result { try TensorFile.open(Fixture.path("archives/\(name)")) }
    guard case .failure(let error as any DecantError) = result else { Issue.record("\(name) opened"); return }
    let text = error.message.text
    let folder = Fixture.path("archives/")
    let expected = FileError(.packed(defect), file: "x").message.text.dropFirst(3).prefix(30)
    #expect(text.replacing(folder, with: "").contains(expected), "\(text)")
  }

  /// The archive, what is wrong with it, and whether the whole model can be read.
  private static let damaged: [(String, String, Bool)] = [
    ("bad/cut.tar!first.npz", "cut short", true), ("bad/header.tar", "is damaged at byte", true),
    ("bad/cut-in-second.tar.gz", "cut short", true), ("bad/trailing.ckpt.gz", "the end of the gzip data", true),
    ("bad/checksum.gz", "is damaged after", true),
  ]

  @Test("What is whole in a damaged archive is read, and a problem says what is wrong", arguments: damaged)
  func damage(name: String, words: String, isWhole: Bool) throws {
    let source = try TensorFile.open(Fixture.path("archives/\(name)"))
    #expect(try source.readEverything().isEmpty == isWhole)
    let found = source.problems.filter { $0.error.message.text.contains(words) }
    // Checksums of the format itself prove its tensors.
    let isProven = source.hasChecksums || words.hasPrefix("the end")
    #expect(found.map(\.severity) == [isProven ? .note : .incomplete])
  }

  @Test("Damage that the format cannot see is a loss, but not what follows intact data")
  func hiddenDamage() throws {
    for (name, severity) in [
      ("bad/checksum.npy.gz", SourceProblem.Severity.incomplete), ("bad/trailing.npy.gz", .note),
    ] {
      let source = try TensorFile.open(Fixture.path("archives/\(name)"))
      #expect(source.problems.map(\.severity) == [severity])
      #expect(source.problems.allSatisfy { $0.error is FileError } && !source.hasChecksums)
    }
    let directory = try TemporaryDirectory()
    let whole = try Fixture.bytes("archives/arrays.tar")
    // After the first array.
    try directory.write(whole.prefix(1024), to: "cut.tar")
    #expect(try TensorFile.open(directory.file("cut.tar")).problems.map(\.severity) == [.incomplete])
    #expect(try TensorFile.open(Fixture.path("archives/arrays.tar")).problems.isEmpty)
  }

  @Test("The CRC-32 of a stored member is compared before a tensor is read, unless that is not wanted")
  func storedChecksum() throws {
    let path = Fixture.path("archives/bad/flipped-stored.zip")
    let source = try TensorFile.open(path)
    let descriptor = try #require(source.descriptors.last)
    for _ in 0..<2 {
      let error = try #require(throws: FileError.self) { try source.readAll(descriptor) }
      guard case .packed(.zip(.checksum)) = error.reason else { Issue.record("\(error)"); return }
      #expect(error.file == path + "!model.gguf")
    }
    let unverified = try TensorFile.open(path, options: ReadOptions(verifiesChecksums: false))
    let original = try TensorFile.open(Fixture.path("gguf/aligned-64.gguf"))
    #expect(try unverified.readAll(descriptor).count == original.readAll(descriptor).count)
  }

  @Test("Arrays of numpy in an archive are the tensors of one model")
  func arrays() throws {
    let source = try TensorFile.open(Fixture.path("archives/arrays.tar"))
    #expect(source.format == "npy files")
    #expect(source.descriptors.map(\.name) == ["a", "b"])
    for (name, file) in [("a", "single"), ("b", "version-2")] {
      let expected = try TensorFile.open(Fixture.path("npz/\(file).npy"))
      let found = try source.requireDescriptor(named: name)
      #expect(found.shape == expected.descriptors[0].shape && found.dtype == expected.descriptors[0].dtype)
      #expect(try source.readAll(found) == expected.readAll(expected.descriptors[0]))
    }
  }

  @Test("A PyTorch file of 2016 is a tar archive, and a model")
  func torchTar() throws {
    let path = Fixture.path("pytorch/tar.pth")
    #expect(try ArchivedModel.path(of: path) == path)
    #expect(try TensorFile.open(path).format == "PyTorch of before 0.1.10")
    let directory = try TemporaryDirectory()
    let renamed = try directory.write(Fixture.bytes("pytorch/tar.pth"), to: "model.bin")
    #expect(try TensorFile.open(renamed).descriptors.map(\.name) == ["view", "weight"])
  }

  @Test("A model that is cut short in an archive is salvaged", arguments: ["cut.tar!model.ckpt"])
  func salvage(name: String) throws {
    let salvage = try Salvage(Fixture.path("archives/bad/\(name)"))
    #expect(!salvage.isWhole)
    #expect(!salvage.source.descriptors.isEmpty || !salvage.gone.isEmpty || !salvage.lost.isEmpty)
  }

  @Test("A directory of Orbax is explained, by itself and in a manager's directory")
  func orbax() throws {
    let directory = try TemporaryDirectory()
    for name in ["9/default/_METADATA", "10/default/_METADATA", "10/default/manifest.ocdbt", "10/_CHECKPOINT_METADATA"]
    {
      try directory.write([UInt8(ascii: "{"), UInt8(ascii: "}")], to: name)
    }
    for (opened, words) in [
      (directory.path, "holds an Orbax checkpoint (JAX)"),
      (directory.file("10/default"), "is an Orbax checkpoint (JAX)"),
    ] {
      let error = try #require(throws: CheckpointError.self) { try TensorFile.open(opened) }
      #expect(error.message.text.contains(words))
      #expect(error.message.text.contains("restore(os.path.abspath('\(directory.file("10/default"))'))"))
    }
  }
}
