internal import Bytes
internal import Messages
internal import Tensors

/// The functions and classes that a pickle may call, because what they make is known and harmless: containers, plain values, NumPy's
/// arrays and PyTorch's tensors. Nothing is called; each is a description of what the call would return.
///
/// - Source: PyTorch 2.9, `torch/_utils.py` and `torch/_weights_only_unpickler.py`; NumPy 2, `numpy/_core/multiarray.py`.
enum PickleFunctions {
  typealias Operation = @Sendable (inout PickleMachine, [PickleValue]) throws -> PickleValue

  /// Whether a function is known.
  static func isKnown(_ function: PickleGlobal) -> Bool {
    table[function.text] != nil || records.contains(function.text)
  }

  /// The function's description; nil if it is not known.
  static func operation(_ function: PickleGlobal) -> Operation? { table[function.text] }

  /// Classes whose instances are plain values, which Decant only shows.
  static let records: Set<String> = [
    "argparse.Namespace", "types.SimpleNamespace", "builtins.object", "builtins.slice", "builtins.range",
    "builtins.xrange",
    "builtins.bytearray", "datetime.datetime", "datetime.date", "datetime.time", "datetime.timedelta",
    "datetime.timezone", "decimal.Decimal", "fractions.Fraction", "functools.partial", "uuid.UUID",
    "pathlib.PosixPath", "pathlib.WindowsPath", "pathlib.PurePosixPath", "pathlib.PureWindowsPath", "pathlib.Path",
    "torch.device", "torch.serialization._get_layout", "torch.Generator",
    "torch.nn.backends.thnn._get_thnn_function_backend",
  ]

  private static let table: [String: Operation] = containers.merging(tensors) { first, _ in first }
    .merging(arrays) { first, _ in first }

  private static let containers: [String: Operation] = [
    "collections.OrderedDict": dictionary, "collections.Counter": dictionary, "builtins.dict": dictionary,
    "collections.defaultdict": { machine, arguments in try dictionary(&machine, Array(arguments.dropFirst())) },
    "collections.deque": { machine, arguments in
      machine.heap.add(.list(machine.heap.makeList(arguments.first.flatMap { machine.heap.elements($0) } ?? [])))
    },
    "builtins.list": { machine, arguments in
      let elements = arguments.first.flatMap { machine.heap.elements($0) } ?? []
      return machine.heap.add(.list(machine.heap.makeList(elements)))
    },
    "builtins.tuple": tuple, "torch.Size": tuple,
    "builtins.set": set, "builtins.frozenset": set,
    "builtins.complex": { machine, arguments in machine.heap.add(.tuple(arguments)) },
    // Protocol 2 has no bytes: Python 3 writes them as text in Latin-1.
    "_codecs.encode": { _, arguments in
      guard case .text(let text) = arguments.first else { throw PyTorchDefect.badOperand("a text") }
      return .bytes(.memory(try latin1(text)))
    },
    "builtins.bytes": { _, arguments in arguments.first ?? .bytes(.memory([])) },
    "copyreg._reconstructor": { machine, arguments in
      guard let type = arguments.first.flatMap(machine.heap.global) else { throw PyTorchDefect.badOperand("a class") }
      return machine.heap.addObject(type, [])
    },
    "copyreg.__newobj__": { machine, arguments in
      guard let type = arguments.first.flatMap(machine.heap.global) else { throw PyTorchDefect.badOperand("a class") }
      return machine.heap.addObject(type, Array(arguments.dropFirst()))
    },
    // TorchScript's own.
    "torch.jit._pickle.build_intlist": first, "torch.jit._pickle.build_doublelist": first,
    "torch.jit._pickle.build_boollist": first, "torch.jit._pickle.build_tensorlist": first,
    "torch.jit._pickle.restore_type_tag": first,
  ]

  private static let first: Operation = { _, arguments in arguments.first ?? .none }

  private static let tuple: Operation = { machine, arguments in
    machine.heap.add(.tuple(arguments.first.flatMap { machine.heap.elements($0) } ?? []))
  }

  private static let set: Operation = { machine, arguments in
    machine.heap.add(.set(machine.heap.makeList(arguments.first.flatMap { machine.heap.elements($0) } ?? [])))
  }

  /// A dictionary made from another one, from a list of pairs, or from nothing.
  private static let dictionary: Operation = { machine, arguments in
    guard let argument = arguments.first else { return machine.heap.addDictionary() }
    if let entries = machine.heap.entries(argument) { return machine.heap.addDictionary(entries) }
    let pairs = (machine.heap.elements(argument) ?? []).map { machine.heap.elements($0) ?? [] }
    guard pairs.allSatisfy({ $0.count == 2 }) else { throw PyTorchDefect.badOperand("keys and values") }
    return machine.heap.addDictionary(pairs.map { PickleEntry(key: $0[0], value: $0[1]) })
  }

  /// The bytes of a text whose characters are all below 256.
  private static func latin1(_ text: String) throws -> [UInt8] {
    try text.unicodeScalars.map { scalar in
      guard let byte = UInt8(exactly: scalar.value) else {
        throw PyTorchDefect.badOperand("text whose characters are bytes")
      }
      return byte
    }
  }

  // MARK: - PyTorch

  private static let tensors: [String: Operation] = [
    "torch._utils._rebuild_tensor": { machine, arguments in try tensor(&machine, arguments) },
    "torch._utils._rebuild_tensor_v2": { machine, arguments in
      try tensor(&machine, arguments, metadata: arguments.count > 6 ? arguments[6] : nil)
    },
    "torch._utils._rebuild_tensor_v3": { machine, arguments in
      guard arguments.count >= 7, let type = machine.heap.global(arguments[6]) else {
        throw PyTorchDefect.badOperand("a tensor")
      }
      guard let element = TorchElement(dtype: type) else { throw PyTorchDefect.unknownStorage(type.text) }
      return try tensor(&machine, arguments, element: element, metadata: arguments.count > 7 ? arguments[7] : nil)
    },
    "torch._utils._rebuild_qtensor": { machine, arguments in
      guard arguments.count >= 5 else { throw PyTorchDefect.badOperand("a tensor") }
      return try tensor(&machine, arguments, quantizer: arguments[4])
    },
    "torch._utils._rebuild_parameter": first,
    "torch._utils._rebuild_parameter_with_state": first,
    "torch._utils._rebuild_device_tensor_from_numpy": first,
    "torch._utils._rebuild_device_tensor_from_cpu_tensor": first,
    "torch._utils._rebuild_xla_tensor": first,
    "torch.nn.parameter.Parameter": first,
    // Before 0.4, a tensor that is trained was a variable around one.
    "torch.autograd.variable.Variable": first,
    "torch._tensor._rebuild_from_type": rebuiltFromType,
    "torch._tensor._rebuild_from_type_v2": rebuiltFromType,
    "torch.tensor._rebuild_from_type": rebuiltFromType,
    // Without elements in the file.
    "torch._utils._rebuild_meta_tensor_no_storage": { machine, arguments in try withoutElements(&machine, arguments) },
    "torch._utils._rebuild_sparse_tensor": { machine, arguments in try withoutElements(&machine, arguments) },
    "torch._utils._rebuild_sparse_csr_tensor": { machine, arguments in try withoutElements(&machine, arguments) },
    "torch._utils._rebuild_nested_tensor": { machine, arguments in try withoutElements(&machine, arguments) },
    "torch._utils._rebuild_wrapper_subclass": { machine, arguments in
      guard let type = arguments.first.flatMap(machine.heap.global) else {
        return try withoutElements(&machine, arguments)
      }
      return machine.heap.addObject(PickleGlobal(module: wrapperModule, name: type.text), [])
    },
    "torch.storage._load_from_bytes": { machine, arguments in
      guard case .bytes(let bytes) = arguments.first else { throw PyTorchDefect.badOperand("a storage") }
      return try machine.nestedStorage(bytes)
    },
    "torch.storage.TypedStorage": first, "torch.storage._TypedStorage": first,
  ]

  private static let rebuiltFromType: Operation = { machine, arguments in
    guard arguments.count >= 3, let function = machine.heap.global(arguments[0]),
      let inner = machine.heap.elements(arguments[2])
    else { throw PyTorchDefect.badOperand("a tensor") }
    return try machine.apply(function, to: inner)
  }

  /// Stands for the module of a class of tensors that are made of others; the name is that of the class.
  static let wrapperModule = "torch._utils._rebuild_wrapper_subclass"

  /// A tensor that Decant cannot show, as an instance of a class that is not known.
  private static func withoutElements(_ machine: inout PickleMachine, _ arguments: [PickleValue]) throws -> PickleValue
  {
    machine.heap.addObject(PickleGlobal(module: "torch", name: "Tensor"), arguments)
  }

  /// `(storage, offset, size, stride, ...)`.
  private static func tensor(
    _ machine: inout PickleMachine, _ arguments: [PickleValue], element: TorchElement? = nil,
    metadata: PickleValue? = nil, quantizer: PickleValue? = nil
  ) throws -> PickleValue {
    guard arguments.count >= 4, case .storage(let storage) = machine.heap.node(arguments[0]),
      let offset = arguments[1].integer, let sizes = machine.heap.integers(arguments[2]),
      let strides = machine.heap.integers(arguments[3])
    else { throw PyTorchDefect.badOperand("a tensor") }
    var tensor = TorchTensor(
      storage: storage, element: element ?? storage.element, offset: offset, sizes: sizes, strides: strides)
    for entry in metadata.flatMap(machine.heap.entries) ?? [] {
      guard case .boolean(true) = entry.value else { continue }
      switch try entry.key.text() {
      case "conj": tensor.isConjugated = true
      case "neg": tensor.isNegated = true
      default: break
      }
    }
    if let quantizer {
      tensor.quantization = try PickleText.text(of: quantizer, in: machine.heap)
      // Those of channels are tensors: scales and zero points.
      tensor.quantizer = (machine.heap.elements(quantizer) ?? []).filter {
        if case .tensor = machine.heap.node($0) { true } else { false }
      }
    }
    return machine.heap.add(.tensor(tensor))
  }

  // MARK: - NumPy

  /// `(function, arguments, state, ...)`.
  private static let rebuiltArray: Operation = { machine, arguments in
    guard arguments.count >= 3, let function = machine.heap.global(arguments[0]),
      let inner = machine.heap.elements(arguments[1])
    else { throw PyTorchDefect.badOperand("an array") }
    let array = try machine.apply(function, to: inner)
    try machine.build(array, arguments[2])
    return array
  }

  private static let arrays: [String: Operation] = [
    "numpy.core.multiarray._reconstruct": { machine, arguments in
      guard let type = arguments.first.flatMap(machine.heap.global) else { throw PyTorchDefect.badOperand("an array") }
      return machine.heap.add(.array(NumpyArray(type: type)))
    },
    "numpy.ndarray": { machine, _ in
      machine.heap.add(.array(NumpyArray(type: PickleGlobal(module: "numpy", name: "ndarray"))))
    },
    "numpy.dtype": { machine, arguments in
      guard let argument = arguments.first else { throw PyTorchDefect.badOperand("a dtype of NumPy") }
      let added = machine.heap.global(argument).flatMap { NumpyDType($0) }
      // Only records and structures have something else here.
      return machine.heap.add(.dtype(try added ?? argument.text().map { NumpyDType(name: $0) } ?? .structure))
    },
    // An array of JAX is one of NumPy, and what JAX knows of it besides.
    "jax._src.array._reconstruct_array": rebuiltArray,
    "jax._src.device_array.reconstruct_device_array": rebuiltArray,
    "numpy.core.numeric._frombuffer": { machine, arguments in
      guard arguments.count >= 4, case .bytes(let bytes) = arguments[0],
        case .dtype(let dtype) = machine.heap.node(arguments[1])
      else { throw PyTorchDefect.badOperand("an array") }
      var array = NumpyArray(type: PickleGlobal(module: "numpy", name: "ndarray"))
      array.set(
        dtype, shape: machine.heap.integers(arguments[2]) ?? [], isFortranOrder: try arguments[3].text() == "F", bytes)
      return machine.heap.add(.array(array))
    },
    "numpy.core.multiarray.scalar": { machine, arguments in
      guard arguments.count >= 2, case .dtype(let dtype) = machine.heap.node(arguments[0]) else {
        throw PyTorchDefect.badOperand("a number of NumPy")
      }
      guard case .bytes(let bytes) = arguments[1] else { return arguments[1] }
      return try dtype.scalar(bytes) ?? arguments[1]
    },
  ]
}

extension PickleMachine {
  /// What a call of a function would return. If it is not known, the call is noted, and the result is an instance of nothing.
  mutating func apply(_ function: PickleGlobal, to arguments: [PickleValue]) throws -> PickleValue {
    if let operation = PickleFunctions.operation(function) { return try operation(&self, arguments) }
    if !PickleFunctions.records.contains(function.text) { noteForeignCall(of: function) }
    return heap.addObject(function, arguments)
  }

  /// The storage that a file of the older layout within the pickle has.
  fileprivate mutating func nestedStorage(_ bytes: StoredBytes) throws -> PickleValue {
    guard depth < Self.maximumDepth else { throw PyTorchDefect.tooDeep }
    let file = try TorchLegacyFile(bytes, depth: depth + 1)
    noteForeignCalls(file.foreignCalls)
    guard case .storage(var storage) = file.heap.node(file.value), case .key(let key) = storage.place,
      let place = file.storages[key]
    else { throw PyTorchDefect.badOperand("a storage") }
    storage = TorchStorage(
      storage.element, count: storage.elementCount, at: .bytes(place), offset: storage.offset,
      isBigEndian: file.isBigEndian)
    return heap.add(.storage(storage))
  }
}
