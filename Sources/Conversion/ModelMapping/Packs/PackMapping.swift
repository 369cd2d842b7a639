internal import Bytes
package import Messages
package import Tensors

/// A model's tensors under the names and in the layouts of another library, and everything that a person should know
/// about it.
package struct PackMapping: Sendable {
  /// What does not fit.
  package enum Problem: Sendable, Equatable {
    /// A tensor that the source should have.
    case missing(String)
    /// A tensor of the source with another shape or dtype.
    case doesNotFit(String, Message)
    /// A tensor of the source that has no place in the other library.
    case leftOver(String, Message)

    /// The problem on one line.
    package var message: Message {
      switch self {
      case .missing(let name): "missing: \(name)"
      case .doesNotFit(let name, let words): "\(name): \(words)"
      case .leftOver(let name, let words): "left over: \(name): \(words)"
      }
    }
  }

  /// What the source is.
  package let recognition: PackRecognition
  /// The library whose names the tensors get.
  package let target: ModelPack.Library
  /// Whether the library's network computes something different from the source's.
  package let isAnotherNetwork: Bool
  /// The library's model that takes the source's parts.
  package let targetClass: ModelPack.Class
  /// The tensors of the other library, in the pack's order, and what they are made from.
  package private(set) var tensors: [(name: String, expression: TensorExpression)] = []
  /// What is left out on purpose, under the names in the source.
  package private(set) var skipped: [(name: String, reason: Message)] = []
  /// What does not fit.
  package private(set) var problems: [Problem] = []
  /// The sizes and series of the model.
  package private(set) var sizes: [String: Int] = [:]

  /// What no weight can express, and the code that makes up for it.
  ///
  /// A library's notes say how it differs from the reference. Between two other libraries, the notes that both have do
  /// not matter. A note that only the source's library has applies in reverse, so it names that library.
  package var notes: [Message] {
    let from = recognition.library == 0 ? [] : recognition.pack.libraries[recognition.library].notes
    return target.notes.filter { !from.contains($0) }.map { "\($0)" }
      + from.filter { !target.notes.contains($0) }.map {
        "about \(recognition.pack.libraries[recognition.library].name), the source's library: \($0)"
      }
  }

  /// Maps a source to a library's names.
  ///
  /// - Parameters:
  ///   - source: the tensors.
  ///   - recognition: what the source is.
  ///   - library: the index of the library in the pack.
  ///   - className: the library's model that is wanted; nil for the one that takes the source's parts.
  /// - Throws: what the source throws while values are compared, `ModelPackError` for tied tensors that differ.
  package init(
    _ source: any TensorSource, _ recognition: PackRecognition, to library: Int, class className: String? = nil
  ) throws {
    self.recognition = recognition
    let pack = recognition.pack
    target = pack.libraries[library]
    isAnotherNetwork = !pack.computesSame(recognition.library, library)
    let named = target.classes.filter { className != nil && $0.name == className }
    targetClass = Self.chooseClass(named.isEmpty ? target.classes : named, for: recognition.parts)
    var network = recognition.network
    network.classes[library] = targetClass
    var work = PackWork(source, pack, network, from: recognition.library, to: library, prefix: recognition.prefix)
    try work.collect()
    work.solveSizes()
    work.finishLayouts()
    try work.emit(to: targetClass, parts: recognition.parts, isChosen: className == targetClass.name)
    work.reportRest()
    (tensors, skipped, problems, sizes) = (work.tensors, work.skipped, work.problems, work.sizes)
    for series in network.variant.series.keys { sizes[series] = network.count(of: series) }
  }

  /// The first class that takes exactly the parts that exist, or else the first that needs no other part.
  private static func chooseClass(_ classes: [ModelPack.Class], for parts: Set<String>) -> ModelPack.Class {
    let exact = classes.first { Set($0.parts) == parts.subtracting($0.leavesOut) }
    let possible = classes.first { parts.isSuperset(of: $0.parts) }
    let smallest = classes.min { $0.parts.count < $1.parts.count }
    return exact ?? possible ?? smallest ?? ModelPack.Class()
  }
}

/// A mapping in progress.
private struct PackWork {
  let source: any TensorSource
  let pack: ModelPack
  let network: PackNetwork
  /// The indices of the source's and the target's library.
  let from: Int
  let to: Int
  let prefix: String

  var tensors: [(name: String, expression: TensorExpression)] = []
  var skipped: [(name: String, reason: Message)] = []
  var problems: [PackMapping.Problem] = []
  var sizes: [String: Int] = [:]

  /// A tensor of the pack, with what the source has of it.
  private struct Draft {
    let tensor: PackTensor
    /// In the reference's layout, once that is known; nil if the source does not have it.
    var canonical: RuledTensor?
    /// Steps that wait for the sizes.
    var waiting: [PackStep] = []
  }

  private var drafts: [Draft] = []
  /// Names in the source by what the pack calls them.
  private var names: [ByteString: String] = [:]
  private var used: Set<String> = []
  /// The dtype of the first floating-point tensor in each use of a module.
  private var dtypes: [String: DType] = [:]

  init(
    _ source: any TensorSource, _ pack: ModelPack, _ network: PackNetwork, from: Int, to: Int, prefix: String
  ) {
    (self.source, self.pack, self.network, self.from, self.to, self.prefix) = (source, pack, network, from, to, prefix)
    let stored = source.descriptors.map(\.name)
    for (name, path) in zip(stored, KerasPaths.of(stored)) where path.hasPrefix(prefix) {
      names[ByteString(String(path.dropFirst(prefix.count)))] = name
    }
  }

  private var sourceLibrary: ModelPack.Library { pack.libraries[from] }
  private var targetLibrary: ModelPack.Library { pack.libraries[to] }

  private func stored(_ name: String) -> TensorDescriptor? {
    names[ByteString(name)].flatMap { source.descriptor(named: $0) }
  }

  // MARK: - From the source

  /// Finds what the source has of each tensor, and turns it to the reference's layout.
  mutating func collect() throws {
    try pack.forEachTensor(of: network, in: [from, to]) { tensor in
      var draft = Draft(tensor: tensor)
      let row = pack.rows[tensor.row]
      if let wanted = tensor.names[from] {
        let found = wanted.compactMap(stored)
        used.formUnion(found.map(\.name))
        switch row.entries[from] {
        case .copies?:
          if let first = found.first {
            try requireEqual(found)
            draft.canonical = RuledTensor(first)
          }
        case .join(_, let axis, _)?:
          if found.count == wanted.count { draft.canonical = join(found, axis: axis) }
        case .name?, nil: draft.canonical = found.first.map { RuledTensor($0) }
        }
        if let format = draft.canonical.flatMap({ FloatFormat($0.kind.dtype) != nil ? $0.kind.dtype : nil }) {
          dtypes[tensor.scope] = dtypes[tensor.scope] ?? format
        }
        draft.waiting = row.layouts[from]?.from ?? []
        apply(&draft)
      }
      drafts.append(draft)
    }
  }

  /// Checks that tensors which a library ties have the same values.
  private func requireEqual(_ copies: [TensorDescriptor]) throws {
    guard let first = copies.first, copies.count > 1 else { return }
    let digest = try TensorDigest(of: first, in: source, pieceByteCount: 1 << 18)
    for other in copies.dropFirst() {
      guard other.dtype == first.dtype, other.shape == first.shape,
        try TensorDigest(of: other, in: source, pieceByteCount: 1 << 18) == digest
      else {
        throw ModelPackError(
          .copiesDiffer(other: other.name), file: source.files.first?.path, tensor: first.name)
      }
    }
  }

  private mutating func join(_ parts: [TensorDescriptor], axis: Int) -> RuledTensor? {
    do {
      return try RuledTensor.joined(parts.map { RuledTensor($0) }, axis: axis, rule: 0)
    } catch {
      problems.append(.doesNotFit(parts.first?.name ?? "", error.reason.sentence))
      return nil
    }
  }

  /// Applies the steps that wait, up to one that needs sizes which are not known.
  private mutating func apply(_ draft: inout Draft) {
    guard var canonical = draft.canonical else { return }
    do throws(RenameError) {
      while let step = draft.waiting.first, let rule = step.rule(size) {
        try canonical.apply(rule, rule: 0)
        draft.waiting.removeFirst()
      }
      draft.canonical = canonical
    } catch {
      problems.append(.doesNotFit(canonical.origin, error.reason.sentence))
      draft.canonical = nil
      draft.waiting = []
    }
  }

  private func size(_ name: String) -> Int? { sizes[name] ?? network.count(of: name) }

  // MARK: - Sizes

  /// Takes the sizes from the shapes: first those that an extent gives directly, then those of which it is a multiple.
  mutating func solveSizes() {
    let extents = drafts.filter(\.waiting.isEmpty).flatMap { draft -> [(Int, PackExtent)] in
      guard let found = draft.canonical?.kind.shape.dimensions, found.count == draft.tensor.shape.count else {
        return []
      }
      return Array(zip(found, draft.tensor.shape))
    }
    for (extent, wanted) in extents {
      if let name = wanted.definedSize, sizes[name] == nil { sizes[name] = extent }
    }
    for (extent, wanted) in extents {
      guard case .sum(let terms) = wanted, terms.count == 1, let name = terms[0].size, sizes[name] == nil,
        terms[0].factor > 0, extent % terms[0].factor == 0
      else { continue }
      sizes[name] = extent / terms[0].factor
    }
  }

  /// Applies the steps that waited for sizes, and compares shapes.
  mutating func finishLayouts() {
    for index in drafts.indices {
      if !drafts[index].waiting.isEmpty {
        var draft = drafts[index]
        apply(&draft)
        if let canonical = draft.canonical, !draft.waiting.isEmpty {
          problems.append(.doesNotFit(canonical.origin, "has a layout that depends on tensors that are missing"))
          draft.canonical = nil
        }
        drafts[index] = draft
      }
      guard let canonical = drafts[index].canonical else { continue }
      let wanted = drafts[index].tensor.shape
      let values = wanted.map { $0.value(size) }
      let extents = canonical.kind.shape.dimensions
      guard pack.rows[drafts[index].tensor.row].constant == nil else { continue }
      if extents.count != wanted.count || !zip(extents, values).allSatisfy({ $1 == nil || $0 == $1 }) {
        let expected = values.map { $0.map { "\($0)" } ?? "any" }.joined(separator: ", ")
        problems.append(
          .doesNotFit(
            canonical.origin,
            "has the shape \(canonical.kind.shape)\(canonical.depth > 1 ? " in the layout of \(pack.libraries[0].name)" : ""), "
              + "but [\(expected)] was expected"))
        drafts[index].canonical = nil
      }
    }
  }

  // MARK: - To the target

  /// Writes down what the target's tensors are made from.
  mutating func emit(to chosen: ModelPack.Class, parts: Set<String>, isChosen: Bool) throws {
    for part in chosen.parts where !parts.contains(part) && targetNeeds(part) && chosen.name != nil {
      problems.append(.missing("the \(part), which \(Self.name(of: chosen, targetLibrary)) has"))
    }
    for draft in drafts {
      let row = pack.rows[draft.tensor.row]
      if let part = row.part {
        guard parts.contains(part) else { continue }
        let takes = chosen.parts.contains(part)
        // A person who names a class knows that it has fewer heads.
        let leavesOut = chosen.leavesOut.contains(part) || (isChosen && !takes)
        guard takes || leavesOut || row.leftOut[to] != nil else {
          for name in storedNames(draft) {
            problems.append(.leftOver(name, "\(Self.name(of: chosen, targetLibrary)) has no place for the \(part)"))
          }
          continue
        }
        guard !leavesOut else {
          for name in storedNames(draft) {
            skipped.append((name, "\(Self.name(of: chosen, targetLibrary)) has no \(part)"))
          }
          continue
        }
      }
      if let canonical = draft.canonical {
        try emit(canonical, draft.tensor, row)
      } else if draft.tensor.names[from] == nil || !storedNames(draft).isEmpty || row.constant != nil
        || row.absent[from] != nil
      {
        emitConstant(draft.tensor, row, isStored: !storedNames(draft).isEmpty)
      } else if !row.isOptional, row.leftOut[to] == nil {
        let wanted = draft.tensor.names[from] ?? []
        // Of other spellings and copies, one would do.
        let needed = if case .join? = row.entries[from] { wanted } else { Array(wanted.prefix(1)) }
        for name in needed where stored(name) == nil { problems.append(.missing(prefix + name)) }
      }
    }
  }

  private func targetNeeds(_ part: String) -> Bool {
    pack.rows.contains { $0.part == part && $0.entries[to] != nil && $0.leftOut[to] == nil }
  }

  static func name(of chosen: ModelPack.Class, _ library: ModelPack.Library) -> String { chosen.name ?? library.name }

  private func storedNames(_ draft: Draft) -> [String] {
    (draft.tensor.names[from] ?? []).compactMap { stored($0)?.name }
  }

  private mutating func emit(_ canonical: RuledTensor, _ tensor: PackTensor, _ row: PackRow) throws {
    if let reason = row.leftOut[to] {
      skipped.append((canonical.origin, "\(reason)"))
      return
    }
    if let value = row.absent[to], try isFilled(canonical.origin, with: value) {
      skipped.append((canonical.origin, "is \(Self.text(value)) everywhere, as \(targetLibrary.name) assumes"))
      return
    }
    guard let names = tensor.names[to], let entry = row.entries[to] else {
      if row.constant != nil {
        skipped.append((canonical.origin, "only \(sourceLibrary.name) has it"))
      } else {
        problems.append(.leftOver(canonical.origin, "\(targetLibrary.name) has no place for it"))
      }
      return
    }
    do throws(RenameError) {
      guard let result = try inTargetLayout(canonical, row) else {
        problems.append(.doesNotFit(canonical.origin, Self.needsMissingTensors))
        return
      }
      guard case .join(_, let axis, let sizes) = entry else {
        tensors += Self.written(names, entry).map { ($0, result.expression) }
        return
      }
      let extents = sizes.map { $0.map { $0.value(size) } }
      let split = RenameRules.Split(axis: axis, sizes: extents, into: names.map { _ in [] })
      tensors += zip(names, try result.parts(of: split, rule: 0)).map { ($0, $1.expression) }
    } catch {
      problems.append(.doesNotFit(canonical.origin, error.reason.sentence))
    }
  }

  /// The names that a tensor is written under: all copies, but no other spellings.
  private static func written(_ names: [String], _ entry: PackRow.Entry?) -> [String] {
    if case .name? = entry { Array(names.prefix(1)) } else { names }
  }

  /// A tensor that only the target has.
  private mutating func emitConstant(_ tensor: PackTensor, _ row: PackRow, isStored: Bool) {
    // What does not fit was reported already.
    guard !isStored, let names = tensor.names[to] else { return }
    guard let values = row.constant?.values ?? row.absent[from].map({ [$0] }) else { return }
    // Neither library needs to have it.
    if row.constant == nil, row.absent[to] == row.absent[from] { return }
    let extents = tensor.shape.map { $0.value(size) }
    guard extents.allSatisfy({ $0 != nil }) else { return }
    let dtype = row.constant?.dtype ?? dtypes[tensor.scope] ?? dtypes.min { $0.key < $1.key }?.value ?? .float32
    let constant = RuledTensor(
      names[0], .constant(values, dtype, dimensions: extents.compactMap { $0 }),
      TensorExpression.Kind(dtype: dtype, shape: (try? Shape(extents.compactMap { $0 })) ?? .scalar))
    guard let result = try? inTargetLayout(constant, row) else { return }
    tensors += Self.written(names, row.entries[to]).map { ($0, result.expression) }
  }

  /// A tensor of the reference's layout in the target's; nil if that depends on sizes which are not known.
  private func inTargetLayout(_ tensor: RuledTensor, _ row: PackRow) throws(RenameError) -> RuledTensor? {
    var result = tensor
    for step in row.layouts[to]?.to ?? [] {
      guard let rule = step.rule(size) else { return nil }
      try result.apply(rule, rule: 0)
    }
    return result
  }

  private static let needsMissingTensors: Message = "has a layout that depends on tensors which are missing"

  /// Whether all elements of a tensor are one number.
  private func isFilled(_ name: String, with number: Double) throws -> Bool {
    let descriptor = try source.requireDescriptor(named: name)
    guard let format = FloatFormat(descriptor.dtype) else { return false }
    var isFilled = true
    try source.read(descriptor, maximumByteCount: 1 << 16) { piece in
      isFilled = isFilled && format.numbers(in: piece).allSatisfy { $0 == number }
    }
    return isFilled
  }

  private static func text(_ number: Double) -> String { Int(exactly: number).map { "\($0)" } ?? "\(number)" }

  // MARK: - The rest

  /// Reports what the source has and the pack does not know.
  mutating func reportRest() {
    for descriptor in source.descriptors where !used.contains(descriptor.name) {
      problems.append(.leftOver(descriptor.name, "is not part of \(pack.title)"))
    }
  }
}

extension PackStep {
  /// The step of a rename rule; nil if it needs a size that is not known.
  func rule(_ size: (String) -> Int?) -> RenameRules.Step? {
    switch self {
    case .rule(let rule): return rule
    case .reshape(let extents):
      var known: [RenameRules.Extent] = []
      for extent in extents {
        switch extent {
        case .known(let extent): known.append(extent)
        case .size(let sizes):
          guard let count = sizes.value(size) else { return nil }
          known.append(.count(count))
        }
      }
      return .reshape(known)
    }
  }
}
