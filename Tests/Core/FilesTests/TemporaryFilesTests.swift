import Bytes
import Files
import Foundation
import Messages
import Testing
import TestSupport

@Suite("Temporary files")
struct TemporaryFilesTests {
  let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  @Test("An abandoned temporary file is removed by the next run with the same output; nothing else is")
  func stale() throws {
    let others = [
      "b.decant-1-2.tmp", "out.b.decant-1-2.tmp", "out.decant-1-2.tmp.old", "out.decant-1-2.tmp.index",
      "out.decant-1.tmp", "out.decant-a-b.tmp", "out.tmp",
    ]
    for name in others + ["out.decant-1-2.tmp", "out.decant-77-4000000000.tmp"] { try directory.write([1], to: name) }
    let first = try OutputFile(path: directory.file("out"))
    #expect(try directory.entries().count == others.count + 1)
    // One that is being written stays, in this process too.
    let second = try OutputFile(path: directory.file("out"))
    #expect(try directory.entries().count == others.count + 2)
    try first.write([1].rawSpan, at: 0)
    try first.commit()
    do {
      try second.commit()
      Issue.record("the file was replaced")
    } catch {
      #expect(error.reason == .exists)
    }
    #expect(try directory.entries() == (others + ["out"]).sorted())
  }

  @Test("A symbolic link in the place of a temporary file leads to nothing that is removed")
  func link() throws {
    let precious = try directory.write([7], to: "precious")
    try FileManager.default.createSymbolicLink(
      atPath: directory.file("out.decant-1-2.tmp"), withDestinationPath: precious)
    try OutputFile(path: directory.file("out")).commit()
    #expect(try directory.entries() == ["out", "out.decant-1-2.tmp", "precious"])
  }

  @Test(
    "Names are taken apart as they are put together",
    arguments: [
      ("a.decant-1-2.tmp", "a", "1-2", ""), ("a.index.decant-10-20.tmp.old", "a.index", "10-20", ".old"),
      ("a.decant-1-2.tmp.decant-3-4.tmp.lock", "a.decant-1-2.tmp", "3-4", ".lock"),
    ])
  func names(name: String, finalName: String, run: String, ending: String) throws {
    let parts = try #require(TemporaryName(name))
    #expect(parts == TemporaryName(finalName: finalName, run: run, ending: ending))
    #expect(parts.name == name)
    #expect(parts.isAside == (ending == ".old"))
  }

  @Test(
    "Names that only look so are not",
    arguments: [".decant-1-2.tmp", "a.decant-1.tmp", "a.decant--2.tmp", "a.decant-1-2", "a.tmp", "adecant-1-2.tmp"])
  func otherNames(name: String) {
    #expect(TemporaryName(name) == nil)
  }

  @Test("A file that was written, cut, replaced or removed has changed, one that got a further name has not")
  func changed() throws {
    let path = try directory.write([1, 2, 3], to: "a")
    let file = try InputFile(path: path)
    try file.requireUnchanged()
    try FileManager.default.linkItem(atPath: path, toPath: directory.file("b"))
    unsafe chmod(path, 0o600)
    try file.requireUnchanged()
    try FileManager.default.removeItem(atPath: path)
    #expect(throws: FileError(.changed, file: path)) { try file.requireUnchanged() }
    try FileManager.default.moveItem(atPath: directory.file("b"), toPath: path)
    try file.requireUnchanged()
    unsafe truncate(path, 2)
    let error = #expect(throws: FileError(.changed, file: path)) { try file.requireUnchanged() }
    #expect(error?.category == .inputOutput)
  }

  @Test(
    "A new file allows no more than its sources, and its owner to read",
    arguments: [([], 0o666), ([0o644], 0o644), ([0o640, 0o604], 0o600), ([0o777], 0o666), ([0o040], 0o440)])
  func permissions(sources: [Int], expected: Int) throws {
    let states = try sources.enumerated().map { number, mode in
      let path = try directory.write([], to: "\(number)")
      unsafe chmod(path, mode_t(mode))
      return try #require(FileState(path: path))
    }
    #expect(OutputPermissions(notWiderThan: states).mode == UInt32(expected))
  }
}
