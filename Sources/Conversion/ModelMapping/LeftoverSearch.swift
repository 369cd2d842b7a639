internal import Bytes
internal import Tensors

/// Finds what only training needs among the tensors of one source.
///
/// It uses this evidence in this order, and an earlier decision stays: what the file's objects say
/// (`TensorOrigin.owner`); tensors in an optimizer's own scope (`LeftoverScopes`, `LeftoverTorch`); numbers under names that only
/// training uses (`LeftoverScalars`); slots that belong to a variable by name and shape; and tensors that many
/// variables have in the same way, whatever they are called. Variables that the graph trains or that layers declared
/// are kept, unless nearly all of the others have a known slot.
struct LeftoverSearch {
  /// What was decided about one tensor.
  enum Verdict {
    case unknown
    case model
    case leftover(TrainingLeftover.Kind, TrainingLeftover.Certainty)
  }

  let descriptors: [TensorDescriptor]
  /// Each tensor's origin, in the order of `descriptors`; empty if the source knows none.
  let origins: [TensorOrigin?]
  let roles: VariableRoles?
  /// The names without meaningless endings: `/.ATTRIBUTES/VARIABLE_VALUE` and `:0`.
  let names: [Substring]
  /// The index of each name.
  let places: [ByteString: Int]
  var verdicts: [Verdict]

  init(_ descriptors: [TensorDescriptor], origins: [TensorOrigin?], roles: VariableRoles?) {
    self.descriptors = descriptors
    self.origins = origins
    self.roles = roles
    names = descriptors.map { Self.plain($0.name) }
    places = Dictionary(zip(names.map { ByteString(Array($0.utf8)) }, names.indices)) { first, _ in first }
    verdicts = Array(repeating: .unknown, count: descriptors.count)
  }

  /// The leftovers, in the order of the tensors.
  mutating func run() -> [TrainingLeftover] {
    for place in descriptors.indices { verdicts[place] = verdictOfOrigin(place) }
    // Before single numbers, because in an optimizer's scope they are known by more than their names.
    LeftoverScopes(self).settle(&self)
    LeftoverTorch().settle(&self)
    for place in openPlaces where descriptors[place].shape.elementCount == 1 {
      if let kind = LeftoverScalars.kind(of: names[place], descriptors[place].dtype, beside: has) {
        verdicts[place] = .leftover(kind.kind, kind.certainty)
      }
    }
    settleHanging()
    settleFlattened()
    return descriptors.indices.compactMap { place in
      guard case .leftover(let kind, let certainty) = verdicts[place] else { return nil }
      return TrainingLeftover(name: descriptors[place].name, kind: kind, certainty: certainty)
    }
  }

  /// The tensors about which nothing is known yet.
  var openPlaces: [Int] {
    verdicts.indices.filter { if case .unknown = verdicts[$0] { true } else { false } }
  }

  /// Whether there is a tensor with a name.
  func has(_ name: String) -> Bool { places[ByteString(name)] != nil }

  /// Whether the graph says that a variable belongs to the model.
  func isProtected(_ place: Int) -> Bool {
    guard let roles else { return false }
    let name = ByteString(descriptors[place].name)
    return roles.trainable.contains(name) || roles.model.contains(name)
  }

  func isFloat(_ place: Int) -> Bool { descriptors[place].dtype.kind == .float }

  /// A variable's name for people: as it is in the source.
  func title(_ place: Int) -> String { descriptors[place].name }

  private static let objectSuffix = "/.ATTRIBUTES/VARIABLE_VALUE"

  static func plain(_ name: String) -> Substring {
    var name = name[...]
    // Checking one character is quicker than checking the whole ending.
    if name.utf8.last == UInt8(ascii: "E"), name.hasSuffix(objectSuffix) { name = name.dropLast(objectSuffix.count) }
    if name.utf8.last == UInt8(ascii: "0"), name.hasSuffix(":0") { name = name.dropLast(2) }
    return name
  }

  // MARK: - What the file's objects say

  private func verdictOfOrigin(_ place: Int) -> Verdict {
    let descriptor = descriptors[place]
    if descriptor.dtype == .string { return .model }
    guard place < origins.count, let origin = origins[place], let owner = origin.owner else {
      return verdictOfSlotName(place)
    }
    let slot = origin.slot.map { slot -> TrainingLeftover.Kind in
      slot.name == TensorOrigin.averageSlotName
        ? .movingAverage(of: slot.variable) : .slot(optimizer: slot.optimizer, of: slot.variable)
    }
    switch owner {
    case .saver: return .leftover(.saveCounter, .certain)
    case .metric(let path): return .leftover(.metric(path), .certain)
    case .optimizer(let path):
      if let slot { return .leftover(slot, .certain) }
      return .leftover(descriptor.shape.elementCount == 1 ? .optimizerScalar : .optimizerState(path), .certain)
    case .model:
      // It is a slot, and also part of the model by another path.
      if let slot { return .leftover(slot, .likely) }
      return descriptor.shape.elementCount == 1 ? .unknown : .model
    }
  }

  /// For files that have only names, such as one converted from such a checkpoint.
  private func verdictOfSlotName(_ place: Int) -> Verdict {
    let name = descriptors[place].name
    guard name.utf8.contains(UInt8(ascii: ".")), let range = name.firstRange(of: "/.OPTIMIZER_SLOT/") else {
      return .unknown
    }
    return .leftover(.slot(optimizer: "the optimizer", of: String(name[..<range.lowerBound])), .certain)
  }
}
