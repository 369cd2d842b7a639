internal import FuzzSupport
internal import WeightFiles

/// The description of a model in a Keras archive, and the names that follow from it.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    let paths = ["layers/dense/vars/0", "layers/dense/vars/1", "layers/lstm/cell/vars/0", "optimizer/vars/0", "vars/0"]
    let names = try KerasArchive.names(at: paths, config: bytes)
    guard names.count == paths.count, Set(names).count == names.count else { fatalError("a variable without a name") }
  }
}
