internal import FuzzSupport
internal import MetaGraph
internal import Tensors

private let file = ScratchFile("graph.meta")

/// A `.meta` file, and the same bytes as a frozen graph and as a SavedModel, which share its parser.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    file.write(bytes[...])
    do throws(MetaGraphError) {
      _ = try MetaGraphFile(path: file.path)
    } catch {
      Fuzz.check("\(error)")
    }
    do throws(MetaGraphError) {
      _ = try SavedModelFile(path: file.path)
    } catch {
      Fuzz.check("\(error)")
    }
    try Fuzz.readAll(FrozenGraph(path: file.path))
  }
}
