import Bytes
import Foundation
import Tensors
import TestSupport
import Testing

@testable import WeightFiles

@Suite("HDF5 files, in a child process")
struct HDF5ChildReaderTests {
  @Test(
    "a child process that waits forever, or loops, as for a lock of a thread that it does not have, is tried again",
    arguments: [true, false])
  func stuckChild(waits: Bool) throws {
    let directory = try TemporaryDirectory()
    let mark = directory.file("tried")
    let path = Fixture.path("hdf5/small.h5")
    let reader = HDF5ChildReader(path: path, fileByteCount: try Fixture.bytes("hdf5/small.h5").count, milliseconds: 500)
    {
      if FileManager.default.fileExists(atPath: mark) { return }
      _ = FileManager.default.createFile(atPath: mark, contents: nil)
      while true {
        if waits { pause() }
      }
    }
    let contents = try reader.contents()
    #expect(FileManager.default.fileExists(atPath: mark))
    #expect(!contents.datasets.isEmpty)
  }

  @Test(
    "a file on which every child process turns in a circle is asked about once, and the time of one such circle is all it takes"
  )
  func endless() throws {
    let directory = try TemporaryDirectory()
    let marks = directory.file("children")
    _ = FileManager.default.createFile(atPath: marks, contents: nil)
    let reader = HDF5ChildReader(path: Fixture.path("hdf5/small.h5"), fileByteCount: 4096, milliseconds: 100) {
      if let handle = FileHandle(forWritingAtPath: marks) {
        _ = try? handle.seekToEnd()
        try? handle.write(contentsOf: Data([1]))
      }
      while true {}
    }
    for _ in 0..<2 {
      let failure = #expect(throws: HDF5Failure.self) { try reader.contents() }
      #expect(failure?.defect == .libraryFailed(signal: SIGPROF))
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: marks)).count == 3)
  }

  @Test("a child process that ends within a request is replaced, and what it was asked is an error with the signal")
  func crash() throws {
    let directory = try TemporaryDirectory()
    let mark = directory.file("crashed")
    let reader = HDF5ChildReader(
      path: Fixture.path("hdf5/small.h5"), fileByteCount: try Fixture.bytes("hdf5/small.h5").count, milliseconds: nil
    ) {
      if FileManager.default.fileExists(atPath: mark) { return }
      _ = FileManager.default.createFile(atPath: mark, contents: nil)
      raise(SIGSEGV)
    }
    let failure = #expect(throws: HDF5Failure.self) { try reader.contents() }
    #expect(failure?.defect == .libraryFailed(signal: SIGSEGV))
    #expect(try !reader.contents().datasets.isEmpty)
  }

  @Test("of a file that was replaced by one with fewer strings, no more strings are read than there are")
  func replaced() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("a.h5")
    func write(_ strings: [[UInt8]]) throws {
      let sink = try HDF5Writer(path: path)
      try InMemoryTensorSource([.init("words", [strings.count], strings: strings)]).write(to: sink).commit()
    }
    try write([[65], [66], [67]])
    let reader = HDF5ChildReader(path: path, fileByteCount: 4096, milliseconds: nil)
    let dataset = try #require(try reader.contents().datasets.first)
    #expect(try reader.readStrings(of: dataset) == [[65], [66], [67]])
    try FileManager.default.removeItem(atPath: path)
    try write([[65]])
    reader.rest()
    #expect(throws: HDF5Failure.self) { try reader.readStrings(of: dataset) }
  }

  @Test("lists of strings that are cut short, or declare more than there is, are none")
  func stringLists() {
    let bytes = HDF5StringList.encode([[1, 2], [], [3]])
    #expect(HDF5StringList.decode(bytes.rawSpan) == [[1, 2], [], [3]])
    for end in 1..<bytes.count where end != 10 && end != 18 {
      #expect(HDF5StringList.decode(bytes.rawSpan.extracting(first: end)) == nil, "cut at \(end)")
    }
    let huge = [UInt8](repeating: 0xff, count: 8)
    #expect(HDF5StringList.decode(huge.rawSpan) == nil)
  }

  @Test("a message of another process that declares more than may be is not received")
  func longAnswer() throws {
    let child = try #require(
      HDF5Child { pipes in
        guard HDF5Request.receive(from: pipes) == .strings(7) else { return }
        _ = HDF5Answer(kind: .value, byteCount: 3).send([1, 2, 3], to: pipes)
        pause()
      })
    #expect(child.ask(.strings(7)))
    var buffer: [UInt8] = []
    guard case .tooLong(3) = child.answer(limit: 2, into: &buffer) else {
      Issue.record("the answer was taken")
      return
    }
    #expect(child.end() == SIGKILL)
  }

  @Test("boxes come right in any order, whatever was read in advance")
  func order() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("a.h5")
    let source = InMemoryTensorSource([
      try .init("a", .float32, [900_000], seed: 1), try .init("b", .float32, [900_000], seed: 2),
    ])
    let sink = try HDF5Writer(path: path, compression: 1)
    try source.write(to: sink).commit()
    let reader = HDF5ChildReader(path: path, fileByteCount: 1 << 23, milliseconds: nil)
    let datasets = try reader.contents().datasets
    var read: [[UInt8]] = [[], []]
    var buffer: [UInt8] = []
    // From one to the other after every box, and the first box of one once more.
    while read[0].count < 3_600_000 {
      for index in 0...1 {
        let count = try reader.readBox(of: datasets[index], at: read[index].count / 4, into: &buffer)
        read[index] += buffer[..<count]
      }
      let again = try reader.readBox(of: datasets[0], at: 0, into: &buffer)
      #expect(read[0].starts(with: buffer[..<again]))
    }
    for (index, dataset) in datasets.enumerated() {
      #expect(try read[index] == source.readAll(source.requireDescriptor(named: dataset.name)))
    }
  }
}
