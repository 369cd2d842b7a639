internal import Bytes
internal import FuzzSupport
internal import ModelMapping
internal import Patterns
internal import Tensors
internal import TestSupport

private let names = [
  "lstm/basic_lstm_cell/kernel", "InceptionV3/Mixed_5b/Branch_0/Conv2d_0a_1x1/weights", "a-\u{e4}\u{1f600}",
]
private let source: InMemoryTensorSource = {
  do {
    let shapes: [(name: String, shape: [Int])] =
      names.map { ($0, [2, 3]) } + [
        ("a/w", [1, 4, 6]), ("h/q", [2, 2]), ("h/k", [2, 2]), ("h/v", [2, 2]), ("b", [0, 2]),
      ]
    return InMemoryTensorSource(
      try shapes.map { try .init($0.name, .float32, $0.shape, seed: 1) } + [
        try .init("s", [1, 2], strings: [[1], [2, 3]]), try .init("four", .int4, [2, 2], seed: 2),
      ])
  } catch {
    fatalError("\(error)")
  }
}()

/// Rename rules: the JSON, the patterns in it, and what they make of a few tensors, names and elements. Any text may be an expression of `--match` as well.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    if let text = String(validating: bytes, as: UTF8.self), let pattern = try? NamePattern(text) {
      for name in names { _ = pattern.matches(name) }
    }
    let rules = try RenameRules(json: bytes)
    let outcome = try rules.apply(to: source)
    let derived = try DerivedSource(source, tensors: outcome.tensors.map { ($0.name, $0.expression) })
    for descriptor in derived.descriptors.prefix(64) {
      guard descriptor.dtype != .string else {
        guard try derived.readStrings(descriptor).count == descriptor.shape.elementCount else {
          fatalError("strings are lost")
        }
        continue
      }
      // What is read in pieces is what is put together at once.
      var bytes: [UInt8] = []
      try derived.read(descriptor, maximumByteCount: 16) { piece in bytes += [UInt8](piece) }
      guard bytes.count == descriptor.byteCount, try bytes == derived.readAll(descriptor) else {
        fatalError("the elements of \(descriptor.name) are lost")
      }
    }
  }
}
