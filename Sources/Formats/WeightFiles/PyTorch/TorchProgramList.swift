internal import Bytes
internal import Messages
internal import Tensors

/// The list of modules and tensors that TorchScript wrote from PyTorch 1.0 to 1.2: `model.json` in a zip archive, with a member for each
/// storage.
///
/// A module has parameters, which name tensors by number, and modules. Since 1.1 buffers are attributes, which a pickle maps to tensors.
/// - Source: PyTorch 1.2, `caffe2/proto/torch.proto`, `torch/csrc/jit/export.cpp`.
struct TorchProgramList {
  /// A tensor of the list: where it is, and how.
  struct Tensor {
    fileprivate(set) var key = ""
    fileprivate(set) var type = ""
    fileprivate(set) var dimensions: [Int] = []
    fileprivate(set) var strides: [Int] = []
    fileprivate(set) var offset = 0

    /// The dtype; nil for one that Decant does not have.
    var dtype: DType? { TorchProgramList.dtypes[type] }
  }

  /// A parameter or a buffer: its name, and the number of its tensor.
  struct Entry {
    let name: String
    let tensor: Int
  }

  private(set) var entries: [Entry] = []
  private(set) var tensors: [Tensor] = []
  /// Attributes, by their place in the pickle.
  private(set) var attributes: [Entry] = []

  private static let dtypes: [String: DType] = [
    "FLOAT": .float32, "DOUBLE": .float64, "FLOAT16": .float16, "INT8": .int8, "INT16": .int16, "INT32": .int32,
    "INT64": .int64, "UINT8": .uint8, "BYTE": .uint8, "BOOL": .bool,
  ]
  /// A list of the largest programs has some hundred kilobytes.
  static let maximumByteCount = 1 << 24
  private static let maximumDepth = 128
  /// A long name of a module is part of the names of all that is in it.
  private static let maximumNameByteCount = 1 << 26
  private var nameByteCount = 0

  /// Parses the list.
  ///
  /// - Throws: `JSONError` if it is not one.
  init(parsing text: [UInt8]) throws {
    var reader = JSONReader(text, maximumDepth: Self.maximumDepth)
    try reader.readObject { reader, key in
      switch key {
      case "mainModule": try readModule(&reader, prefix: "")
      case "tensors": tensors = try reader.readList(Self.readTensor)
      default: try reader.skipValue()
      }
    }
    try reader.readEnd()
  }

  private mutating func readModule(_ reader: inout JSONReader, prefix: String) throws {
    var own: [Entry] = []
    var ownAttributes: [Entry] = []
    var modules: [(start: Int, name: String)] = []
    try reader.readObject { reader, key in
      switch key {
      case "parameters": own = try reader.readList { try Self.readEntry(&$0, number: "tensorId").entry }
      case "attributes":
        ownAttributes = try reader.readList { try Self.readEntry(&$0, number: "id") }.filter { $0.type == "Tensor" }
          .map(\.entry)
      case "submodules":
        try reader.readArray { reader in
          let start = reader.position
          modules.append((start, try Self.readName(&reader)))
        }
      default: try reader.skipValue()
      }
    }
    nameByteCount += (own.count + ownAttributes.count + modules.count) * (prefix.utf8.count + 64)
    guard nameByteCount <= Self.maximumNameByteCount else {
      throw PyTorchDefect.badProgramList("its names are too long")
    }
    entries += own.map { Entry(name: prefix + $0.name, tensor: $0.tensor) }
    attributes += ownAttributes.map { Entry(name: prefix + $0.name, tensor: $0.tensor) }
    // The name of a module may follow what is in it.
    for module in modules {
      var inner = JSONReader(reader.bytes, range: module.start..<reader.position, maximumDepth: Self.maximumDepth)
      try readModule(&inner, prefix: "\(prefix)\(module.name).")
    }
  }

  private static func readName(_ reader: inout JSONReader) throws -> String {
    var name = ""
    try reader.readObject { reader, key in
      if key == "name" { name = try reader.readString() } else { try reader.skipValue() }
    }
    return name
  }

  private static func readEntry(_ reader: inout JSONReader, number: String) throws -> (entry: Entry, type: String) {
    var (name, type, tensor) = ("", "", 0)
    try reader.readObject { reader, key in
      switch key {
      case "name": name = try reader.readString()
      case "type": type = try reader.readString()
      case number: tensor = try readNumber(&reader)
      default: try reader.skipValue()
      }
    }
    return (Entry(name: name, tensor: tensor), type)
  }

  private static func readTensor(_ reader: inout JSONReader) throws -> Tensor {
    var tensor = Tensor()
    try reader.readObject { reader, key in
      switch key {
      case "dims": tensor.dimensions = try reader.readList(readNumber)
      case "strides": tensor.strides = try reader.readList(readNumber)
      case "offset": tensor.offset = try readNumber(&reader)
      case "dataType": tensor.type = try reader.readString()
      case "data":
        try reader.readObject { reader, key in
          if key == "key" { tensor.key = try reader.readString() } else { try reader.skipValue() }
        }
      default: try reader.skipValue()
      }
    }
    return tensor
  }

  /// Protobuf's JSON has 64-bit numbers as strings; one that is no number is -1, which no tensor has.
  private static func readNumber(_ reader: inout JSONReader) throws -> Int {
    reader.peek() == UInt8(ascii: "\"") ? Int(try reader.readString()) ?? -1 : try reader.readInteger()
  }

  /// Adds the tensors that attributes are.
  ///
  /// - Parameters:
  ///   - value: the value of the pickle of attributes.
  ///   - heap: its nodes.
  mutating func addAttributes(_ value: PickleValue, _ heap: PickleHeap) {
    let values = heap.elements(value) ?? []
    for attribute in attributes where values.indices.contains(attribute.tensor) {
      guard case .object(let object) = heap.node(values[attribute.tensor]), Self.tensorIDs.contains(object.type.name),
        let number = object.arguments.first?.integer
      else { continue }
      entries.append(Entry(name: attribute.name, tensor: number))
    }
  }

  /// The functions that stand for a tensor of the list.
  private static let tensorIDs: Set<String> = ["build_tensor_from_id", "TensorID"]
}
