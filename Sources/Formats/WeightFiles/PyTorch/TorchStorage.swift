internal import Bytes
internal import Messages
internal import Tensors

/// The type of a tensor's elements, by PyTorch's name.
struct TorchElement: Sendable, Equatable {
  /// PyTorch's name, such as `float32`.
  let name: String
  /// Nil for a type that Decant has no dtype for.
  let dtype: DType?
  /// Bytes of an element.
  let width: Int

  /// A storage of bytes without a type.
  static let untyped = TorchElement(name: "uint8", dtype: .uint8, width: 1)

  /// The type that a class of storages has, such as `FloatStorage`; nil for any other class.
  init?(storage type: PickleGlobal) {
    guard type.module.hasPrefix("torch"), type.name.hasSuffix("Storage"),
      let row = Self.rows.first(where: { $0.storage == type.name.dropLast("Storage".count) })
    else { return nil }
    self = row.element
  }

  /// The type of a dtype, such as `torch.float8_e5m2`; nil for another global.
  init?(dtype global: PickleGlobal) {
    guard global.module == "torch",
      let row = Self.rows.first(where: { $0.element.name == global.name || $0.alias == global.name })
    else { return nil }
    self = row.element
  }

  /// The type in which PyTorch stores a dtype: its own, or integers of the same bits; nil if there is none.
  init?(stored dtype: DType) {
    let substitute: DType =
      switch dtype {
      case .qint8, .int4, .int2: .int8
      case .quint8, .uint4, .uint2, .float4e2m1fn, .float8e4m3b11fnuz: .uint8
      case .qint16: .int16
      case .quint16: .uint16
      case .qint32: .int32
      default: dtype
      }
    guard let row = Self.rows.first(where: { $0.element.dtype == substitute }) else { return nil }
    self = row.element
  }

  /// The class of storages for this type; nil if it has none.
  var storage: String? {
    Self.rows.first { $0.element == self && !$0.storage.isEmpty }.map { "\($0.storage)Storage" }
  }

  private init(name: String, dtype: DType?, width: Int) {
    (self.name, self.dtype, self.width) = (name, dtype, width)
  }

  /// - Source: PyTorch 2.9, `torch/storage.py`, `_new_dtypes` and `_dtype_to_storage_type_map`.
  private static let rows: [(storage: String, element: TorchElement, alias: String)] = [
    row("Float", "float32", .float32, 4, "float"), row("Double", "float64", .float64, 8, "double"),
    row("Half", "float16", .float16, 2, "half"), row("BFloat16", "bfloat16", .bfloat16, 2),
    row("Long", "int64", .int64, 8, "long"), row("Int", "int32", .int32, 4, "int"),
    row("Short", "int16", .int16, 2, "short"), row("Char", "int8", .int8, 1), row("Byte", "uint8", .uint8, 1),
    row("Bool", "bool", .bool, 1), row("ComplexFloat", "complex64", .complex64, 8, "cfloat"),
    row("ComplexDouble", "complex128", .complex128, 16, "cdouble"), row("QInt8", "qint8", .qint8, 1),
    row("QUInt8", "quint8", .quint8, 1), row("QInt32", "qint32", .qint32, 4),
    row("QUInt4x2", "quint4x2", nil, 1), row("QUInt2x4", "quint2x4", nil, 1),
    row("Untyped", "uint8", .uint8, 1), row("_Untyped", "uint8", .uint8, 1),
    // These have no class of storages.
    row("", "uint16", .uint16, 2), row("", "uint32", .uint32, 4), row("", "uint64", .uint64, 8),
    row("", "float8_e5m2", .float8e5m2, 1), row("", "float8_e4m3fn", .float8e4m3fn, 1),
    row("", "float8_e5m2fnuz", .float8e5m2fnuz, 1), row("", "float8_e4m3fnuz", .float8e4m3fnuz, 1),
    row("", "float8_e8m0fnu", nil, 1), row("", "float4_e2m1fn_x2", nil, 1),
    row("ComplexHalf", "complex32", nil, 4, "chalf"), row("", "bits8", nil, 1), row("", "bits16", nil, 2),
    row("", "bits1x8", nil, 1), row("", "bits2x4", nil, 1), row("", "bits4x2", nil, 1),
  ]

  private static func row(
    _ storage: String, _ name: String, _ dtype: DType?, _ width: Int, _ alias: String = ""
  ) -> (storage: String, element: TorchElement, alias: String) {
    (storage, TorchElement(name: name, dtype: dtype, width: width), alias)
  }
}

/// A run of elements that tensors are views of.
struct TorchStorage: Sendable {
  /// Where the bytes are.
  enum Place: Sendable {
    /// Under a key in the file's archive or list of storages.
    case key(String)
    /// In the pickle itself.
    case bytes(StoredBytes)
  }

  let element: TorchElement
  /// The number of elements.
  let elementCount: Int
  let place: Place
  /// The element of the place at which the storage starts; storages of the older layout may be parts of others.
  var offset = 0
  /// The number of elements of the whole place.
  let declaredCount: Int
  /// Whether numbers are big-endian, for one with bytes of its own.
  var isBigEndian = false

  /// A storage, or a part of one.
  init(
    _ element: TorchElement, count: Int, of declaredCount: Int? = nil, at place: Place, offset: Int = 0,
    isBigEndian: Bool = false
  ) {
    self.element = element
    elementCount = count
    self.declaredCount = declaredCount ?? count
    self.place = place
    self.offset = offset
    self.isBigEndian = isBigEndian
  }
}

/// A view of a storage.
struct TorchTensor: Sendable {
  var storage: TorchStorage
  let element: TorchElement
  /// The index of the first element in the storage, in elements of the tensor's own type.
  let offset: Int
  let sizes: [Int]
  let strides: [Int]
  /// How quantized integers become numbers, in words; nil for other tensors.
  var quantization: String?
  /// The scales and zero points of a tensor whose channels have their own.
  var quantizer: [PickleValue] = []
  /// Whether the imaginary parts have the other sign.
  var isConjugated = false
  /// Whether all numbers have the other sign.
  var isNegated = false

  /// Whether another tensor is the same view: of the same elements, with the same meaning.
  func isSame(as other: TorchTensor) -> Bool {
    guard case .key(let key) = storage.place, case .key(let otherKey) = other.storage.place else { return false }
    return key == otherKey && storage.offset == other.storage.offset && element == other.element
      && offset == other.offset && sizes == other.sizes && strides == other.strides
      && isConjugated == other.isConjugated && isNegated == other.isNegated && quantization == other.quantization
  }
}

extension PickleMachine {
  /// The storage that a persistent id names: `('storage', class, key, location, count)` and, in the older layout, the part of
  /// it that is meant.
  ///
  /// - Source: PyTorch 2.9, `torch/serialization.py`, `persistent_load` in `_load` and `_legacy_load`.
  mutating func storage(of id: PickleValue) throws -> PickleValue {
    if let persistentObjects { return try object(of: id, in: persistentObjects) }
    guard let parts = heap.elements(id), let kind = try parts.first?.text() else { throw PyTorchDefect.badPersistentID }
    // The source code of a class, which old files have beside it.
    if kind == "module", parts.count >= 2 { return parts[1] }
    guard kind == "storage", parts.count >= 5, let type = heap.global(parts[1]), let key = try Self.key(parts[2]),
      let count = parts[4].integer
    else { throw PyTorchDefect.badPersistentID }
    guard let element = TorchElement(storage: type) else { throw PyTorchDefect.unknownStorage(type.text) }
    if storageWidths[key] == nil { storageWidths[key] = element.width }
    var storage = TorchStorage(element, count: count, at: .key(key))
    if parts.count >= 6, let view = heap.elements(parts[5]) {
      guard view.count == 3, let offset = view[1].integer, let viewCount = view[2].integer, offset >= 0,
        viewCount >= 0, let end = offset.addingChecked(viewCount), end <= count
      else { throw PyTorchDefect.badPersistentID }
      storage = TorchStorage(element, count: viewCount, of: count, at: .key(key), offset: offset)
    }
    return heap.add(.storage(storage))
  }

  /// What an id names in the layout of 2016: the class of a module, whose source code the id has too, or a tensor or
  /// storage by its key.
  private mutating func object(of id: PickleValue, in objects: [Int: PickleNode]) throws -> PickleValue {
    if let first = heap.elements(id)?.first { return first }
    guard let key = try TorchTarFile.key(id), let node = objects[key] else {
      throw PyTorchDefect.badPersistentID
    }
    return heap.add(node)
  }

  private static func key(_ value: PickleValue) throws -> String? { try value.integer.map(String.init) ?? value.text() }
}
