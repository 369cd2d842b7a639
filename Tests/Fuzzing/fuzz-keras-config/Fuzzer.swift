internal import FuzzSupport
internal import WeightFiles

/// The description of a model in a Keras archive, and the names that follow from it.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    let paths = [
      "layers/dense/vars/0", "layers/dense/vars/1", "layers/lstm/cell/vars/0", "optimizer/vars/0", "vars/0",
      "_layer_checkpoint_dependencies/dense_2/vars/0",
      "_layer_checkpoint_dependencies/bidirectional/backward_layer/cell/vars/0",
    ]
    let version = [nil, "2.13.1", "2.15.0"][bytes.count % 3]
    let names = try KerasArchive.names(at: paths, config: bytes, version: version)
    guard names.count == paths.count, Set(names).count == names.count else { fatalError("a variable without a name") }
  }
}
