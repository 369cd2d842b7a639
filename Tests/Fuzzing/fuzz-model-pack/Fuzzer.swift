internal import FuzzSupport
internal import ModelMapping
internal import Tensors
internal import TestSupport

private let source: InMemoryTensorSource = {
  do {
    let shapes: [(name: String, shape: [Int])] = [
      ("cell/bias", [8]), ("cell/kernel", [3, 8]), ("layer_0/w", [2, 1]), ("layer_1/w", [2, 1]), ("b1", [8]),
      ("ih", [8, 1]),
      ("hh", [8, 2]), ("l.01.w", [2, 1]), ("bert/embeddings/word_embeddings", [5, 2]),
      ("vgg_16/conv1/conv1_1/weights", [3, 3, 3, 2]),
    ]
    return InMemoryTensorSource(
      try shapes.sorted { $0.name < $1.name }.map { try .init($0.name, .float32, $0.shape, seed: 1) })
  } catch {
    fatalError("\(error)")
  }
}()

/// A pack: the JSON, its checks, and what it makes of a few tensors, there and back.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    let pack = try ModelPack(json: bytes)
    try pack.check()
    let catalog = PackCatalog([pack])
    guard let found = catalog.recognize(source.descriptors) else { return }
    for library in pack.libraries.indices where library != found.library {
      let mapping = try PackMapping(source, found, to: library)
      let shown = try DerivedSource(source, tensors: mapping.tensors)
      for descriptor in shown.descriptors.prefix(64) where descriptor.byteCount <= 1 << 20 {
        guard try shown.readAll(descriptor).count == descriptor.byteCount else {
          fatalError("the elements of \(descriptor.name) are lost")
        }
      }
      if let again = catalog.recognize(shown.descriptors) { _ = try PackMapping(shown, again, to: found.library) }
    }
  }
}
