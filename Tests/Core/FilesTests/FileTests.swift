import Bytes
import Files
import Foundation
import Messages
import Testing
import TestSupport
import Threads

@Suite("Files")
struct FileTests {
  let directory: TemporaryDirectory

  init() throws {
    directory = try TemporaryDirectory()
  }

  @Test("Bytes are read where they stand")
  func reads() throws {
    let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let file = try InputFile(path: directory.write(bytes, to: "a/file"))
    #expect(file.byteCount == bytes.count)
    #expect(file.name == "file")
    #expect(try file.read(at: 0, count: 0).isEmpty)
    #expect(try file.read(at: 500, count: 1000) == Array(bytes[500..<1500]))
    #expect(try file.read(at: bytes.count, count: 0).isEmpty)
    var buffer = [UInt8](repeating: 1, count: 4)
    try file.read(at: 10, count: 8, into: &buffer, from: 2)
    #expect(buffer == [1, 1] + Array(bytes[10..<18]))
    try file.read(at: 20, count: 3, into: &buffer)
    #expect(buffer == Array(bytes[20..<23]) + Array(bytes[11..<18]))
  }

  @Test(
    "More than the file holds is refused before memory is taken",
    arguments: [(0, 11), (10, 1), (11, 0), (-1, 1), (5, -1), (Int.max, 1), (1, Int.max)])
  func tooShort(offset: Int, count: Int) throws {
    let path = try directory.write([UInt8](0..<10), to: "file")
    let file = try InputFile(path: path)
    let reason = FileError.Reason.tooShort(offset: offset, needed: count, byteCount: 10)
    #expect(throws: FileError(reason, file: path)) { _ = try file.read(at: offset, count: count) }
    var buffer: [UInt8] = []
    #expect(throws: FileError(reason, file: path)) { try file.read(at: offset, count: count, into: &buffer) }
  }

  @Test("A pipe or a device is never replaced by an output", arguments: [false, true])
  func specialOutput(throughLink: Bool) throws {
    let pipe = directory.file("pipe")
    try #require(unsafe mkfifo(pipe, 0o600) == 0)
    let path = throughLink ? directory.file("link") : pipe
    if throughLink { try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: pipe) }
    #expect(throws: FileError(.outputNotRegular, file: path)) { _ = try OutputFile(path: path, replacesExisting: true) }
    #expect(throws: FileError(.outputNotRegular, file: path)) {
      _ = try OutputFileSet(prefix: path, suffixes: [""], replacesExisting: true)
    }
    var status = stat()
    #expect(unsafe lstat(pipe, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
    #expect(try directory.entries() == (throughLink ? ["link", "pipe"] : ["pipe"]))
  }

  @Test("A file that shrinks while it is open is an error and not a signal")
  func shrinks() throws {
    let path = try directory.write([UInt8](repeating: 1, count: 5000), to: "file")
    let file = try InputFile(path: path)
    try #require(unsafe truncate(path, 100) == 0)
    let error = #expect(throws: FileError.self) { _ = try file.read(at: 0, count: 5000) }
    #expect(error?.reason == .tooShort(offset: 0, needed: 5000, byteCount: 100))
    #expect(error?.category == .badData)
  }

  @Test("A file for which room was taken holds what was written, whatever was written first")
  func reserved() throws {
    let path = directory.file("out")
    let file = try OutputFile(path: path)
    try file.reserve(byteCount: 3000)
    try file.write([UInt8](repeating: 2, count: 1000).rawSpan, at: 2000)
    file.startWriting(0..<3000)
    try file.write([UInt8](repeating: 1, count: 2000).rawSpan, at: 0)
    try file.commit()
    let read = try InputFile(path: path)
    #expect(read.byteCount == 3000)
    #expect(
      try read.read(at: 0, count: 3000)
        == [UInt8](repeating: 1, count: 2000) + [UInt8](repeating: 2, count: 1000))
  }

  @Test("More room than any disk has is an error before anything is written, and leaves nothing")
  func noRoom() throws {
    let path = directory.file("out")
    do {
      let file = try OutputFile(path: path)
      let error = #expect(throws: FileError.self) { try file.reserve(byteCount: 1 << 60) }
      #expect(error?.file == path)
    }
    #expect(try directory.entries() == [])
  }

  @Test("Who observes a file sees every longer read, and none when he has left")
  func observer() throws {
    final class Observer: ReadObserver, Sendable {
      let seen = Guarded<[Range<Int>]>([])
      func didRead(_ bytes: RawSpan, at offset: Int, of path: String) {
        seen.withLock { $0.append(offset..<offset + bytes.byteCount) }
      }
    }
    let file = try InputFile(path: directory.write([UInt8](repeating: 5, count: 100_000), to: "file"))
    let observer = Observer()
    file.setObserver(observer)
    var buffer: [UInt8] = []
    try file.read(at: 1000, count: 50_000, into: &buffer)
    _ = try file.read(at: 0, count: 100)
    _ = try file.read(at: 60_000, count: 40_000)
    file.setObserver(nil)
    _ = try file.read(at: 0, count: 100_000)
    #expect(observer.seen.withLock { $0 } == [1000..<51_000, 60_000..<100_000])
  }

  @Test("What cannot be opened says why")
  func cannotOpen() throws {
    let missing = directory.file("missing")
    let error = #expect(throws: FileError.self) { _ = try InputFile(path: missing) }
    #expect(error == FileError(.cannotOpen(ENOENT), file: missing))
    #expect(error?.category == .noInput)
    #expect(throws: FileError(.isDirectory, file: directory.path)) { _ = try InputFile(path: directory.path) }
    #expect(throws: FileError(.notRegular, file: "/dev/null")) { _ = try InputFile(path: "/dev/null") }
  }

  @Test("An output appears complete, and its pieces may come in any order")
  func output() throws {
    let path = directory.file("out")
    let file = try OutputFile(path: path)
    try file.write([4, 5, 6].rawSpan, at: 3)
    try file.write([1, 2, 3].rawSpan, at: 0)
    #expect(try !directory.entries().contains("out"))
    try file.commit()
    #expect(try directory.entries() == ["out"])
    #expect(try Fixture.bytes(at: path) == [1, 2, 3, 4, 5, 6])
  }

  @Test("An output that is dropped leaves nothing behind")
  func dropped() throws {
    do {
      let file = try OutputFile(path: directory.file("out"))
      try file.write([1].rawSpan, at: 0)
    }
    #expect(try directory.entries().isEmpty)
  }

  @Test("An output that exists is kept, unless it may be replaced")
  func exists() throws {
    let path = try directory.write([1], to: "out")
    #expect(throws: FileError(.exists, file: path)) { _ = try OutputFile(path: path) }
    do {
      let file = try OutputFile(path: path, replacesExisting: true)
      try file.write([2].rawSpan, at: 0)
    }
    #expect(try Fixture.bytes(at: path) == [1])
    let file = try OutputFile(path: path, replacesExisting: true)
    try file.write([2].rawSpan, at: 0)
    try file.commit()
    #expect(try Fixture.bytes(at: path) == [2])
    #expect(try directory.entries() == ["out"])
  }

  @Test("A file that appears meanwhile is not lost")
  func appearsMeanwhile() throws {
    let path = directory.file("out")
    let file = try OutputFile(path: path)
    try directory.write([9], to: "out")
    do {
      try file.commit()
      Issue.record("the file was replaced")
    } catch {
      #expect(error == FileError(.exists, file: path))
    }
    #expect(try Fixture.bytes(at: path) == [9])
    #expect(try directory.entries() == ["out"])
  }

  @Test("An output in a directory that does not exist, or in place of one, cannot be created")
  func cannotCreate() throws {
    let path = directory.file("no/out")
    let error = #expect(throws: FileError.self) { _ = try OutputFile(path: path) }
    #expect(error == FileError(.cannotCreate(ENOENT), file: path))
    #expect(error?.category == .cannotCreate)
    #expect(throws: FileError(.cannotCreate(EISDIR), file: directory.path)) { _ = try OutputFile(path: directory.path) }
  }

  @Test("A full device is an error, and leaves nothing behind")
  func full() throws {
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    let error = FileError(.cannotWrite(ENOSPC), file: "x")
    #expect(error.category == .inputOutput)
    #expect("\(error)".contains("Nothing was left behind"))
  }

  @Test("Buffers are used again")
  func buffers() {
    let pool = BufferPool(byteCount: 8)
    var first = pool.take()
    #expect(first.count == 8)
    first[0] = 7
    pool.give(first)
    #expect(pool.take()[0] == 7)
    #expect(pool.take()[0] == 0)
    pool.give([1])
    #expect(pool.take().count == 8)
  }
}
