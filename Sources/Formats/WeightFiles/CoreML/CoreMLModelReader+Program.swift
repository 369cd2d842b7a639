internal import Bytes
internal import Files
internal import Tensors

extension CoreMLModelReader {
  /// Program: 2 maps names to functions. Function: 3 maps names to blocks. Block: 3 is an operation.
  ///
  /// - Source: coremltools 9 `mlmodel/format/MIL.proto`.
  mutating func readProgram(_ range: Range<Int>, scope: String, depth: Int) throws {
    foundNetwork()
    try walk.forEachField(in: range) { field, payload in
      guard field == 2, case .bytes(let entry) = payload else { return }
      let (name, function) = try mapEntry(entry)
      guard let function else { return }
      let path = scope.isEmpty ? name : "\(scope)/\(name)"
      try walk.forEachField(in: function) { field, payload in
        guard field == 3, case .bytes(let entry) = payload, let block = try mapEntry(entry).value else { return }
        try readBlock(block, scope: path, depth: depth)
      }
    }
  }

  private func mapEntry(_ range: Range<Int>) throws -> (key: String, value: Range<Int>?) {
    var key = ""
    var value: Range<Int>?
    try walk.forEachField(in: range) { field, payload in
      guard case .bytes(let part) = payload else { return }
      if field == 1 { key = try walk.text(in: part, limit: Self.maximumNameByteCount) }
      if field == 2 { value = part }
    }
    return (key, value)
  }

  private mutating func readBlock(_ range: Range<Int>, scope: String, depth: Int) throws {
    try requireDepth(depth, range)
    try walk.forEachField(in: range) { field, payload in
      if field == 3, case .bytes(let operation) = payload { try readOperation(operation, scope: scope, depth: depth) }
    }
  }

  /// Operation: 1 its type, 2 its inputs, 3 its outputs, 4 its blocks, 5 its attributes. A constant's value is the
  /// attribute `val`.
  private mutating func readOperation(_ range: Range<Int>, scope: String, depth: Int) throws {
    var (type, output) = ("", "")
    try walk.forEachField(in: range) { field, payload in
      guard case .bytes(let part) = payload else { return }
      if field == 1 { type = try walk.text(in: part, limit: Self.maximumNameByteCount) }
      guard field == 3, output.isEmpty else { return }
      try walk.forEachField(in: part) { field, payload in
        if field == 1, case .bytes(let name) = payload {
          output = try walk.text(in: name, limit: Self.maximumNameByteCount)
        }
      }
    }
    let name = output.isEmpty ? type : output
    try walk.forEachField(in: range) { field, payload in
      guard case .bytes(let part) = payload else { return }
      switch field {
      case 2: try readInput(part, of: name, scope: scope)
      case 4: try readBlock(part, scope: scope, depth: depth + 1)
      case 5:
        let (key, value) = try mapEntry(part)
        if let value, key != "name" { try addValue(value, key == "val" ? name : "\(name)/\(key)", scope: scope) }
      default: break
      }
    }
  }

  /// An entry of the inputs: its value is an Argument, whose 1 is a Binding, whose 2 is a value.
  private mutating func readInput(_ range: Range<Int>, of name: String, scope: String) throws {
    let (key, argument) = try mapEntry(range)
    guard let argument else { return }
    try walk.forEachField(in: argument) { field, payload in
      guard field == 1, case .bytes(let binding) = payload else { return }
      try walk.forEachField(in: binding) { field, payload in
        if field == 2, case .bytes(let value) = payload { try addValue(value, "\(name)/\(key)", scope: scope) }
      }
    }
  }

  /// Value: 2 its type, 3 a value in the program, 5 a value in a file. Only tensors of numbers count.
  private mutating func addValue(_ range: Range<Int>, _ name: String, scope: String) throws {
    var type: CoreMLTensorType?
    var immediate: Range<Int>?
    var blob: (path: String, offset: UInt64)?
    try walk.forEachField(in: range) { field, payload in
      guard case .bytes(let part) = payload else { return }
      switch field {
      case 2: type = try CoreMLTensorType(valueType: part, walk)
      case 3: immediate = part
      case 5:
        var found: (path: String, offset: UInt64) = ("", 0)
        try walk.forEachField(in: part) { field, payload in
          if field == 1, case .bytes(let path) = payload { found.path = try walk.text(in: path) }
          if field == 2, case .number(let offset) = payload { found.offset = offset }
        }
        blob = found
      default: break
      }
    }
    guard let type, type.number != CoreMLType.string else { return }
    let values = try immediate.flatMap { try CoreMLImmediate($0, walk) }
    guard blob != nil || values != nil else { return }
    try found.append(name, in: scope, of: walk.file) { [storage, file = walk.file] (name) throws(WeightFileDefect) in
      guard let stored = CoreMLType(type.number) else { throw .coreML(.unsupportedType(type.number)) }
      let shape = try type.shape()
      if let blob {
        let (bytes, index) = try storage.bytes(
          in: blob.path, at: blob.offset, type: stored, needed: stored.storedByteCount(shape))
        return try stored.tensor(name, shape, bytes, file: index)
      }
      guard let values else { throw .coreML(.valueCount(found: 0, expected: shape.elementCount)) }
      return try values.tensor(name, stored, shape, of: file)
    }
  }
}

/// The type of a tensor in a program.
struct CoreMLTensorType {
  private(set) var number = 0
  private var dimensions: [Int?] = []
  private var rank = 0

  /// ValueType: 1 is a TensorType, whose 1 is the data type and 3 a dimension; a dimension's 1 is a constant, whose 1
  /// is the length. Nil if it is not a tensor.
  init?(valueType range: Range<Int>, _ walk: ProtobufFile) throws {
    var isTensor = false
    try walk.forEachField(in: range) { field, payload in
      guard field == 1, case .bytes(let part) = payload else { return }
      isTensor = true
      try walk.forEachField(in: part) { field, payload in
        switch (field, payload) {
        case (1, .number(let value)): number = Int(Int32(truncatingIfNeeded: value))
        case (3, .bytes(let dimension)):
          rank += 1
          if rank <= Shape.maximumRank { dimensions.append(try Self.length(dimension, walk)) }
        default: break
        }
      }
    }
    guard isTensor else { return nil }
  }

  private static func length(_ dimension: Range<Int>, _ walk: ProtobufFile) throws -> Int? {
    var length: Int?
    try walk.forEachField(in: dimension) { field, payload in
      guard field == 1, case .bytes(let constant) = payload else { return }
      length = 0
      try walk.forEachField(in: constant) { field, payload in
        if field == 1, case .number(let value) = payload { length = Int(exactly: value) ?? .max }
      }
    }
    return length
  }

  /// The shape, which weights always have.
  func shape() throws(WeightFileDefect) -> Shape {
    guard rank <= Shape.maximumRank else { throw .badShape(.rankTooLarge(rank)) }
    let known = dimensions.compactMap(\.self)
    guard known.count == dimensions.count else { throw .coreML(.unknownAxis) }
    return try Shape(checking: known)
  }
}

/// A value that a program holds itself.
struct CoreMLImmediate {
  /// Numbers, or the bytes of numbers.
  private enum Content {
    case numbers(CoreMLValues, ProtobufList.Coding)
    case bytes(Range<Int>)
  }

  private let content: Content

  /// ImmediateValue: 1 is a TensorValue, with a message of numbers for each kind, or 7 with bytes. Nil for strings
  /// and for what is not a tensor.
  init?(_ range: Range<Int>, _ walk: ProtobufFile) throws {
    let codings: [UInt32: ProtobufList.Coding] = [1: .fixed32, 2: .varint, 3: .varint, 5: .varint, 6: .fixed64]
    var content: Content?
    try walk.forEachField(in: range) { field, payload in
      guard field == 1, case .bytes(let tensor) = payload else { return }
      try walk.forEachField(in: tensor) { field, payload in
        guard case .bytes(let part) = payload else { return }
        if let coding = codings[field] {
          content = .numbers(try CoreMLValues(in: part, field: 1, of: walk), coding)
        } else if field == 7 {
          content = .bytes(part.upperBound..<part.upperBound)
          try walk.forEachField(in: part) { field, payload in
            if field == 1, case .bytes(let values) = payload { content = .bytes(values) }
          }
        }
      }
    }
    guard let content else { return nil }
    self.content = content
  }

  /// The tensor.
  func tensor(
    _ name: String, _ type: CoreMLType, _ shape: Shape, of file: InputFile
  ) throws(WeightFileDefect) -> IndexedTensor {
    switch content {
    case .numbers(let values, let coding):
      // Numbers of a fixed width are elements as they are.
      let width = type.dtype.byteCount ?? 1
      guard coding == .varint || (coding == .fixed32) == (width == 4), coding == .varint || width >= 4 else {
        throw .coreML(.valueCount(found: nil, expected: shape.elementCount))
      }
      return try values.tensor(name, type, shape, coding: coding, of: file)
    case .bytes(let range):
      let needed = try type.storedByteCount(shape)
      guard range.count == needed else { throw .coreML(.byteCount(found: range.count, expected: needed)) }
      return try type.tensor(name, shape, .file(file, range), file: 0)
    }
  }
}
