internal import Bytes
internal import Messages
internal import Tensors

/// A dtype of NumPy in a pickle: a name such as `f4`, and then a byte order.
struct NumpyDType: Sendable {
  private(set) var name: String
  private var byteOrder = "|"
  private var isStructured = false
  /// What it is if a library has added it to NumPy.
  private var added: DType?

  init(name: String) {
    self.name = name
  }

  /// A dtype of several fields.
  static let structure: NumpyDType = {
    var dtype = NumpyDType(name: "V")
    dtype.isStructured = true
    return dtype
  }()

  /// A dtype by its class, such as `ml_dtypes.bfloat16`; nil for another global.
  init?(_ type: PickleGlobal) {
    guard ["ml_dtypes", "tensorflow.bfloat16", "jaxlib"].contains(type.module) || type.module.hasPrefix("jaxlib."),
      let dtype = DType(name: type.name), dtype.byteCount != nil
    else { return nil }
    name = type.name
    added = dtype
  }

  /// `(version, byte order, subdtype, names, fields, ...)`, as `dtype.__setstate__` takes it.
  mutating func setState(_ state: PickleValue, in heap: PickleHeap) throws {
    guard let parts = heap.elements(state), parts.count >= 5 else { throw PyTorchDefect.badOperand("a dtype of NumPy") }
    byteOrder = try parts[1].text() ?? "|"
    for part in parts[2...4] {
      if case .none = part { continue }
      isStructured = true
    }
  }

  /// How elements are stored.
  func storage() throws(ArrayDefect) -> NpyStorage {
    if isStructured { throw .structured }
    if let added, let width = added.byteCount {
      return NpyStorage(added: added, width: width, isBigEndian: byteOrder == ">")
    }
    return try NpyStorage(
      descriptor: byteOrder + (name.first.map { "<>|=".contains($0) } == true ? String(name.dropFirst()) : name))
  }

  /// A single number as a value; nil for a dtype that is not a number.
  func scalar(_ bytes: StoredBytes) throws -> PickleValue? {
    guard let storage = try? storage(), let width = storage.dtype.byteCount, bytes.byteCount == width, width <= 8 else {
      return nil
    }
    var stored = try bytes.read(at: 0, count: width)
    if storage.isBigEndian { stored.reverse() }
    let bits = stored.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    switch storage.dtype.kind {
    case .bool: return .boolean(bits != 0)
    case .unsignedInteger: return Int(exactly: bits).map { .integer($0) }
    case .signedInteger:
      let shift = UInt64(64 - 8 * width)
      return .integer(Int(Int64(bitPattern: bits << shift) >> Int64(shift)))
    case .float: return FloatFormat(storage.dtype).map { .number($0.numbers(in: stored)[0]) }
    default: return nil
    }
  }
}

/// An array of NumPy in a pickle.
struct NumpyArray: Sendable {
  /// `numpy.ndarray` or a class derived from it.
  let type: PickleGlobal
  private var dtype: NumpyDType?
  private var shape: [Int] = []
  private var isFortranOrder = false
  private var bytes: StoredBytes?
  /// The elements of an array of Python objects, as a list.
  private(set) var objects: PickleValue?
  /// Whether it has no axes, and so one element.
  var isScalar: Bool { shape.isEmpty }

  init(type: PickleGlobal) {
    self.type = type
  }

  mutating func set(_ dtype: NumpyDType, shape: [Int], isFortranOrder: Bool, _ bytes: StoredBytes?) {
    (self.dtype, self.shape, self.isFortranOrder, self.bytes) = (dtype, shape, isFortranOrder, bytes)
  }

  /// `(version, shape, dtype, is Fortran order, data)`, as `ndarray.__setstate__` takes it; the version may be missing.
  mutating func setState(_ state: PickleValue, in heap: PickleHeap) throws {
    guard var parts = heap.elements(state) else { throw PyTorchDefect.badOperand("an array") }
    // Classes derived from arrays have attributes of their own after it.
    if parts.count == 2, let inner = heap.elements(parts[0]), inner.count >= 4 { parts = inner }
    if parts.count >= 5, parts[0].integer != nil { parts.removeFirst() }
    guard parts.count >= 4, let shape = heap.integers(parts[0]), case .dtype(let dtype) = heap.node(parts[1]) else {
      throw PyTorchDefect.badOperand("an array")
    }
    // Arrays of objects have a list here.
    if case .bytes(let bytes) = parts[3] {
      set(dtype, shape: shape, isFortranOrder: parts[2].integer == 1, bytes)
    } else {
      set(dtype, shape: shape, isFortranOrder: false, nil)
      if case .node = parts[3] { objects = parts[3] }
    }
  }

  /// The array as a tensor.
  ///
  /// - Throws: `ArrayDefect`, `ShapeError` or `StridedDefect` if it is not a tensor.
  func tensor(named name: String) throws -> IndexedTensor {
    guard let dtype else { throw ArrayDefect.badHeader("the pickle does not say what the array holds") }
    let storage = try dtype.storage()
    guard let bytes else { throw ArrayDefect.objects }
    return try IndexedTensor(name, storage, Shape(shape), isFortranOrder: isFortranOrder, bytes: bytes)
  }
}
