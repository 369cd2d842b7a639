import Bytes
import Files
import Messages
import Tensors
import TestSupport
import Testing

@testable import ModelMapping

/// Elements that move, by their definitions: one at a time, all in memory.
private struct PlainTensor {
  var dimensions: [Int]
  let width: Int
  var bytes: [UInt8]

  private init(_ dimensions: [Int], width: Int, element: (_ index: [Int]) -> ArraySlice<UInt8>) {
    self.dimensions = dimensions
    self.width = width
    bytes = []
    for number in 0..<dimensions.reduce(1, *) {
      var rest = number
      var index = dimensions
      for axis in dimensions.indices.reversed() {
        index[axis] = rest % dimensions[axis]
        rest /= dimensions[axis]
      }
      bytes += element(index)
    }
  }

  init(_ dimensions: [Int], width: Int, bytes: [UInt8]) {
    (self.dimensions, self.width, self.bytes) = (dimensions, width, bytes)
  }

  subscript(index: [Int]) -> ArraySlice<UInt8> {
    let place = zip(index, dimensions).reduce(0) { $0 * $1.1 + $1.0 } * width
    return bytes[place..<place + width]
  }

  func permuted(_ axes: [Int]) -> Self {
    Self(axes.map { dimensions[$0] }, width: width) { index in
      var place = index
      for (result, axis) in axes.enumerated() { place[axis] = index[result] }
      return self[place]
    }
  }

  /// The index on one axis of the result becomes one of the operand.
  func selecting(axis: Int, count: Int, _ place: (Int) -> Int) -> Self {
    var extents = dimensions
    extents[axis] = count
    return Self(extents, width: width) { index in
      var index = index
      index[axis] = place(index[axis])
      return self[index]
    }
  }

  func joined(with other: Self, axis: Int) -> Self {
    var extents = dimensions
    extents[axis] += other.dimensions[axis]
    return Self(extents, width: width) { index in
      if index[axis] < dimensions[axis] { return self[index] }
      var index = index
      index[axis] -= dimensions[axis]
      return other[index]
    }
  }
}

@Suite("Reading other layouts in bounded memory")
struct LayoutReadingTests {
  private static let dtypes: [DType] = [.int8, .float16, .float32, .int64, .complex128]

  private static func bytes(_ count: Int, _ random: inout SeededRandom) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
  }

  /// Reads the one tensor that an expression makes.
  private static func read(
    _ expression: TensorExpression, of base: InMemoryTensorSource, _ room: LayoutRoom, maximumByteCount: Int
  ) throws -> [UInt8] {
    var source = try DerivedSource(base, tensors: [("result", expression)])
    source.room = room
    let width = try #require(source.descriptors[0].dtype.byteCount)
    var bytes: [UInt8] = []
    try source.read(source.descriptors[0], maximumByteCount: maximumByteCount) { piece in
      #expect(piece.byteCount <= maximumByteCount && piece.byteCount.isMultiple(of: width))
      bytes += [UInt8](piece)
    }
    return bytes
  }

  @Test("any axes are put into any order, with elements of every width", arguments: [1, 2, 4, 8, 16])
  func permutations(width: Int) {
    var random = SeededRandom(seed: UInt64(width))
    for _ in 0..<60 {
      let extents = (0..<Int.random(in: 0...5, using: &random)).map { _ in
        [0, 1, 1, 2, 3, 7, 65].randomElement(using: &random) ?? 1
      }
      guard extents.reduce(1, *) < 5000 else { continue }
      let axes = Array(extents.indices).shuffled(using: &random)
      let operand = PlainTensor(
        extents, width: width, bytes: Self.bytes(extents.reduce(width, *), &random))
      var result = [UInt8](repeating: 0, count: operand.bytes.count)
      AxisPermutation(extents, axes: axes, width: width).apply(to: operand.bytes, &result)
      #expect(result == operand.permuted(axes).bytes, "\(extents), axes \(axes)")
    }
  }

  @Test("axes that stay together are one, and those of extent 1 are none")
  func collapsed() {
    let kernel = AxisPermutation([3, 3, 1, 5, 7], axes: [4, 3, 2, 0, 1], width: 4)
    #expect(kernel.dimensions == [9, 5, 7])
    #expect(kernel.axes == [2, 1, 0])
    #expect(AxisPermutation([2, 3, 1, 4], axes: [2, 0, 1, 3], width: 1).isIdentity)
    #expect(AxisPermutation([2, 0], axes: [1, 0], width: 1).isIdentity)
    #expect(!AxisPermutation([2, 2], axes: [1, 0], width: 1).isIdentity)
  }

  /// Steps in any order, one on the result of another.
  private static func chain(
    _ tensors: [PlainTensor], _ random: inout SeededRandom
  ) -> (expression: TensorExpression, result: PlainTensor) {
    var expression = TensorExpression.stored("a")
    var result = tensors[0]
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let axis = Int.random(in: result.dimensions.indices, using: &random)
      let extent = result.dimensions[axis]
      switch Int.random(in: 0..<6, using: &random) {
      case 0:
        let range = 0..<Int.random(in: 0...extent, using: &random)
        expression = .sliced(expression, axis: axis, range: range)
        result = result.selecting(axis: axis, count: range.count) { $0 + range.lowerBound }
      case 1:
        let isWhole = result.dimensions == tensors[1].dimensions
        let other = isWhole ? (TensorExpression.stored("b"), tensors[1]) : (expression, result)
        expression = .joined([expression, other.0], axis: axis)
        result = result.joined(with: other.1, axis: axis)
      case 2:
        let count = [2, 3, 5].first { extent % $0 == 0 } ?? 1
        let blocks = Array(0..<count).shuffled(using: &random)
        expression = .reordered(expression, axis: axis, blocks: blocks)
        let size = extent / count
        result = result.selecting(axis: axis, count: extent) { blocks[$0 / size] * size + $0 % size }
      default:
        let axes = Array(result.dimensions.indices).shuffled(using: &random)
        expression = .permuted(expression, axes: axes)
        result = result.permuted(axes)
      }
    }
    return (expression, result)
  }

  @Test("a tensor is the same however little memory there is", arguments: 0..<dtypes.count)
  func strips(dtypeIndex: Int) throws {
    let dtype = Self.dtypes[dtypeIndex]
    let width = try #require(dtype.byteCount)
    var random = SeededRandom(seed: UInt64(100 + dtypeIndex))
    for _ in 0..<40 {
      let extents = (0..<Int.random(in: 1...4, using: &random)).map { _ in
        [0, 1, 2, 3, 6, 10, 33].randomElement(using: &random) ?? 1
      }
      guard extents.reduce(1, *) < 3000 else { continue }
      let tensors = (0..<2).map { _ in
        PlainTensor(extents, width: width, bytes: Self.bytes(extents.reduce(width, *), &random))
      }
      var base = InMemoryTensorSource(
        try zip(["a", "b"], tensors).map { try .init($0, dtype, extents, bytes: $1.bytes) })
      base.pieceByteCount = [16, 48, 1000].randomElement(using: &random) ?? 16
      let (expression, expected) = Self.chain(tensors, &random)
      for byteCount in [LayoutRoom().byteCount, 4096, 256, 16] {
        let found = try Self.read(
          expression, of: base, LayoutRoom(byteCount: byteCount),
          maximumByteCount: [16, 100, 1 << 18].randomElement(using: &random) ?? 16)
        #expect(found == expected.bytes, "\(extents), room \(byteCount): \(expression)")
      }
    }
  }

  /// With 32 KiB in memory, buffers of 4 KiB become full several times.
  @Test(
    "strips that do not come in order go through a file",
    arguments: [
      ([300, 401], [1, 0]), ([3, 3, 100, 90], [3, 2, 0, 1]), ([64, 60, 3, 3], [2, 3, 1, 0]), ([7, 16384], [1, 0]),
      ([16384, 7], [1, 0]), ([20, 30, 200], [0, 2, 1]), ([2, 3, 20000], [1, 0, 2]),
    ])
  func file(extents: [Int], axes: [Int]) throws {
    var random = SeededRandom(seed: 5)
    let operand = PlainTensor(extents, width: 4, bytes: Self.bytes(extents.reduce(4, *), &random))
    let base = InMemoryTensorSource([try .init("a", .float32, extents, bytes: operand.bytes)])
    let found = try Self.read(
      .permuted(.stored("a"), axes: axes), of: base, LayoutRoom(byteCount: 1 << 15), maximumByteCount: 1 << 12)
    #expect(found == operand.permuted(axes).bytes)
  }

  @Test("strips are read from the file that has them, whatever the order of the axes")
  func fromFile() throws {
    var random = SeededRandom(seed: 6)
    for _ in 0..<60 {
      let extents = (0..<Int.random(in: 2...5, using: &random)).map { _ in
        [1, 2, 3, 7, 20, 65].randomElement(using: &random) ?? 1
      }
      guard extents.reduce(1, *) < 5000 else { continue }
      let axes = Array(extents.indices).shuffled(using: &random)
      let operand = PlainTensor(extents, width: 4, bytes: Self.bytes(extents.reduce(4, *), &random))
      let base = try FileSource(
        InMemoryTensorSource([try .init("a", .float32, extents, bytes: operand.bytes)]), operand.bytes)
      var source = try DerivedSource(base, tensors: [("result", .permuted(.stored("a"), axes: axes))])
      // No file could be made, so every result that needs one shows that it was not.
      source.room = LayoutRoom(
        byteCount: [16, 200, 3000].randomElement(using: &random) ?? 16, minimumRunByteCount: 1,
        directory: "/nonexistent/directory")
      #expect(try source.readAll(source.descriptors[0]) == operand.permuted(axes).bytes, "\(extents), axes \(axes)")
    }
  }

  @Test("parts of a fused matrix are read from the file that has them")
  func partsFromFile() throws {
    var random = SeededRandom(seed: 7)
    let operand = PlainTensor([30, 48], width: 4, bytes: Self.bytes(30 * 48 * 4, &random))
    let base = try FileSource(
      InMemoryTensorSource([try .init("a", .float32, [30, 48], bytes: operand.bytes)]), operand.bytes)
    for (axis, range) in [(1, 16..<32), (1, 0..<48), (0, 10..<20)] {
      let part = TensorExpression.sliced(.stored("a"), axis: axis, range: range)
      var source = try DerivedSource(base, tensors: [("result", .permuted(part, axes: [1, 0]))])
      source.room = LayoutRoom(byteCount: 400, minimumRunByteCount: 1, directory: "/nonexistent/directory")
      let expected = operand.selecting(axis: axis, count: range.count) { $0 + range.lowerBound }.permuted([1, 0])
      #expect(try source.readAll(source.descriptors[0]) == expected.bytes)
    }
  }

  @Test("a checksum is verified while strips are read from the file")
  func verified() throws {
    let bytes = [UInt8](repeating: 1, count: 4800)
    var memory = InMemoryTensorSource([try .init("a", .int16, [40, 60], bytes: bytes)])
    let damage = FileError(.changed, file: "a")
    memory.damage("a", keeping: 4000, throwing: damage)
    for hasChecksums in [true, false] {
      memory.hasChecksums = hasChecksums
      let base = try FileSource(memory, bytes)
      var source = try DerivedSource(base, tensors: [("result", .permuted(.stored("a"), axes: [1, 0]))])
      source.room = LayoutRoom(byteCount: 1000, minimumRunByteCount: 1)
      if hasChecksums {
        #expect(throws: damage) { try source.readAll(source.descriptors[0]) }
      } else {
        #expect(try source.readAll(source.descriptors[0]) == bytes)
      }
    }
  }

  @Test("numbers are added to numbers of another tensor however little memory there is")
  func numbers() throws {
    let format = try #require(FloatFormat(.bfloat16))
    func numbers(_ step: Int) -> [UInt8] { format.bytes(of: (0..<600).map { Double($0 * step) }) }
    let base = InMemoryTensorSource([
      try .init("a", .bfloat16, [600], bytes: numbers(1)), try .init("b", .bfloat16, [600], bytes: numbers(2)),
    ])
    let expressions: [TensorExpression] = [
      .sum(.stored("a"), .shifted(.stored("b"), by: 3, block: 1, of: 4)), .filled(0.5, like: "a"),
    ]
    for expression in expressions {
      let whole = try Self.read(expression, of: base, LayoutRoom(), maximumByteCount: 1 << 18)
      #expect(whole.count == 1200)
      #expect(try Self.read(expression, of: base, LayoutRoom(byteCount: 16), maximumByteCount: 18) == whole)
    }
  }

  @Test("a source that breaks its promise is an error", arguments: [LayoutRoom().byteCount, 16])
  func short(byteCount: Int) throws {
    var base = InMemoryTensorSource([
      try .init("a", .int16, [4, 6], bytes: [UInt8](repeating: 1, count: 48)),
      try .init("b", .int16, [4, 6], bytes: [UInt8](repeating: 1, count: 48)),
    ])
    base.damage("a", keeping: 20, throwing: nil)
    let expressions: [TensorExpression] = [
      .permuted(.stored("a"), axes: [1, 0]), .joined([.stored("b"), .stored("a")], axis: 1),
      .reordered(.stored("a"), axis: 0, blocks: [1, 0]),
    ]
    for expression in expressions {
      #expect(throws: MappingError(.doesNotFit, tensor: expression.inputs.last ?? "")) {
        try Self.read(expression, of: base, LayoutRoom(byteCount: byteCount), maximumByteCount: 1 << 12)
      }
    }
  }

  @Test("if no file can be made, the error names its directory")
  func noFile() throws {
    let base = InMemoryTensorSource([try .init("a", .int16, [4, 6], bytes: [UInt8](repeating: 1, count: 48))])
    let room = LayoutRoom(byteCount: 16, directory: "/nonexistent/directory")
    let error = try #require(throws: FileError.self) {
      try Self.read(.permuted(.stored("a"), axes: [1, 0]), of: base, room, maximumByteCount: 16)
    }
    #expect(error.file.hasPrefix(room.directory))
  }
}

/// A source whose one tensor lies in a file as well.
private struct FileSource: RandomAccessSource {
  private let base: InMemoryTensorSource
  private let file: InputFile
  private let offset: Int

  init(_ base: InMemoryTensorSource, _ bytes: [UInt8]) throws {
    self.base = base
    let unnamed = try UnnamedFile(in: String.temporaryDirectory)
    // The tensor must not begin where the file does, or a forgotten offset would not show.
    let header: [UInt8] = [1, 2, 3]
    try unnamed.append(header + bytes)
    (file, offset) = (try InputFile(unnamed, shownAs: "a"), header.count)
  }

  var format: String { base.format }
  var files: [SourceFile] { base.files }
  var descriptors: [TensorDescriptor] { base.descriptors }
  var metadata: [String: String] { base.metadata }
  var hasChecksums: Bool { base.hasChecksums }

  func read(_ descriptor: TensorDescriptor, maximumByteCount: Int, _ body: (RawSpan) throws -> Void) throws {
    try base.read(descriptor, maximumByteCount: maximumByteCount, body)
  }

  func readStrings(_ descriptor: TensorDescriptor) throws -> [[UInt8]] { try base.readStrings(descriptor) }

  func storedElements(of descriptor: TensorDescriptor) -> StoredElements? { StoredElements(file, at: offset) }
}
