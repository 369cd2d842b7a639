import Messages
import TensorFiles
import Testing
import TestSupport

@Suite("Sizes of shards")
struct ShardSizeTests {
  @Test(
    "Sizes are numbers of bytes, with units of 1000 or 1024",
    arguments: [
      ("5GB", 5_000_000_000), ("500MB", 500_000_000), ("2GiB", 2 << 30), ("7", 7), ("7b", 7), ("1 kb", 1000),
      ("3KiB", 3072), ("1TB", 1_000_000_000_000), ("1tib", 1 << 40),
    ])
  func sizes(text: String, byteCount: Int) {
    #expect(ShardSize(text)?.byteCount == byteCount)
  }

  @Test("What is not a size is nil", arguments: ["", "GB", "0", "0GB", "-1", "1.5GB", "5 G", "99999999999TB", "٣MB"])
  func others(text: String) {
    #expect(ShardSize(text) == nil)
  }

  @Test("Only safetensors is cut by size, and the names that are known are the only file's and the index's")
  func outputs() throws {
    var options = SinkOptions(maximumShardByteCount: 100)
    let output = try TensorOutput("a/model.safetensors", options: options)
    #expect(output.filePaths == ["a/model.safetensors", "a/model.safetensors.index.json"])
    let error = #expect(throws: TensorFileError.self) { try TensorOutput("a/model.h5", options: options) }
    #expect(error?.reason == .cannotLimitShards(.hdf5))
    options.maximumShardByteCount = 0
    let none = #expect(throws: TensorFileError.self) { try TensorOutput("a/model.safetensors", options: options) }
    #expect(none?.reason == .badShardSize(0))
  }
}
