internal import Bytes
internal import Checkpoints
internal import FuzzSupport
internal import ProtobufWire

/// The object graph that a TensorFlow 2 checkpoint keeps as one string.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    do throws(WireError) {
      let graph = try ObjectGraph(parsing: bytes.rawSpan)
      let paths = ObjectPaths(graph)
      for node in graph.nodes.indices.prefix(64) { _ = (paths.path(of: node), paths.aliases(of: node)) }
    } catch {
      Fuzz.check("\(error)")
    }
  }
}
