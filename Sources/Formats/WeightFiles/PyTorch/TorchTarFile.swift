internal import Bytes
internal import Files
internal import Messages

/// The layout that PyTorch wrote before 0.1.10, in 2016: a tar archive of three parts.
///
/// 1. `storages`: a pickle of their number. For each storage, a pickle of its key, its place and its class, then its
///    number of elements in 8 bytes and the elements, little-endian. Last, a pickle of the storages that are parts of
///    others: key, key of the whole, first element and number of elements.
/// 2. `tensors`: a pickle of their number. For each tensor, a pickle of its key, its storage's key and its class, then
///    its rank in 4 bytes and 4 more, its extents, its strides, and its first element, each in 8 bytes.
/// 3. `pickle`: the value that was saved, in which persistent ids are keys of tensors and storages.
/// - Source: PyTorch 2.13, `torch/serialization.py`, `legacy_load` in `_legacy_load`.
struct TorchTarFile {
  /// The value that was saved.
  private(set) var value = PickleValue.none
  private(set) var heap = PickleHeap()
  /// The bytes of each storage.
  private(set) var storages: [String: StoredBytes] = [:]
  private(set) var foreignCalls: [PickleGlobal] = []
  /// Always false: storages are little-endian, whatever machine wrote them.
  let isBigEndian = false

  /// What a persistent id names.
  private var objects: [Int: PickleNode] = [:]

  /// Reads the parts.
  ///
  /// - Throws: `PlacedPickleDefect`, whose position is one of the file, or `PyTorchDefect` if they are damaged.
  init(_ archive: TorchTar, in file: InputFile) throws {
    func part(_ name: String) throws -> StoredBytes {
      guard let range = archive.parts[name] else { throw PyTorchDefect.badKeys }
      return .file(file, range)
    }
    try Self.placing(try part("storages")) { try readStorages($0) }
    try Self.placing(try part("tensors")) { try readTensors($0) }
    try Self.placing(try part("pickle")) { bytes in
      var machine = PickleMachine(bytes)
      machine.persistentObjects = objects
      value = try machine.run()
      heap = machine.heap
      note(machine.foreignCalls)
    }
  }

  /// Makes the positions of defects those of the file.
  private static func placing(_ bytes: StoredBytes, _ body: (StoredBytes) throws -> Void) throws {
    do {
      try body(bytes)
    } catch let placed as PlacedPickleDefect {
      throw PlacedPickleDefect(defect: placed.defect, position: bytes.fileOffset(of: placed.position) ?? 0)
    }
  }

  private mutating func note(_ calls: [PickleGlobal]) {
    foreignCalls += calls.filter { !foreignCalls.contains($0) }
  }

  /// Runs the pickle at a position, and moves the position after it.
  private mutating func run(_ bytes: StoredBytes, at position: inout Int) throws -> (PickleValue, PickleHeap) {
    var machine = PickleMachine(bytes, at: position)
    let value = try machine.run()
    position = machine.position
    note(machine.foreignCalls)
    return (value, machine.heap)
  }

  /// A number of records; each takes some bytes, so it is checked by reading them.
  private mutating func count(_ bytes: StoredBytes, at position: inout Int) throws -> Int {
    guard let count = try run(bytes, at: &position).0.integer, count >= 0 else { throw PyTorchDefect.badKeys }
    return count
  }

  /// A key: a number, or its digits.
  static func key(_ value: PickleValue) throws -> Int? { try value.integer ?? value.text().flatMap { Int($0) } }

  private mutating func readStorages(_ bytes: StoredBytes) throws {
    var position = 0
    for _ in 0..<(try count(bytes, at: &position)) {
      let (record, heap) = try run(bytes, at: &position)
      guard let parts = heap.elements(record), parts.count == 3, let key = try Self.key(parts[0]),
        let type = heap.global(parts[2])
      else { throw PyTorchDefect.badKeys }
      guard let element = TorchElement(storage: type) else { throw PyTorchDefect.unknownStorage(type.text) }
      var reader = PickleReader(bytes, at: position)
      let count = try reader.readNumber(byteCount: 8)
      guard let elementCount = Int(exactly: count), let byteCount = elementCount.multipliedChecked(by: element.width),
        byteCount <= reader.remainingCount
      else { throw PyTorchDefect.cutShort(needed: count, left: reader.remainingCount) }
      storages["\(key)"] = try reader.takePayload(byteCount)
      position = reader.position
      objects[key] = .storage(TorchStorage(element, count: elementCount, at: .key("\(key)")))
    }
    let (views, heap) = try run(bytes, at: &position)
    for view in heap.elements(views) ?? [] {
      guard let parts = heap.elements(view), parts.count == 4, let key = try Self.key(parts[0]),
        let rootKey = try Self.key(parts[1]), case .storage(let root) = objects[rootKey],
        let offset = parts[2].integer, let count = parts[3].integer, offset >= 0, count >= 0,
        let end = offset.addingChecked(count), end <= root.elementCount
      else { throw PyTorchDefect.badKeys }
      objects[key] = .storage(
        TorchStorage(root.element, count: count, of: root.elementCount, at: root.place, offset: offset))
    }
  }

  private mutating func readTensors(_ bytes: StoredBytes) throws {
    var position = 0
    for _ in 0..<(try count(bytes, at: &position)) {
      let (record, heap) = try run(bytes, at: &position)
      guard let parts = heap.elements(record), parts.count == 3, let key = try Self.key(parts[0]),
        let storageKey = try Self.key(parts[1]), case .storage(let storage) = objects[storageKey]
      else { throw PyTorchDefect.badKeys }
      var reader = PickleReader(bytes, at: position)
      // The rank once had 8 bytes.
      let rank = Int(try reader.readNumber(byteCount: 4))
      _ = try reader.readNumber(byteCount: 4)
      guard rank <= reader.remainingCount / 16 else {
        throw PyTorchDefect.cutShort(needed: 16 * UInt64(rank), left: reader.remainingCount)
      }
      func readInteger() throws -> Int { Int(Int64(bitPattern: try reader.readNumber(byteCount: 8))) }
      let sizes = try (0..<rank).map { _ in try readInteger() }
      let strides = try (0..<rank).map { _ in try readInteger() }
      let offset = try readInteger()
      position = reader.position
      objects[key] = .tensor(
        TorchTensor(storage: storage, element: storage.element, offset: offset, sizes: sizes, strides: strides))
    }
  }
}
