import Bytes
import Files
import Foundation
import Messages
import TestSupport
import Testing

@Suite("Files that appear together")
struct OutputFileSetTests {
  let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  private static let suffixes = [".1", ".2", ".index"]

  private func content(_ name: String) -> [UInt8]? {
    (try? Data(contentsOf: URL(filePath: directory.file(name)))).map { [UInt8]($0) }
  }

  private func write(_ value: UInt8, replaces: Bool = true) throws -> OutputFileSet {
    let files = try OutputFileSet(prefix: directory.file("a"), suffixes: Self.suffixes, replacesExisting: replaces)
    for index in 0..<3 { try files.write([value, UInt8(index)].rawSpan, at: 0, of: index) }
    try files.close(0)
    return files
  }

  @Test("Nothing has its name before the commit, and everything after it")
  func commit() throws {
    let files = try write(1, replaces: false)
    #expect(Set(try directory.entries()).isDisjoint(with: ["a.1", "a.2", "a.index"]))
    #expect(files.temporaryPaths == Self.suffixes.map { files.temporaryPrefix + $0 })
    try files.commit()
    #expect(try directory.entries() == ["a.1", "a.2", "a.index"])
    #expect(content("a.2") == [1, 1])
  }

  @Test("Dropped, a set leaves nothing, and an earlier one as it was")
  func dropped() throws {
    try write(1).commit()
    _ = try write(2)
    #expect(try directory.entries() == ["a.1", "a.2", "a.index"])
    #expect(content("a.index") == [1, 2])
  }

  @Test("A set replaces an earlier one with what that had besides, only if told so")
  func replacing() throws {
    try write(1).commit()
    try directory.write([7], to: "a.3")
    let error = #expect(throws: FileError.self) { try write(2, replaces: false) }
    #expect(error?.reason == .exists)
    try write(2).commit(removing: [directory.file("a.3"), directory.file("a.4")])
    #expect(try directory.entries() == ["a.1", "a.2", "a.index"])
    #expect(Self.suffixes.map { content("a" + $0)?.first } == [2, 2, 2])
  }

  @Test("Where a name cannot be given, the earlier set is put back", arguments: [false, true])
  func undone(replaces: Bool) throws {
    if replaces { try write(1).commit() }
    let files = try write(2, replaces: replaces)
    // The last file cannot be named: its bytes are gone, or another is there meanwhile.
    if replaces {
      try FileManager.default.removeItem(atPath: files.temporaryPaths[2])
    } else {
      try directory.write([9], to: "a.index")
    }
    let error = #expect(throws: FileError.self) { try files.commit() }
    #expect(error?.category == .cannotCreate)
    #expect(content("a.1") == (replaces ? [1, 0] : nil))
    #expect(content("a.2") == (replaces ? [1, 1] : nil))
    #expect(content("a.index") == (replaces ? [1, 2] : [9]))
  }

  @Test("A set that was moved aside comes back when its last file is missing, the newest of several")
  func putBack() throws {
    try write(1).commit()
    func aside(_ name: String, _ run: Int) -> String { directory.file("\(name).decant-1-\(run).tmp.old") }
    for name in ["a.index", "a.2", "a.1"] {
      try FileManager.default.copyItem(atPath: directory.file(name), toPath: aside(name, 1))
    }
    try write(2).commit()
    #expect(content("a.1") == [2, 0])
    #expect(try directory.entries().count == 6)
    // Moved aside later, and not all of it.
    for name in ["a.index", "a.2"] { try move(directory.file(name), aside(name, 2)) }
    let error = #expect(throws: FileError.self) { try write(3, replaces: false) }
    #expect(error?.reason == .exists)
    #expect(["a.1", "a.2", "a.index"].map { content($0)?.first } == [2, 2, 2])
    try write(3).commit()
    #expect(["a.1", "a.2", "a.index"].map { content($0)?.first } == [3, 3, 3])
    // The older ones, whose place a whole set had taken, are left alone.
    #expect(try directory.entries().filter { $0.hasSuffix("-1.tmp.old") }.count == 3)
  }

  @Test("What another set moved aside stays where it is")
  func others() throws {
    let names = ["a.b.index.decant-1-1.tmp.old", "b.index.decant-1-1.tmp.old", "a.index.decant-x.tmp.old"]
    for name in names { try directory.write([1], to: name) }
    try write(1, replaces: false).commit()
    #expect(try directory.entries() == (names + ["a.1", "a.2", "a.index"]).sorted())
  }

  private func move(_ path: String, _ other: String) throws {
    try FileManager.default.moveItem(atPath: path, toPath: other)
  }

  @Test("A spool gives back what it took, from memory and from its file", arguments: [0, 10, 4096, 100_000, 3_000_000])
  func spool(byteCount: Int) throws {
    let spool = Spool(directory: directory.path, memoryLimit: 4096)
    var random = SeededRandom(seed: UInt64(byteCount))
    for _ in 0..<2 {
      let bytes = (0..<byteCount).map { _ in UInt8.random(in: 0...255, using: &random) }
      for start in stride(from: 0, to: byteCount, by: 1500) {
        try spool.append(Array(bytes[start..<min(start + 1500, byteCount)]))
      }
      #expect(spool.byteCount == byteCount)
      #expect(try directory.entries().isEmpty)
      var found: [UInt8] = []
      for part in [0..<byteCount / 3, byteCount / 3..<byteCount] { try spool.read(part) { found += [UInt8]($0) } }
      #expect(found == bytes && spool.byteCount == byteCount)
      found = []
      try spool.drain { found += [UInt8]($0) }
      #expect(found == bytes)
      #expect(spool.byteCount == 0)
    }
  }
}
