import Files
import Tensors
import TestSupport
import Testing
import Threads

@testable import Conversion

@Suite("Hashing a source beside its reading")
struct SourceHasherTests {
  /// More than a piece of the hasher's, and no multiple of anything.
  private static let byteCount = (3 << 19) + 12_345

  /// Reads of a file: in order, with trailers between them, overlapping, backwards, in jumps, and of all at once.
  static let patterns: [(name: String, reads: [Range<Int>])] = [
    ("none", []),
    ("in order", stride(from: 0, to: byteCount, by: 100_000).map { $0..<min($0 + 100_000, byteCount) }),
    ("with gaps", stride(from: 7, to: byteCount, by: 100_005).map { $0..<min($0 + 100_000, byteCount) }),
    ("overlapping", stride(from: 0, to: byteCount, by: 60_000).map { $0..<min($0 + 100_000, byteCount) }),
    ("backwards", stride(from: 0, to: byteCount, by: 100_000).reversed().map { $0..<min($0 + 100_000, byteCount) }),
    ("in jumps", [900_000..<1_000_000, 0..<20_000, 500_000..<600_000, 20_000..<700_000]),
    ("all at once", [0..<byteCount]),
  ]

  /// Writes a file and returns its digest.
  private func write(_ name: String, seed: UInt8, in directory: TemporaryDirectory) throws -> String {
    var random = SeededRandom(seed: UInt64(seed))
    let block = (0..<4099).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    let bytes = [UInt8]((0...Self.byteCount / block.count).flatMap { _ in block }.prefix(Self.byteCount))
    _ = try directory.write(bytes, to: name)
    return Digest.sha256(of: bytes)
  }

  @Test("the digest is that of the file, however others read it meanwhile", arguments: patterns)
  func digests(_ pattern: (name: String, reads: [Range<Int>])) throws {
    let directory = try TemporaryDirectory()
    let paths = ["a", "b"].map(directory.file)
    let expected = try [
      write("a", seed: 1, in: directory), write("b", seed: 2, in: directory),
    ]
    let files = paths.map { SourceFile(path: $0, byteCount: Self.byteCount) }
    let hasher = SourceHasher(files + [SourceFile(path: directory.file("missing"), byteCount: nil)])
    let inputs = try paths.map { try InputFile(path: $0) }
    for input in inputs { input.setObserver(hasher) }
    let hashing = BackgroundTask { isCancelled in try hasher.run(isCancelled: isCancelled) }
    for input in inputs {
      for range in pattern.reads { _ = try input.read(at: range.lowerBound, count: range.count) }
    }
    #expect(try hashing.wait() == expected + [String(repeating: "0", count: 64)])
    // Reading goes on when all is hashed.
    for input in inputs { #expect(try input.read(at: 0, count: 100_000).count == 100_000) }
  }

  @Test("reading a file again and again while nothing hashes it does not wait")
  func noHashing() throws {
    let directory = try TemporaryDirectory()
    let digest = try write("a", seed: 3, in: directory)
    let input = try InputFile(path: directory.file("a"))
    input.setObserver(SourceHasher([SourceFile(path: directory.file("a"), byteCount: Self.byteCount)]))
    for _ in 0..<40 { #expect(try Digest.sha256(of: input.read(at: 0, count: Self.byteCount)) == digest) }
  }

  @Test("a cancelled hasher ends, and readers do not wait for it")
  func cancellation() throws {
    let directory = try TemporaryDirectory()
    let digest = try write("a", seed: 4, in: directory)
    let hasher = SourceHasher([SourceFile(path: directory.file("a"), byteCount: Self.byteCount)])
    let input = try InputFile(path: directory.file("a"))
    input.setObserver(hasher)
    #expect(try hasher.run(isCancelled: { true }) == [Digest.sha256(of: [])], "nothing was hashed")
    for _ in 0..<40 { #expect(try Digest.sha256(of: input.read(at: 0, count: Self.byteCount)) == digest) }
  }
}
