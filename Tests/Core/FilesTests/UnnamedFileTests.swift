import Foundation
import TestSupport
import Testing

@testable import Files

@Suite("Files without a name")
struct UnnamedFileTests {
  @Test("have all bytes, and leave nothing")
  func bytes() throws {
    let folder = try TemporaryDirectory()
    do {
      let file = try UnnamedFile(in: folder.path)
      #expect(try file.contents() == [])
      try file.append([1, 2, 3])
      try file.append([])
      try file.append([UInt8](repeating: 7, count: 100_000))
      #expect(file.byteCount == 100_003)
      #expect(try file.contents() == [1, 2, 3] + [UInt8](repeating: 7, count: 100_000))
      #expect(try InputFile(path: file.path).byteCount == 100_003)
    }
    #expect(try folder.entries() == [])
    #expect(throws: FileError.self) { try UnnamedFile(in: folder.file("nowhere")) }
  }

  @Test("get names that lead nowhere else, for as long as they are needed")
  func names() throws {
    let folder = try TemporaryDirectory()
    do {
      let names = try NamedUploads(in: folder.path)
      let file = try UnnamedFile(in: folder.path)
      try file.append(Array("text".utf8))
      #expect(try names.add(file, name: "C:\\models\\a.index"))
      #expect(try !names.add(file, name: "x/a.index"))
      for wrong in ["", ".", "..", "/", "a/..", "a\n", "a\0b", String(repeating: "n", count: 256)] {
        #expect(try !names.add(file, name: wrong), "\(wrong.debugDescription)")
      }
      let path = names.path + "/a.index"
      #expect(try Fixture.bytes(at: path) == Array("text".utf8))
      let attributes = try FileManager.default.attributesOfItem(atPath: names.path)
      #expect(attributes[.posixPermissions] as? Int == 0o700)
      #expect(try FileManager.default.contentsOfDirectory(atPath: names.path) == ["a.index"])
    }
    #expect(try folder.entries() == [])
  }
}
