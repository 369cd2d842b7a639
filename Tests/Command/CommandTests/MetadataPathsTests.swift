import Foundation
import TestSupport
import Testing

@Suite("What Decant writes holds names of files, never directories")
struct MetadataPathsTests {
  /// Parts of the source's path that nothing else could bring into a file.
  private static let directories = ["secret-customer-4711", "private-project-0815"]

  @Test(
    "no directory of the source's path is in a byte of the output, in any format",
    arguments: ["safetensors", "h5", "npz", "ckpt", "v1"], [true, false])
  func converted(format: String, isAbsolute: Bool) throws {
    let scratch = try TemporaryDirectory()
    let folder = Self.directories.joined(separator: "/")
    for (name, fixture) in [
      ("model.ckpt-3.index", "v2-lstm-kernel/model.ckpt-3.index"), ("v1.ckpt", "v1-small/model.ckpt"),
      ("model.ckpt-3.data-00000-of-00001", "v2-lstm-kernel/model.ckpt-3.data-00000-of-00001"),
      ("model.ckpt-3.meta", "v2-lstm-kernel/model.ckpt-3.meta"),
    ] {
      try scratch.write(Fixture.bytes("checkpoints/\(fixture)"), to: "\(folder)/\(name)")
    }
    try scratch.write(Fixture.bytes("hdf5/ordinary.h5"), to: "\(folder)/ordinary.h5")
    try scratch.write(Fixture.bytes("npz/stored.npz"), to: "\(folder)/stored.npz")
    for name in ["model.ckpt-3", "v1.ckpt", "ordinary.h5", "stored.npz"] {
      let source = isAbsolute ? scratch.file("\(folder)/\(name)") : "\(folder)/\(name)"
      let output = scratch.file("out-\(name).\(format)")
      let outcome = try DecantCommand.run(
        ["convert", source, "-o", output] + (format == "v1" ? ["--to", "tensorflow-v1"] : []), in: scratch.path)
      #expect(outcome.status == 0, "\(name): \(outcome.errors)")
    }
    try expectNames(in: scratch, atLeast: 4)
  }

  @Test("nor where a file is converted twice, rescued, renamed, put right or cleaned")
  func others() throws {
    let scratch = try TemporaryDirectory()
    let folder = scratch.file(Self.directories.joined(separator: "/"))
    for name in ["model.ckpt.index", "model.ckpt.data-00000-of-00001"] {
      try scratch.write(
        Fixture.bytes("checkpoints/v2-small/\(name)"), to: Self.directories.joined(separator: "/") + "/\(name)")
    }
    let words = try scratch.write(
      Fixture.bytes("scenes/word_counts.txt"), to: Self.directories.joined(separator: "/") + "/word_counts.txt")
    let model = "\(folder)/model.ckpt"
    let runs = [
      ["convert", model, "-o", "\(folder)/first.safetensors"],
      ["convert", "\(folder)/first.safetensors", "-o", scratch.file("second.safetensors")],
      ["recover", model, "-o", scratch.file("recovered.safetensors")],
      ["rename", model, "--names", "tensorflow-0", "-o", scratch.file("renamed.ckpt")],
      ["vocab", words, "-o", scratch.file("words.txt")],
      ["doctor", words, "--fix", "-o", scratch.file("fixed")],
    ]
    for run in runs {
      let outcome = try DecantCommand.run(run)
      #expect(outcome.status <= 1, "\(run): \(outcome.errors)")
    }
    try expectNames(in: scratch, atLeast: 6)
  }

  /// Expects that no file outside the source's directory has one of its parts, or the scratch directory's name, in it.
  private func expectNames(in scratch: TemporaryDirectory, atLeast count: Int) throws {
    let names = (FileManager.default.enumerator(atPath: scratch.path)?.compactMap { $0 as? String } ?? [])
      .filter { !$0.hasPrefix(Self.directories[0]) }
    var seen = 0
    for name in names {
      guard let bytes = FileManager.default.contents(atPath: scratch.file(name)) else { continue }
      seen += 1
      for part in Self.directories + [(scratch.path as NSString).lastPathComponent] {
        #expect(bytes.range(of: Data(part.utf8)) == nil, "\(name) has '\(part)' in it")
      }
    }
    #expect(seen >= count, "\(names)")
  }
}
