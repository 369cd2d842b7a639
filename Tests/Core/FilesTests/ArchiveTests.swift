import Bytes
import Messages
import TestSupport
import Testing

@testable import Files

@Suite("Files in archives")
struct ArchiveTests {
  private func archive(_ name: String) throws -> Archive {
    try #require(try ArchivePlace.root(Fixture.path("archives/\(name)")))
  }

  @Test("Names become relative, with slashes; names that lead out are left out and noted")
  func names() throws {
    #expect(ArchiveName.normalized("./a//b/./c") == "a/b/c")
    #expect(ArchiveName.normalized("/etc/passwd") == "etc/passwd")
    for name in [
      "", ".", "..", "a/../b", "a/..", String(repeating: "a/", count: 40) + "b", String(repeating: "a", count: 2000),
    ] {
      #expect(ArchiveName.normalized(name) == nil, "\(name)")
    }
    let archive = try archive("names.tar")
    #expect(archive.fileNames == ["absolute/model.ckpt"])
    #expect(archive.damage == .badNames(["../outside.npz", "x/../../y.npz"]))
  }

  @Test("Long names are read in GNU's form and in pax's", arguments: ["long-gnu.tar", "long-pax.tar"])
  func longNames(name: String) throws {
    let archive = try archive(name)
    let long = Array(repeating: "a-rather-long-name-of-a-directory", count: 5).joined(separator: "/") + "/stored.npz"
    #expect(archive.fileNames == [long])
    let file = try InputFile(path: ArchivePlace.path(of: long, in: archive))
    #expect(try file.read(at: 0, count: file.byteCount) == Fixture.bytes("npz/stored.npz"))
  }

  @Test("Members that are not files say what they are")
  func others() throws {
    let archive = try archive("links.tar")
    #expect(archive.otherMembers.map(\.name) == ["device", "hard.ckpt", "link.ckpt", "pipe"])
    for (name, words) in [
      ("link.ckpt", "symbolic link to 'model.ckpt'"), ("hard.ckpt", "hard link"), ("pipe", "pipe"),
      ("device", "device"),
    ] {
      let error = try #require(throws: FileError.self) {
        try InputFile(path: ArchivePlace.path(of: name, in: archive))
      }
      #expect(error.message.text.contains(words))
    }
    let sparse = try self.archive("sparse.tar")
    #expect(sparse.otherMembers.map(\.name) == ["holes.npz"])
  }

  @Test("A file that has the name of a member is meant before it")
  func realNames() throws {
    let directory = try TemporaryDirectory()
    try directory.write(Fixture.bytes("archives/v2-top.tar"), to: "a.tar")
    let path = try directory.write([1, 2, 3], to: "a.tar!model.ckpt.index")
    #expect(try InputFile(path: path).byteCount == 3)
    #expect(FileState(path: path)?.byteCount == 3)
    #expect(path.directoryPart == directory.path)
    let data = directory.file("a.tar!model.ckpt.data-00000-of-00001")
    #expect(data.directoryPart == directory.file("a.tar!") && data.lastPart == "model.ckpt.data-00000-of-00001")
    #expect(directory.file("a.tar!").entryNames?.sorted() == ["model.ckpt.data-00000-of-00001", "model.ckpt.index"])
  }

  @Test("An archive that changes is opened again, and what was open notices")
  func changes() throws {
    let directory = try TemporaryDirectory()
    let path = try directory.write(Fixture.bytes("archives/v2-top.tar"), to: "a.tar")
    let file = try InputFile(path: "\(path)!model.ckpt.index")
    try file.requireUnchanged()
    try directory.write(Fixture.bytes("archives/twice.tar"), to: "a.tar")
    #expect(throws: FileError.self) { try file.requireUnchanged() }
    #expect("\(path)!".entryNames == ["model.ckpt"])
    let error = try #require(throws: FileError.self) { try InputFile(path: "\(path)!model.ckpt.index") }
    #expect(error.reason == .packed(.noMember("model.ckpt.index", present: ["model.ckpt"])))
    #expect(error.category == .noInput)
  }

  @Test("A member gets a path for libraries that lasts as long as the value")
  func libraryPaths() throws {
    for name in ["h5.tar!weights/small.h5", "h5.zip!small.h5", "small.h5.xz!small.h5"] {
      let file = try InputFile(path: Fixture.path("archives/\(name)"))
      var path: String?
      do {
        let named = try #require(try file.pathForLibraries())
        path = named.path
        #expect(try Fixture.bytes(at: named.path) == Fixture.bytes("hdf5/small.h5"))
      }
      #expect(FileState(path: try #require(path)) == nil)
    }
    #expect(try InputFile(path: Fixture.path("hdf5/small.h5")).pathForLibraries() == nil)
  }

  @Test(
    "Archives of any length, or with any byte changed, end in an error of ours",
    arguments: ["v2.tar", "v2.tar.gz", "v2.tar.xz", "v2.tar.bz2", "v2.tar.zst", "v2.zip", "long-pax.tar", "sparse.tar"])
  func damage(name: String) throws {
    let directory = try TemporaryDirectory(inMemory: true)
    let bytes = try Fixture.bytes("archives/\(name)")
    func read(_ bytes: [UInt8], _ number: Int) throws {
      let path = try directory.write(bytes, to: "\(number % 2).\(name)")
      do throws(FileError) {
        guard let archive = try ArchivePlace.root(path) else { return }
        for name in archive.fileNames {
          let file = try InputFile(path: ArchivePlace.path(of: name, in: archive))
          _ = try file.read(at: 0, count: file.byteCount)
        }
      } catch {
        #expect(!error.message.isEmpty)
      }
    }
    let step = max(1, bytes.count / 150)
    for count in stride(from: 0, to: bytes.count, by: step) {
      try read(Array(bytes.prefix(count)), count)
      var changed = bytes
      changed[count] ^= 1 << UInt8(count % 8)
      try read(changed, count + 1)
    }
  }
}
