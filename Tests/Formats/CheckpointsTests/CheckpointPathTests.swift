import Checkpoints
import Foundation
import Messages
import Testing
import TestSupport

@Suite("Finding the checkpoint that someone means")
struct CheckpointPathTests {
  let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  private func copy(_ fixture: String, to name: String) throws {
    try directory.write(Fixture.bytes("checkpoints/\(fixture)"), to: name)
  }

  private func write(_ text: String, to name: String) throws {
    try directory.write(Array(text.utf8), to: name)
  }

  private func reason(_ path: String) -> CheckpointDefect? {
    #expect(throws: CheckpointError.self) { _ = try CheckpointPath.resolve(path) }?.reason
  }

  static let v2Spellings = [
    "model.ckpt-10", "model.ckpt-10.index", "model.ckpt-10.data-00000-of-00001", "model.ckpt-10.meta", "checkpoint", "",
    "/",
    "/.",
  ]

  @Test(
    "Every file of a V2 set, its prefix, its directory and the checkpoint file mean the same", arguments: v2Spellings)
  func v2(spelling: String) throws {
    for file in ["checkpoint", "model.ckpt-10.index", "model.ckpt-10.data-00000-of-00001"] {
      try copy("v2-state-spelling/\(file)", to: file)
    }
    try directory.write([UInt8](), to: "model.ckpt-10.meta")
    let path = spelling.isEmpty || spelling.hasPrefix("/") ? directory.path + spelling : directory.file(spelling)
    let found = try CheckpointPath.resolve(path)
    #expect(found.kind == .v2(prefix: directory.file("model.ckpt-10")))
    #expect(found.metaPath == directory.file("model.ckpt-10.meta"))
    #expect((found.stateFilePath != nil) == (spelling == "checkpoint" || spelling.isEmpty || spelling.hasPrefix("/")))
  }

  static let v1Spellings = ["model.ckpt-3", "model.ckpt-3.meta", "checkpoint", ""]

  @Test("A V1 file is found by its name, its graph, its directory and the checkpoint file", arguments: v1Spellings)
  func v1(spelling: String) throws {
    let folder = Fixture.path("checkpoints/v1-lstm-kernel")
    let found = try CheckpointPath.resolve(spelling.isEmpty ? folder : "\(folder)/\(spelling)")
    #expect(found.kind == .v1(files: ["\(folder)/model.ckpt-3"]))
    #expect(found.metaPath == "\(folder)/model.ckpt-3.meta")
  }

  static let shardSpellings = [
    "model.ckpt-7", "model.ckpt-7-00001-of-00003", "model.ckpt-7-?????-of-00003", "model.ckpt-7-*-of-00003",
    "checkpoint", "",
  ]

  @Test("A sharded V1 set is found by its prefix, any file, its pattern and its directory", arguments: shardSpellings)
  func sharded(spelling: String) throws {
    let folder = Fixture.path("checkpoints/v1-sharded")
    let found = try CheckpointPath.resolve(spelling.isEmpty ? folder : "\(folder)/\(spelling)")
    #expect(found.kind == .v1(files: (0..<3).map { "\(folder)/model.ckpt-7-0000\($0)-of-00003" }))
    #expect(found.prefix == "\(folder)/model.ckpt-7")
  }

  @Test(
    "A SavedModel's directory, its variables and its saved_model.pb mean its variables",
    arguments: ["", "/", "/variables", "/saved_model.pb"])
  func savedModel(spelling: String) throws {
    let folder = Fixture.path("checkpoints/saved-model-tf1/model")
    let found = try CheckpointPath.resolve(folder + spelling)
    #expect(found.kind == .v2(prefix: "\(folder)/variables/variables"))
    #expect(found.savedModelPath == "\(folder)/saved_model.pb")
  }

  @Test("An absolute path of another machine is looked for beside the checkpoint file")
  func movedState() throws {
    let folder = Fixture.path("checkpoints/v2-state-absolute")
    let found = try CheckpointPath.resolve(folder)
    #expect(found.kind == .v2(prefix: "\(folder)/model.ckpt-10"))
    #expect(found.stateFilePath == "\(folder)/checkpoint")
  }

  @Test(
    "A checkpoint file is not followed out of its directory, and says how to name what it names",
    arguments: ["../outside/m", "sub/../../outside/m", "ABSOLUTE/m", "link/m", "ABSOLUTE", "..", "../outside"])
  func stateLeadsOut(named: String) throws {
    try copy("v2-small/model.ckpt.index", to: "outside/m.index")
    let named = named.replacing("ABSOLUTE", with: directory.file("outside"))
    try write("model_checkpoint_path: \"\(named)\"", to: "model/checkpoint")
    try write("", to: "model/sub/file")
    try FileManager.default.createSymbolicLink(
      atPath: directory.file("model/link"), withDestinationPath: directory.file("outside"))
    let error = #expect(throws: CheckpointError.self) { _ = try CheckpointPath.resolve(directory.file("model")) }
    guard case .search(.statePathLeadsOut(named, let lookedFor, let typed)) = error?.reason else {
      Issue.record("\(error as Any)")
      return
    }
    #expect(lookedFor.allSatisfy { $0.hasPrefix(directory.file("model/")) })
    #expect(error?.category == .noInput)
    #expect(error?.description.contains("If you trust that path, give it on the command line: '\(typed)'") == true)
    // Beside the file, the last part of the name is taken.
    guard named.hasSuffix("/m") else { return }
    #expect(try CheckpointPath.resolve(typed).kind == .v2(prefix: typed))
    try copy("v2-small/model.ckpt.index", to: "model/m.index")
    #expect(try CheckpointPath.resolve(directory.file("model")).kind == .v2(prefix: directory.file("model/m")))
  }

  @Test("A checkpoint file may name what lies below its directory, relative or absolute")
  func stateLeadsBelow() throws {
    try copy("v2-small/model.ckpt.index", to: "model/sub/m.index")
    for named in ["sub/m", "../model/sub/m", directory.file("model/sub/m")] {
      try write("model_checkpoint_path: \"\(named)\"", to: "model/checkpoint")
      #expect(
        try CheckpointPath.resolve(directory.file("model")).kind == .v2(prefix: directory.file("model/sub/m")))
    }
  }

  @Test(
    "Checkpoint files do not lead to each other", arguments: [".", "sub", "sub/..", "sub/checkpoint", "checkpoint"])
  func stateLeadsToState(named: String) throws {
    try write("model_checkpoint_path: \"\(named)\"", to: "checkpoint")
    try write("model_checkpoint_path: \"..\"", to: "sub/checkpoint")
    #expect(throws: CheckpointError.self) { _ = try Checkpoint.open(directory.path) }
  }

  @Test("A path of Windows is looked for by its last part")
  func windowsState() throws {
    try write(#"model_checkpoint_path: "C:\\models\\m-1""#, to: "checkpoint")
    try copy("v2-small/model.ckpt.index", to: "m-1.index")
    #expect(try CheckpointPath.resolve(directory.path).kind == .v2(prefix: directory.file("m-1")))
  }

  @Test("A V2 index has priority over a V1 file of the same name, as in TensorFlow")
  func bothVersions() throws {
    try copy("v1-small/model.ckpt", to: "model")
    #expect(try CheckpointPath.resolve(directory.file("model")).kind == .v1(files: [directory.file("model")]))
    try copy("v2-small/model.ckpt.index", to: "model.index")
    #expect(try CheckpointPath.resolve(directory.file("model")).kind == .v2(prefix: directory.file("model")))
  }

  @Test("A V1 checkpoint may be called checkpoint")
  func checkpointNamedCheckpoint() throws {
    try copy("v1-small/model.ckpt", to: "checkpoint")
    #expect(try CheckpointPath.resolve(directory.file("checkpoint")).kind == .v1(files: [directory.file("checkpoint")]))
    #expect(try CheckpointPath.resolve(directory.path).kind == .v1(files: [directory.file("checkpoint")]))
  }

  @Test("A directory without a checkpoint file means the only checkpoint in it")
  func onlyOne() throws {
    #expect(reason(directory.path) == .search(.noCheckpointInDirectory(leftovers: [])))
    try copy("v1-small/model.ckpt", to: "a.ckpt")
    try write("text", to: "word_counts.txt")
    try write("graph", to: "a.ckpt.meta")
    #expect(try CheckpointPath.resolve(directory.path).kind == .v1(files: [directory.file("a.ckpt")]))
    try copy("v2-small/model.ckpt.index", to: "b.index")
    #expect(reason(directory.path) == .search(.ambiguous(["a.ckpt", "b"])))
  }

  @Test("V1 sets of different numbers of shards are not guessed between")
  func shardCounts() throws {
    try copy("v1-small/model.ckpt", to: "m-00000-of-00002")
    try copy("v1-small/model.ckpt", to: "m-00000-of-00003")
    #expect(reason(directory.file("m")) == .search(.ambiguous(["m-?????-of-00002", "m-?????-of-00003"])))
  }

  @Test("A data file without its index names the index")
  func dataOnly() throws {
    let path = try directory.write([0, 1, 2], to: "m.data-00000-of-00001")
    #expect(reason(path) == .search(.indexMissing("m.index")))
  }

  @Test("A name that is not there says what was looked for and what is there")
  func notFound() throws {
    try copy("v2-small/model.ckpt.index", to: "model.ckpt-100.index")
    try copy("v1-small/model.ckpt", to: "other")
    #expect(
      reason(directory.file("model.ckpt"))
        == .search(
          .notFound(
            lookedFor: ["model.ckpt", "model.ckpt.index", "model.ckpt-00000-of-…"],
            present: ["model.ckpt-100", "other"])))
    let error = #expect(throws: CheckpointError.self) { _ = try CheckpointPath.resolve("no/such/directory/model") }
    #expect(error?.category == .noInput)
    #expect(reason("") != nil)
  }

  @Test("A link to something that is not there says so", arguments: ["model.ckpt", "model.ckpt.index"])
  func danglingLink(name: String) throws {
    try FileManager.default.createSymbolicLink(atPath: directory.file(name), withDestinationPath: "annex/objects/x")
    let error = #expect(throws: CheckpointError.self) { _ = try CheckpointPath.resolve(directory.file("model.ckpt")) }
    #expect(error?.reason == .search(.danglingLink(to: "annex/objects/x")))
    #expect(error?.file == directory.file(name))
    #expect(error?.category == .noInput)
  }

  @Test("A checkpoint file that names something else says what was looked for")
  func staleState() throws {
    try write("model_checkpoint_path: \"/elsewhere/model.ckpt-9\"", to: "checkpoint")
    #expect(
      reason(directory.path)
        == .search(
          .statePathLeadsOut(
            "/elsewhere/model.ckpt-9", lookedFor: [directory.file("model.ckpt-9")], typed: "/elsewhere/model.ckpt-9")))
    // A file that names itself is not followed forever.
    try write("model_checkpoint_path: \"checkpoint\"", to: "checkpoint")
    let error = #expect(throws: CheckpointError.self) { _ = try Checkpoint.open(directory.path) }
    #expect(error?.file == directory.file("checkpoint"))
  }

  @Test("A checkpoint file that is not text names the line")
  func badState() throws {
    try write("model_checkpoint_path: \"a\"\n\u{2}", to: "checkpoint")
    #expect(reason(directory.path) == .search(.badStateFile(.notText(byte: 2), line: 2)))
    let bad = Fixture.path("checkpoints/bad/")
    #expect(reason(bad + "state-not-text/checkpoint") == .search(.badStateFile(.notText(byte: 0xd1), line: 1)))
    #expect(reason(bad + "state-without-path/checkpoint") == .search(.badStateFile(.noCheckpointPath, line: 2)))
    #expect(
      reason(bad + "state-without-files")
        == .search(.stateNamesMissing("model.ckpt-9", lookedFor: [bad + "state-without-files/model.ckpt-9"])))
    #expect(
      reason(bad + "v1-text/model.ckpt") == .search(.stateNamesMissing("nowhere", lookedFor: [bad + "v1-text/nowhere"]))
    )
  }

  @Test("What a save left unfinished is mentioned")
  func leftovers() throws {
    try directory.write([0], to: "model.ckpt-5.tempstate123")
    try directory.write([0], to: "model.ckpt-5_temp_0a1b2c/part-00000-of-00001.data-00000-of-00001")
    try directory.write([0], to: "model.ckpt-5_temp_notes")
    let all = ["model.ckpt-5.tempstate123", "model.ckpt-5_temp_0a1b2c"]
    #expect(reason(directory.path) == .search(.noCheckpointInDirectory(leftovers: all)))
    try copy("v2-small/model.ckpt.index", to: "model.ckpt-5.index")
    #expect(try CheckpointPath.resolve(directory.file("model.ckpt-5")).leftovers == all)
    try copy("v2-small/model.ckpt.index", to: "other.index")
    #expect(try CheckpointPath.resolve(directory.file("other")).leftovers.isEmpty)
  }

  @Test("An index given under its own name is recognized")
  func renamedIndex() throws {
    try copy("v2-small/model.ckpt.index", to: "renamed")
    let error = #expect(throws: CheckpointError.self) { _ = try Checkpoint.open(directory.file("renamed")) }
    #expect(error?.reason == .header(.otherVersion(found: .v2)))
    try copy("v1-small/model.ckpt", to: "v1.index")
    let other = #expect(throws: CheckpointError.self) { _ = try Checkpoint.open(directory.file("v1")) }
    #expect(other?.reason == .header(.otherVersion(found: .v1)))
  }
}
