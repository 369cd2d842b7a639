internal import Bytes
internal import Tensors

/// Looks for what only training needs among the tensors of one source.
///
/// In this order, and what an earlier step settled stays: what the file's objects say (`TensorOrigin.owner`); what lies in an optimizer's
/// own scope (`LeftoverScopes`); numbers under names that only training uses (`LeftoverScalars`); slots that hang on a variable by name and shape; and
/// what many variables have hanging on them alike, whatever it is called. Variables that the graph trains or that layers declared
/// are kept, unless a known slot hangs on nearly every one of the others.
struct LeftoverSearch {
  /// What was found out about one tensor.
  enum Verdict {
    case unknown
    case model
    case leftover(TrainingLeftover.Kind, TrainingLeftover.Certainty)
  }

  let descriptors: [TensorDescriptor]
  /// Each tensor's origin, in the order of `descriptors`; empty if the source knows none.
  let origins: [TensorOrigin?]
  let roles: VariableRoles?
  /// The names without the ends that say nothing: `/.ATTRIBUTES/VARIABLE_VALUE` and `:0`.
  let names: [Substring]
  /// The place of each name.
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
    // Before single numbers, which are more than a name in an optimizer's scope.
    LeftoverScopes(self).settle(&self)
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

  /// The tensors that nothing is known of yet.
  var openPlaces: [Int] {
    verdicts.indices.filter { if case .unknown = verdicts[$0] { true } else { false } }
  }

  /// Whether there is a tensor of a name.
  func has(_ name: String) -> Bool { places[ByteString(name)] != nil }

  /// Whether the graph says that a variable is the model's.
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
    // A dot at the place is a quicker question than the whole end.
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
      // Something that is both a slot and part of the model by another way.
      if let slot { return .leftover(slot, .likely) }
      return descriptor.shape.elementCount == 1 ? .unknown : .model
    }
  }

  /// Where names are all there is, as in a file converted from such a checkpoint.
  private func verdictOfSlotName(_ place: Int) -> Verdict {
    let name = descriptors[place].name
    guard name.utf8.contains(UInt8(ascii: ".")), let range = name.firstRange(of: "/.OPTIMIZER_SLOT/") else {
      return .unknown
    }
    return .leftover(.slot(optimizer: "the optimizer", of: String(name[..<range.lowerBound])), .certain)
  }
}
