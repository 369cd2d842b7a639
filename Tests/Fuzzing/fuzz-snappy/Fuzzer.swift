internal import Bytes
internal import FuzzSupport
internal import SSTable

/// A Snappy block.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    do throws(SnappyError) {
      _ = try Snappy.decompress(bytes.rawSpan)
    } catch {
      Fuzz.check("\(error)")
    }
  }
}
