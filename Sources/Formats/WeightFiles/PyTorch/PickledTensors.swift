internal import Bytes
internal import Files
internal import Messages
internal import Tensors

/// Finds the tensors in a value that a pickle built: dictionaries, lists and modules are flattened, with dots between the parts of
/// a name. What is not a tensor becomes metadata.
struct PickledTensors {
  /// The tensors, metadata and problems so far.
  private(set) var index: TensorIndex
  private let heap: PickleHeap
  private let isBigEndian: Bool
  private let isScript: Bool
  private let storage: (String) -> StoredBytes?
  private let maximumVisitCount: Int
  private var visitCount = 0
  /// The containers that are being walked, so that one that contains itself is noticed.
  private var active: Set<Int> = []
  /// The tensors of each storage, to find those that are the same.
  private var views: [String: [(tensor: TorchTensor, place: Int)]] = [:]
  private var hasNotedLimit = false
  /// Attributes of modules that hold tensors and are left out.
  private var unlisted: [String] = []

  private static let maximumDepth = 200
  /// Containers that share their parts can have more leaves than memory has bytes. A file that was not made for that has each part
  /// once, or a few times.
  private static let maximumVisitsPerNode = 16
  private static let maximumMetadataCount = 10_000
  /// How far arguments and attributes are searched for tensors.
  private static let maximumSearchDepth = 6
  private static let maximumSearchCount = 64
  /// What every module has, or what has a place in the `state_dict`.
  private static let moduleAttributes: Set<String> = ["_parameters", "_buffers", "_modules"]

  /// - Parameters:
  ///   - index: what was found so far.
  ///   - heap: the nodes of the pickle.
  ///   - isBigEndian: whether numbers in storages are.
  ///   - isScript: whether it is a TorchScript program, whose attributes are settings of its code.
  ///   - storage: the bytes of a storage by its key; nil if the file lacks them.
  init(
    into index: TensorIndex, heap: PickleHeap, isBigEndian: Bool, isScript: Bool = false,
    storage: @escaping (String) -> StoredBytes?
  ) {
    self.index = index
    self.heap = heap
    self.isBigEndian = isBigEndian
    self.isScript = isScript
    self.storage = storage
    maximumVisitCount = 10_000 + Self.maximumVisitsPerNode * heap.count
  }

  /// Adds the tensors of a value.
  ///
  /// - Parameters:
  ///   - value: the value.
  ///   - name: the name of the value itself; empty for the whole of a file.
  ///   - fallback: the name of a tensor without one.
  /// - Throws: `FileError` if a text cannot be read.
  mutating func add(_ value: PickleValue, named name: String, fallback: String) throws {
    try walk(value, name, fallback: fallback)
    for same in views.values where same.count > 1 { addAliases(same) }
    if !unlisted.isEmpty {
      index.addNote(.pyTorch(.unlistedAttributes(unlisted.sorted { $0.precedesInBytes($1) })))
      unlisted = []
    }
  }

  /// The keys of the storages that tensors in the list have.
  var listedStorages: Set<String> { Set(views.keys) }

  // MARK: - Containers

  /// What is left to do. A list of steps and not recursion: threads have little room for frames.
  private enum Step {
    case visit(Child, depth: Int)
    /// All parts of a container were visited.
    case leave(Int)
  }

  /// A value and its name.
  private struct Child {
    let name: String
    let value: PickleValue
  }

  private mutating func walk(_ value: PickleValue, _ name: String, fallback: String) throws {
    var steps = [Step.visit(Child(name: name, value: value), depth: 0)]
    while let step = steps.popLast() {
      switch step {
      case .leave(let place): active.remove(place)
      case .visit(let child, let depth):
        visitCount += 1
        guard visitCount <= maximumVisitCount, depth <= Self.maximumDepth else {
          noteLimit(depth)
          continue
        }
        guard case .node(let place) = child.value else {
          try note(child.value, child.name)
          continue
        }
        guard active.insert(place).inserted else {
          index.addNote(.pyTorch(.cycle(child.name)))
          continue
        }
        steps.append(.leave(place))
        let parts = try visit(place, child, fallback: fallback)
        for part in parts.reversed() { steps.append(.visit(part, depth: depth + 1)) }
      }
    }
  }

  private mutating func noteLimit(_ depth: Int) {
    guard !hasNotedLimit else { return }
    hasNotedLimit = true
    index.addProblem(
      .pyTorch(depth > Self.maximumDepth ? .tooDeep : .tooManyValues(limit: maximumVisitCount)), tensor: nil)
  }

  /// Adds a leaf, or returns the parts of a container.
  private mutating func visit(_ place: Int, _ child: Child, fallback: String) throws -> [Child] {
    let name = child.name
    switch heap[place] {
    case .tensor(let tensor):
      let name = name.isEmpty ? fallback : name
      add(tensor, name)
      return zip(["scales", "zero_points"], tensor.quantizer).map { Child(name: Self.join(name, $0), value: $1) }
    case .array(let array):
      guard let elements = array.objects.flatMap(heap.elements) else {
        add(array, name.isEmpty ? fallback : name)
        return []
      }
      if array.isScalar, elements.count == 1 { return [Child(name: name, value: elements[0])] }
      return try parts(elements, of: child)
    case .dictionary(let list): return try parts(heap.entries(list), name)
    case .tuple(let elements): return try parts(elements, of: child)
    case .list(let list): return try parts(heap.values(list), of: child)
    case .object(let object): return try parts(object, of: child)
    case .set, .global, .storage, .dtype: try note(child.value, name)
    }
    return []
  }

  private func parts(_ entries: [PickleEntry], _ name: String) throws -> [Child] {
    var places: [ByteString: Int] = [:]
    var kept: [Child] = []
    for entry in entries {
      let key = try PickleText.key(entry.key, in: heap)
      let child = Child(name: Self.join(name, key), value: entry.value)
      // 1 and '1' are two keys.
      let identity = ByteString((entry.key.isText ? "'" : "") + key)
      if let place = places[identity] {
        kept[place] = child
      } else {
        places[identity] = kept.count
        kept.append(child)
      }
    }
    return kept
  }

  private mutating func parts(_ elements: [PickleValue], of child: Child) throws -> [Child] {
    let isPlain = elements.allSatisfy { if case .node = $0 { false } else { true } }
    // Numbers and words are one entry of metadata, not one for each.
    if isPlain {
      try note(child.value, child.name)
      return []
    }
    return elements.enumerated().map { Child(name: Self.join(child.name, "\($0.offset)"), value: $0.element) }
  }

  private mutating func parts(_ object: PickleObject, of child: Child) throws -> [Child] {
    let name = child.name
    if object.type == PickleGlobal(module: "torch", name: "Tensor") {
      index.addProblem(.pyTorch(.noElements), tensor: name)
      return []
    }
    if object.type.module == PickleFunctions.wrapperModule {
      index.addProblem(.pyTorch(.wrapper(object.type.name)), tensor: name)
      return []
    }
    let attributes = self.attributes(of: object)
    if let parameters = attributes["_parameters"], let modules = attributes["_modules"] {
      noteUnlisted(attributes, of: name)
      return try parts(parameters, modules, attributes, name) + packedParts(attributes, of: name)
    }
    let entries = heap.entries(object.entries)
    let elements = heap.values(object.elements)
    guard !attributes.isEmpty || !entries.isEmpty || !elements.isEmpty else {
      // Packed parameters of quantized layers have a tuple for their state.
      if let state = object.state, heap.elements(state) != nil { return [Child(name: name, value: state)] }
      if !isScript { try note(child.value, name) }
      return argumentParts(of: object, name)
    }
    var children: [Child] = []
    for (key, attribute) in attributes.sorted(by: { $0.key.precedesInBytes($1.key) }) {
      // The other attributes of a script are settings of its code.
      if isScript, case .node = attribute {} else if isScript { continue }
      children.append(Child(name: Self.join(name, key), value: attribute))
    }
    children += try parts(entries, name)
    if !elements.isEmpty { children += try parts(elements, of: child) }
    return children
  }

  /// The arguments of a call that is not known, if there are tensors among them, such as the fields of a named tuple.
  private func argumentParts(of object: PickleObject, _ name: String) -> [Child] {
    guard !PickleFunctions.isKnown(object.type), object.arguments.contains(where: { holdsTensor($0) }) else {
      return []
    }
    return object.arguments.enumerated().filter { holdsTensor($0.element) }
      .map { Child(name: Self.join(name, "\($0.offset)"), value: $0.element) }
  }

  /// Whether a value is a tensor, or a container or an instance of an unknown class with one in it.
  private func holdsTensor(_ value: PickleValue, depth: Int = 0) -> Bool {
    guard depth < Self.maximumSearchDepth else { return false }
    func anyHolds(_ values: [PickleValue]) -> Bool {
      values.prefix(Self.maximumSearchCount).contains { holdsTensor($0, depth: depth + 1) }
    }
    switch heap.node(value) {
    case .tensor, .array: return true
    case .tuple(let values): return anyHolds(values)
    case .list(let list), .set(let list), .dictionary(let list): return anyHolds(heap.values(list))
    case .object(let object): return anyHolds(object.arguments) || object.state.map { anyHolds([$0]) } ?? false
    case .global, .storage, .dtype, nil: return false
    }
  }

  /// Notes the attributes of a module that hold tensors, which its `state_dict` does not list.
  private mutating func noteUnlisted(_ attributes: [String: PickleValue], of name: String) {
    for (key, value) in attributes
    where !Self.moduleAttributes.contains(key) && packedState(value) == nil && holdsTensor(value) {
      unlisted.append(Self.join(name, key))
    }
  }

  /// Attributes of a module that its `state_dict` lists though they are no parameters: weights of quantized layers, packed for a
  /// processor.
  private func packedParts(_ attributes: [String: PickleValue], of name: String) -> [Child] {
    attributes.sorted { $0.key.precedesInBytes($1.key) }.compactMap { key, value in
      packedState(value).map { Child(name: Self.join(name, key), value: $0) }
    }
  }

  /// The weights in an object of TorchScript's classes.
  private func packedState(_ value: PickleValue) -> PickleValue? {
    guard case .object(let object) = heap.node(value),
      object.type.text == "torch.ScriptObject" || object.type.module.hasPrefix("__torch__.torch.classes")
    else { return nil }
    // In Python's pickles, the name of the class follows.
    if let parts = object.state.flatMap(heap.elements), parts.count == 2, parts[1].isText { return parts[0] }
    return object.state
  }

  /// The state of an instance: a dictionary, or a pair whose first is one, or its second for a class with slots.
  private func attributes(of object: PickleObject) -> [String: PickleValue] {
    guard let state = object.state else { return [:] }
    let dictionaries = heap.entries(state).map { [$0] } ?? (heap.elements(state) ?? []).compactMap(heap.entries)
    var attributes: [String: PickleValue] = [:]
    for entry in dictionaries.joined() {
      if let key = try? PickleText.key(entry.key, in: heap) { attributes[key] = entry.value }
    }
    return attributes
  }

  /// The parts of a module, as its `state_dict` would list them.
  private func parts(
    _ parameters: PickleValue, _ modules: PickleValue, _ attributes: [String: PickleValue], _ name: String
  ) throws -> [Child] {
    var transient: Set<String> = []
    if case .set(let list) = attributes["_non_persistent_buffers_set"].flatMap(heap.node) {
      transient = Set(try heap.values(list).compactMap { try $0.text() })
    }
    let buffers = try attributes["_buffers"].flatMap(heap.entries)?.filter { entry in
      try entry.key.text().map { !transient.contains($0) } ?? true
    }
    return try [heap.entries(parameters), buffers, heap.entries(modules)].flatMap { entries in
      // A parameter that the module does not have is None.
      try parts((entries ?? []).filter { if case .none = $0.value { false } else { true } }, name)
    }
  }

  private static func join(_ name: String, _ part: String) -> String { name.isEmpty ? part : "\(name).\(part)" }

  // MARK: - Leaves

  private mutating func note(_ value: PickleValue, _ name: String) throws {
    guard index.metadata.count < Self.maximumMetadataCount else { return }
    index.metadata[name.isEmpty ? "value" : name] = try PickleText.text(of: value, in: heap)
  }

  private mutating func add(_ array: NumpyArray, _ name: String) {
    perform(name) { index in index.tensors.append(try array.tensor(named: name)) }
  }

  private mutating func add(_ tensor: TorchTensor, _ name: String) {
    let (isBigEndian, storage) = (isBigEndian, storage)
    var isAdded = false
    perform(name) { index in
      guard let dtype = tensor.element.dtype else { throw PyTorchDefect.unsupportedElement(tensor.element.name) }
      let shape = try Shape(tensor.sizes)
      let array = try StridedArray(
        tensor.storage.bytes(storage), dtype: dtype, shape: shape, offset: tensor.offset, strides: tensor.strides,
        isBigEndian: isBigEndian || tensor.storage.isBigEndian)
      var indexed = IndexedTensor(name, dtype, array)
      if let mask = tensor.signMask(dtype) { indexed.elements = .decoded(array, .flippedBits(mask)) }
      index.tensors.append(indexed)
      if let quantization = tensor.quantization { index.metadata["\(name).quantization"] = quantization }
      isAdded = true
    }
    if isAdded, case .key(let key) = tensor.storage.place {
      views[key, default: []].append((tensor, index.tensors.count - 1))
    }
  }

  private mutating func perform(_ name: String, _ body: (inout TensorIndex) throws -> Void) {
    do {
      try body(&index)
    } catch let defect as PyTorchDefect {
      index.addProblem(.pyTorch(defect), tensor: name)
    } catch let defect as StridedDefect {
      index.addProblem(.strided(defect), tensor: name)
    } catch let defect as ArrayDefect {
      index.addProblem(.array(defect), tensor: name)
    } catch let error as ShapeError {
      index.addProblem(.badShape(error), tensor: name)
    } catch let error as any DecantError {
      index.problems.append(SourceProblem(tensor: name, error: error, severity: .incomplete))
    } catch {
      index.addProblem(.pyTorch(.badOperand("a tensor")), tensor: name)
    }
  }

  /// Notes the other names of tensors that are the same view of one storage, as tied weights are.
  private mutating func addAliases(_ views: [(tensor: TorchTensor, place: Int)]) {
    // A storage that hundreds of tensors are parts of has no two that are equal in practice.
    guard views.count <= 256 else { return }
    for view in views {
      let others = views.filter { $0.place != view.place && $0.tensor.isSame(as: view.tensor) }
      guard !others.isEmpty else { continue }
      let names = others.map { index.tensors[$0.place].descriptor.name }.sorted { $0.precedesInBytes($1) }
      index.tensors[view.place].origin = TensorOrigin(aliases: names)
    }
  }
}

extension TorchTensor {
  /// The bits that differ between a stored element and one of the tensor; nil if none do.
  fileprivate func signMask(_ dtype: DType) -> [UInt8]? {
    guard isConjugated || isNegated, let width = dtype.byteCount else { return nil }
    var mask = [UInt8](repeating: 0, count: width)
    if isNegated { mask[width - 1] ^= 0x80 }
    if dtype.kind == .complex {
      if isNegated { mask[width / 2 - 1] ^= 0x80 }
      if isConjugated { mask[width - 1] ^= 0x80 }
    }
    return mask
  }
}

extension TorchStorage {
  /// The bytes of the storage.
  ///
  /// - Throws: `PyTorchDefect` if the file lacks them, or has another number of bytes.
  fileprivate func bytes(_ find: (String) -> StoredBytes?) throws -> StoredBytes {
    let stored: StoredBytes
    let key: String
    switch place {
    case .bytes(let bytes): (stored, key) = (bytes, "in the pickle")
    case .key(let name):
      guard let bytes = find(name) else { throw PyTorchDefect.noStorage(name) }
      (stored, key) = (bytes, name)
      let declared = declaredCount.multipliedChecked(by: element.width)
      guard declared == bytes.byteCount else {
        throw PyTorchDefect.storageSize(name, declared: declared ?? .max, stored: bytes.byteCount)
      }
    }
    guard let byteCount = elementCount.multipliedChecked(by: element.width), byteCount >= 0,
      let start = offset.multipliedChecked(by: element.width)
    else { throw PyTorchDefect.storageSize(key, declared: elementCount, stored: stored.byteCount) }
    if start == 0, byteCount == stored.byteCount { return stored }
    guard let part = try stored.part(at: start, count: byteCount) else {
      throw PyTorchDefect.storageSize(key, declared: byteCount, stored: stored.byteCount)
    }
    return part
  }
}
