import Bytes
import Files
import Foundation
import Messages
import Tensors
import Testing
import TestSupport

@testable import WeightFiles

@Suite("PyTorch files")
struct PyTorchTests {
  /// Files that torch read, with its values beside them.
  static let files = fixtures("pytorch")
  /// Files with instances of classes that only their program has.
  static let callsForeignCode: Set<String> = [
    "trainer.ckpt", "plain-pickle-odd.pkl", "named-tuple.pt", "plain-pickle-calls.pkl",
  ]

  static func fixtures(_ folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: Fixture.path(folder))) ?? []
    return names.filter { name in
      !name.hasSuffix(".json") && names.contains((name as NSString).deletingPathExtension + ".json")
    }.sorted()
  }

  @Test("Every tensor reads as torch reads it, in pieces of any length", arguments: files)
  func values(file: String) throws {
    var options = ReadOptions()
    options.ignoresCode = Self.callsForeignCode.contains(file)
    let source = try PyTorchFile.open(Fixture.path("pytorch/\(file)"), options: options)
    try source.expectEqual(to: GoldenValues("pytorch/\((file as NSString).deletingPathExtension).json"))
  }

  @Test("All writers and layouts are among the files")
  func coverage() {
    #expect(Self.files.count >= 45)
    for name in ["torch-1.0.pth", "torch-1.4.pt", "torch-1.6.pt", "torch-1.13.pt", "current.pth", "python-2.pth.tar"] {
      #expect(Self.files.contains(name))
    }
  }

  @Test("What is left out of a module or after a pickle is noted")
  func leftOut() throws {
    func notes(_ path: String) throws -> [WeightFileDefect] {
      try PyTorchFile.open(path).problems.filter { $0.severity == .note }.compactMap {
        ($0.error as? WeightFileError)?.reason
      }
    }
    let module = try notes(Fixture.path("pytorch/quantized-module.pt"))
    #expect(module.contains(.pyTorch(.unlistedAttributes(["thresholds"]))))
    let pickle = try Fixture.bytes("pytorch/python-2-list.pkl")
    let directory = try TemporaryDirectory()
    let path = try directory.write(pickle + pickle, to: "two.pkl")
    #expect(try notes(path) == [.pyTorch(.trailingBytes(pickle.count))])
    #expect(try notes(Fixture.path("pytorch/python-2-list.pkl")).isEmpty)
  }

  @Test("A pickle that needs what an unknown call returns is refused with advice that can be followed")
  func unfollowed() throws {
    // What an unknown function returns is the tuple of another function's arguments.
    let text = "ccode\nuse\nccode\nmake\n(tRR."
    let directory = try TemporaryDirectory()
    let path = try directory.write(Array(text.utf8), to: "calls.pkl")
    var options = ReadOptions()
    #expect { try PyTorchFile.open(path, options: options) } throws: { error in
      if case .pyTorch(.foreignCalls)? = (error as? WeightFileError)?.reason { true } else { false }
    }
    options.ignoresCode = true
    #expect { try PyTorchFile.open(path, options: options) } throws: { error in
      if case .pyTorch(.unfollowedCalls(["code.make"]))? = (error as? WeightFileError)?.reason { true } else { false }
    }
  }

  @Test("A tensor that Decant cannot hold is a problem, and the others are read")
  func unreadable() throws {
    let source = try PyTorchFile.open(Fixture.path("pytorch/dtypes.pt"))
    let names = Set(source.problems.compactMap(\.tensor))
    #expect(names.isSuperset(of: ["complex32"]))
    #expect(source.descriptors.count > 10)
    let sparse = try PyTorchFile.open(Fixture.path("pytorch/sparse.pt"))
    #expect(Set(sparse.problems.compactMap(\.tensor)) == ["coo", "csr", "meta", "nested"])
    #expect(sparse.problems.allSatisfy { ($0.error as? WeightFileError)?.reason == .pyTorch(.noElements) })
  }

  @Test("What trainers save beside tensors is metadata")
  func metadata() throws {
    var options = ReadOptions()
    options.ignoresCode = true
    let source = try PyTorchFile.open(Fixture.path("pytorch/trainer.ckpt"), options: options)
    #expect(source.metadata["epoch"] != nil)
    #expect(source.metadata["pytorch-lightning_version"] != nil)
    #expect(source.metadata.keys.contains { $0.hasPrefix("hyper_parameters.") })
    #expect(source.metadata.keys.contains { $0.hasPrefix("optimizer_states.0.param_groups.0.") })
  }

  @Test("A file that calls functions of its own is refused by their names, and read if its code is ignored")
  func foreignCalls() throws {
    let path = Fixture.path("pytorch/trainer.ckpt")
    let expected = WeightFileError(.pyTorch(.foreignCalls(["__main__.Color", "builtins.getattr"])), file: path)
    #expect(throws: expected) { try PyTorchFile.open(path) }
    var options = ReadOptions()
    options.ignoresCode = true
    let source = try PyTorchFile.open(path, options: options)
    #expect(source.problems.map(\.severity) == [.note])
  }

  @Test("Tied weights know each other's names")
  func aliases() throws {
    let source = try PyTorchFile.open(Fixture.path("pytorch/views.pt"))
    let decoder = try source.requireDescriptor(named: "tied.decoder")
    #expect(source.origin(of: decoder)?.aliases.contains("tied.encoder") == true)
  }

  @Test("Checksums of an archive are compared, for whole storages and for views")
  func checksums() throws {
    let directory = try TemporaryDirectory()
    var bytes = try Fixture.bytes("pytorch/views.pt")
    let archive = try ZipArchive(InputFile(path: Fixture.path("pytorch/views.pt")))
    for member in archive.members where member.text.contains("/data/") && member.byteCount > 0 {
      bytes[try archive.dataOffset(of: member)] ^= 1
    }
    try directory.write(bytes, to: "views.pt")
    let source = try PyTorchFile.open(directory.file("views.pt"))
    let errors = try source.readEverything()
    let isChecksum = errors.allSatisfy { error in
      if case .archive(.checksum) = (error as? WeightFileError)?.reason { true } else { false }
    }
    #expect(isChecksum)
    #expect(errors.count == source.descriptors.count { $0.byteCount > 0 })
    let trusting = try PyTorchFile.open(
      directory.file("views.pt"), options: ReadOptions(verifiesChecksums: false))
    #expect(try trusting.readEverything().isEmpty)
  }

  @Test("Whatever is wrong with a file, opening and reading it ends in an error or a problem", arguments: bad)
  func damaged(file: String) throws {
    let path = Fixture.path("pytorch/bad/\(file)")
    var errors: [any DecantError] = []
    let start = ContinuousClock.now
    do {
      let source = try PyTorchFile.open(path)
      errors = source.problems.map(\.error) + (try source.readEverything(upTo: 1 << 20))
    } catch let error as any DecantError {
      errors = [error]
    }
    #expect(ContinuousClock.now - start < .seconds(20))
    for error in errors { #expect(error.message.text.utf8.count < 4000) }
    if !Self.harmless.contains(file) { #expect(!errors.isEmpty, "\(file)") }
    let isCode = file.hasPrefix("code-") && !Self.namedOnly.contains(file)
    if isCode {
      let isRefused = errors.contains { error in
        switch (error as? WeightFileError)?.reason {
        case .pyTorch(.foreignCalls), .pyTorch(.unsupported): true
        default: false
        }
      }
      #expect(isRefused, "\(file): \(errors.map(\.message.text))")
    }
  }

  static let bad = ((try? FileManager.default.contentsOfDirectory(atPath: Fixture.path("pytorch/bad"))) ?? [])
    .filter { !$0.hasSuffix(".md") }.sorted()

  @Test("A file of 2016 with a number that cannot be right is refused, cut or changed anywhere without a trap")
  func damagedTar() throws {
    let directory = try TemporaryDirectory(inMemory: true)
    let bytes = try Fixture.bytes("pytorch/tar.pth")
    // The number of elements of the storage.
    let count = [10, 0, 0, 0, 0, 0, 0, 0] as [UInt8]
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: count) })
    var damaged = bytes
    damaged[place + 5] = 1
    let path = try directory.write(damaged, to: "count.pth")
    let error = try #require(throws: WeightFileError.self) { try PyTorchFile.open(path) }
    guard case .pyTorch(.cutShort) = error.reason else { Issue.record("\(error)"); return }
    for place in stride(from: 0, to: bytes.count, by: 7) {
      for value in [0, 0x7f, 0xff] as [UInt8] {
        var damaged = bytes
        damaged[place] = value
        let path = try directory.write(damaged, to: "a.pth")
        do { try PyTorchFile.open(path).readEverything() } catch is any DecantError {}
      }
    }
    for count in stride(from: 0, to: bytes.count, by: 101) {
      let path = try directory.write(bytes.prefix(count), to: "a.pth")
      do { try PyTorchFile.open(path).readEverything() } catch is any DecantError {}
    }
  }

  /// Files that name a function and do not call it, so nothing is refused.
  static let namedOnly: Set<String> = ["code-build.pt"]

  /// Files that are odd, and that torch reads as well.
  static let harmless: Set<String> = [
    "arguments-no-tuple.pt", "code-build.pt", "laughs-key.pt", "legacy-key-twice.pth", "name-64k.pt", "name-bidi.pt",
    "name-bytes.pt", "name-dots.pt", "name-empty.pt", "name-escape.pt", "name-newline.pt", "name-none.pt",
    "name-normal-forms.pt", "name-nul.pt", "name-spaces.pt", "name-surrogate.pt", "name-tuple.pt", "name-twice.pt",
    "offset-beyond-empty.pt", "opcode-after-stop.pkl", "opcode-left-over.pkl", "quantizer-axis.pt",
    "quantizer-unknown.pt", "rank-100.pt", "size-bool.pt", "size-list.pt", "storage-number.pt", "storage-two-types.pt",
    "zip-no-folder.pt", "zip-version-none.pt", "zip-version.pt", "zip-deflate-bomb.pt",
  ]
}
