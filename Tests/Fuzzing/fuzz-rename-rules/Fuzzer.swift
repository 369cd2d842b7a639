internal import FuzzSupport
internal import ModelMapping
internal import Tensors
internal import TestSupport

private let names = [
  "lstm/basic_lstm_cell/kernel", "InceptionV3/Mixed_5b/Branch_0/Conv2d_0a_1x1/weights", "a-\u{e4}\u{1f600}",
]
private let source: InMemoryTensorSource = {
  do {
    return InMemoryTensorSource(try names.map { try .init($0, .float32, [2, 3], seed: 1) })
  } catch {
    fatalError("\(error)")
  }
}()

/// Rename rules: the JSON, the patterns in it, and what they make of a few names. Any text may be an expression of `--match` as well.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    if let text = String(validating: bytes, as: UTF8.self), let pattern = try? NamePattern(text) {
      for name in names { _ = pattern.matches(name) }
    }
    let rules = try RenameRules(json: bytes)
    _ = try rules.apply(to: source)
  }
}
