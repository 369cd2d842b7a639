internal import Checkpoints
internal import FuzzSupport

/// A `checkpoint` state file.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    do throws(StateFile.ParsingError) {
      _ = try StateFile(parsing: bytes)
    } catch {
      Fuzz.check("\(error.defect.words)")
    }
  }
}
