internal import Bytes
internal import Files
internal import Tensors

/// Finds where each tensor of a group is in its shards.
struct TFJSPlacing {
  private let group: TFJSManifest.Group
  private let files: CompanionFiles
  private let path: String
  private let types: [TFJSType]
  private(set) var tensors: [IndexedTensor] = []
  private(set) var problems: [(tensor: String?, reason: WeightFileDefect)] = []

  init(_ group: TFJSManifest.Group, in files: CompanionFiles, path: String) {
    self.group = group
    self.files = files
    self.path = path
    types = group.weights.map(TFJSType.init)
  }

  /// Finds the tensors, and notes why others cannot be found.
  mutating func place() throws {
    let expected = numbersByteCount()
    let shards = TFJSShards(group.paths, in: files, expected: expected)
    let end = try place(in: shards)
    if let expected, shards.byteCount > expected, problems.isEmpty {
      problems = [(nil, .tensorFlowJS(.longGroup(paths: group.paths, needed: expected, found: shards.byteCount)))]
    }
    // The lengths of strings show that a shard is short only when they have been read.
    guard expected == nil, end == nil, group.paths.count > 1 else { return }
    tensors = []
    problems = []
    _ = try place(in: TFJSShards(group.paths, in: files, expected: nil, isShort: true))
  }

  /// The bytes of all tensors; nil if there are strings, or the bytes cannot be counted.
  private func numbersByteCount() -> Int? {
    zip(group.weights, types).reduce(0) { sum, item in
      guard let sum, let count = byteCount(item.0, item.1) else { return nil }
      return sum.addingChecked(count)
    }
  }

  private func byteCount(_ weight: TFJSManifest.Weight, _ type: TFJSType) -> Int? {
    guard let width = type.width, let shape = try? Shape(weight.dimensions) else { return nil }
    return shape.elementCount.multipliedChecked(by: width)
  }

  /// Finds the tensors in order.
  ///
  /// - Returns: where the last one ends; nil if that is not known, or it is after the end of the shards.
  private mutating func place(in shards: TFJSShards) throws -> Int? {
    var position: Int? = 0
    for (weight, type) in zip(group.weights, types) {
      let offset = position
      do throws(WeightFileDefect) {
        guard let offset else { throw .tensorFlowJS(.unknownPlace) }
        let shape = try Shape(checking: weight.dimensions)
        if case .strings = type {
          position = nil
          position = try placeStrings(weight.name, shape, at: offset, in: shards)
          continue
        }
        let count = byteCount(weight, type)
        position = count.flatMap { offset.addingChecked($0) }
        try placeNumbers(weight.name, type, shape, at: offset, byteCount: position.map { $0 - offset }, in: shards)
      } catch {
        problems.append((weight.name, error))
      }
    }
    return position.flatMap { $0 <= shards.byteCount ? $0 : nil }
  }

  private mutating func placeNumbers(
    _ name: String, _ type: TFJSType, _ shape: Shape, at offset: Int, byteCount: Int?, in shards: TFJSShards
  ) throws(WeightFileDefect) {
    guard case .numbers(let dtype, let stored, let decoding) = type else {
      if case .unread(let defect, _) = type { throw defect }
      return
    }
    guard let byteCount, shape.byteCount(of: dtype) != nil else { throw .badShape(.tooManyElements(shape.dimensions)) }
    let (bytes, file) = try Self.bytes(at: offset, count: byteCount, in: shards)
    let array = try StridedArray(packed: bytes, dtype: stored, shape: shape)
    tensors.append(
      decoding.map { IndexedTensor(name, dtype, shape, decoding: $0, of: array, file: file + 1) }
        ?? IndexedTensor(name, dtype, array, file: file + 1))
  }

  /// - Returns: where the strings end.
  private mutating func placeStrings(
    _ name: String, _ shape: Shape, at offset: Int, in shards: TFJSShards
  ) throws(WeightFileDefect) -> Int {
    let available = max(0, shards.byteCount - offset)
    let length: Int?
    do {
      length = try TFJSStrings.walk(count: shape.elementCount, available: available) { start, count in
        try Self.bytes(at: offset + start, count: count, in: shards).0.read(at: 0, count: count)
      } _: { _ in
      }
    } catch let defect as WeightFileDefect {
      throw defect
    } catch {
      throw .tensorFlowJS(.badStrings)
    }
    guard let length else { throw .tensorFlowJS(.badStrings) }
    let (bytes, _) = try Self.bytes(at: offset, count: length, in: shards)
    let (path, count) = (path, shape.elementCount)
    tensors.append(
      IndexedTensor(strings: name, shape, byteCount: length - count * TFJSStrings.lengthByteCount) {
        try TFJSStrings.read(bytes, count: count, file: path)
      })
    return offset + length
  }

  private static func bytes(
    at offset: Int, count: Int, in shards: TFJSShards
  ) throws(WeightFileDefect) -> (StoredBytes, Int) {
    do throws(TFJSDefect) { return try shards.bytes(at: offset, count: count) } catch { throw .tensorFlowJS(error) }
  }
}
