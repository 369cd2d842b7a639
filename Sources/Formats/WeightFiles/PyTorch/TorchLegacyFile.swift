internal import Bytes
internal import Messages

/// The layout that PyTorch wrote before 1.6: a few pickles one after the other, then the storages; or a plain pickle of Python.
///
/// The pickles are a magic number, a version, the sizes of the writer's integers, the value, and the keys of the storages in their
/// order. A storage is its number of elements in 8 bytes and then the elements, little-endian.
/// - Source: PyTorch 2.9, `torch/serialization.py`, `_legacy_save` and `_legacy_load`; `torch/csrc/serialization.cpp`.
struct TorchLegacyFile {
  /// The value that was saved.
  let value: PickleValue
  let heap: PickleHeap
  /// The bytes of each storage that the file has whole.
  private(set) var storages: [String: StoredBytes] = [:]
  /// Why the rest of the storages are missing; nil if all are there.
  private(set) var cut: PyTorchDefect?
  let foreignCalls: [PickleGlobal]
  /// Whether it is a plain pickle, without anything of PyTorch around it.
  let isPlain: Bool
  /// How many bytes follow a plain pickle.
  private(set) var trailingByteCount = 0
  /// Always false: storages are little-endian, whatever machine wrote them.
  let isBigEndian = false

  /// 0x1950a86a20f9469cfc6c, as a pickle has it.
  private static let magic: [UInt8] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]
  private static let version = 1001

  /// Reads a file, or a pickle within one.
  ///
  /// - Throws: `PlacedPickleDefect` or `PyTorchDefect` if the pickles are damaged.
  init(_ bytes: StoredBytes, depth: Int = 0) throws {
    var first = PickleMachine(bytes, depth: depth)
    let opening = try first.run()
    guard case .large(let magic) = opening, magic == Self.magic else {
      (value, heap, foreignCalls) = (opening, first.heap, first.foreignCalls)
      isPlain = true
      trailingByteCount = bytes.byteCount - first.position
      return
    }
    isPlain = false
    var header = PickleMachine(bytes, at: first.position, depth: depth)
    guard let version = try header.run().integer, version == Self.version else { throw PyTorchDefect.noVersion }
    var system = PickleMachine(bytes, at: header.position, depth: depth)
    _ = try system.run()
    var main = PickleMachine(bytes, at: system.position, depth: depth)
    value = try main.run()
    var list = PickleMachine(bytes, at: main.position, depth: depth)
    let listed = try list.run()
    guard case .list = list.heap.node(listed), let keys = try list.heap.elements(listed)?.map({ try $0.text() }) else {
      throw PyTorchDefect.badKeys
    }
    heap = main.heap
    foreignCalls = main.foreignCalls
    try locate(keys, in: bytes, from: list.position, widths: main.storageWidths)
  }

  private mutating func locate(
    _ keys: [String?], in bytes: StoredBytes, from start: Int, widths: [String: Int]
  ) throws {
    var reader = PickleReader(bytes, at: start)
    for key in keys {
      // Without a tensor that says how wide its elements are, nothing after a storage can be found.
      guard let key, let width = widths[key] else { throw PyTorchDefect.badKeys }
      do {
        let count = try reader.readNumber(byteCount: 8)
        guard let byteCount = Int(exactly: count)?.multipliedChecked(by: width), byteCount <= reader.remainingCount
        else {
          throw PyTorchDefect.cutShort(needed: count, left: reader.remainingCount)
        }
        storages[key] = try reader.takePayload(byteCount)
      } catch let defect as PyTorchDefect {
        cut = defect
        return
      }
    }
  }
}
