internal import FuzzSupport
internal import Messages
internal import Tensors
internal import WeightFiles

private let index = ScratchFile("model.safetensors.index.json")
private let shard = ScratchFile("a.safetensors")

/// An index of shards, beside a file that is one.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    index.write(bytes[...])
    let header = #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#
    shard.write((([UInt8(header.utf8.count)] + [UInt8](repeating: 0, count: 7)) + Array(header.utf8) + [1, 2])[...])
    let source = try ShardIndex.open(index.path)
    for problem in source.problems { Fuzz.check(problem.error.description) }
    try Fuzz.readAll(source)
  }
}
