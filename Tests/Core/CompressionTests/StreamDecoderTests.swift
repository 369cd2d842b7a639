import TestSupport
import Testing

@testable import Compression

@Suite("Decoders of compressed data")
struct StreamDecoderTests {
  private static let files: [(CompressionFormat, String)] = [
    (.gzip, "archives/v1.ckpt.gz"), (.bzip2, "archives/small.h5.bz2"), (.xz, "archives/small.h5.xz"),
    (.zstandard, "archives/stored.npz.zst"),
  ]
  private static let originals: [CompressionFormat: String] = [
    .gzip: "checkpoints/v1-small/model.ckpt", .bzip2: "hdf5/small.h5", .xz: "hdf5/small.h5",
    .zstandard: "npz/stored.npz",
  ]

  /// Decodes until the end, the first failure, or a step without progress.
  private func decoded(
    _ bytes: [UInt8], _ format: CompressionFormat, inputCount: Int, outputCount: Int
  ) throws -> (bytes: [UInt8], outcome: DecodingStep.Outcome) {
    let decoder = try format.makeDecoder()
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: outputCount)
    var offset = 0
    while true {
      let step = decoder.decode(bytes, offset..<min(bytes.count, offset + inputCount), into: &buffer)
      #expect(step.used <= inputCount && step.made <= outputCount)
      offset += step.used
      output += buffer[..<step.made]
      guard step.outcome == .unfinished, step.used > 0 || step.made > 0 else { return (output, step.outcome) }
    }
  }

  @Test("Any pieces of input and output give the same bytes", arguments: files)
  func pieces(format: CompressionFormat, file: String) throws {
    let packed = try Fixture.bytes(file)
    let original = try Fixture.bytes(#require(Self.originals[format]))
    for (inputCount, outputCount) in [(1, 1), (1, 1000), (7, 13), (packed.count, 5), (packed.count, original.count)] {
      var result = try decoded(packed, format, inputCount: inputCount, outputCount: outputCount)
      if result.outcome == .unfinished, result.bytes.count == original.count { result.outcome = .complete }
      #expect(result.bytes == original, "\(inputCount), \(outputCount)")
      #expect(result.outcome == .complete)
    }
  }

  @Test("Data that is cut short is unfinished, and what was decoded before is right", arguments: files)
  func cut(format: CompressionFormat, file: String) throws {
    let packed = try Fixture.bytes(file)
    let original = try Fixture.bytes(#require(Self.originals[format]))
    for count in 0..<packed.count {
      let result = try decoded(Array(packed.prefix(count)), format, inputCount: 100, outputCount: 256)
      #expect(result.outcome == .unfinished, "\(count)")
      #expect(original.starts(with: result.bytes))
    }
  }

  @Test("Data with any bit changed fails, or gives no more than it would", arguments: files)
  func changed(format: CompressionFormat, file: String) throws {
    let packed = try Fixture.bytes(file)
    for place in packed.indices {
      var bytes = packed
      bytes[place] ^= 1 << UInt8(place % 8)
      _ = try decoded(bytes, format, inputCount: 1 << 16, outputCount: 1 << 12)
    }
  }

  @Test("A stream is recognized by what it begins with")
  func starts() {
    for (format, file) in Self.files {
      let bytes = (try? Fixture.bytes(file)) ?? []
      for other in CompressionFormat.allCases { #expect(other.isStart(bytes[...]) == (other == format)) }
      #expect(!format.isStart(Array("text".utf8)[...]))
    }
    #expect(CompressionFormat.zstandard.isStart([0x50, 0x2a, 0x4d, 0x18]))
  }
}
