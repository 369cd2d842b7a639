internal import Bytes
internal import Tensors

extension LeftoverSearch {
  /// A tensor whose name continues another's.
  private struct Hanging {
    let place: Int
    let variable: Int
    let suffix: Substring
    let relation: SlotNames.Relation?
  }

  /// Decides about slots whose names continue those of variables.
  mutating func settleHanging() {
    var unknown: [Hanging] = []
    var stripped: [Stripped] = []
    var lost: [Int] = []
    var trained: [(hanging: Hanging, known: SlotNames.Known)] = []
    // How often each name occurs last: an ending that occurs without a variable before it is not a slot's.
    var lastCounts: [ByteString: Int] = [:]
    for place in openPlaces {
      let name = names[place]
      guard let (base, suffix) = Self.split(name) else { continue }
      lastCounts[ByteString(Array(suffix.utf8)), default: 0] += 1
      guard isFloat(place) || descriptors[place].shape.elementCount == 1 else { continue }
      // Mesh TensorFlow's optimizer is the only one without a slash.
      let isMesh = base.utf8.count + 1 + suffix.utf8.count < name.utf8.count
      let known = isMesh ? .slot(optimizer: "Adafactor") : SlotNames.known(suffix)
      if let variable = places[ByteString(Array(base.utf8))], variable != place, isFloat(variable) {
        let relation = SlotNames.relation(of: descriptors[place].shape, to: descriptors[variable].shape)
        if let known {
          guard let relation, SlotNames.accepts(relation, known) else { continue }
          if isProtected(place) {
            let hanging = Hanging(place: place, variable: variable, suffix: suffix, relation: relation)
            trained.append((hanging, known))
          } else {
            verdicts[place] = .leftover(kind(known, of: variable), .certain)
          }
        } else if !isProtected(place) {
          unknown.append(Hanging(place: place, variable: variable, suffix: suffix, relation: relation))
        }
      } else if let known, isFloat(place) || known == .correction, !isProtected(place) {
        if let found = strip(base, place, known) { stripped.append(found) } else { lost.append(place) }
      }
    }
    settle(trained, lastCounts)
    settle(stripped)
    settle(lost: lost)
    settle(unknown, lastCounts)
  }

  private func kind(_ known: SlotNames.Known, of variable: Int) -> TrainingLeftover.Kind {
    switch known {
    case .slot(let optimizer): .slot(optimizer: optimizer, of: title(variable))
    case .average: .movingAverage(of: title(variable))
    case .correction: .averageCorrection(of: title(variable))
    }
  }

  /// The name that a name may continue, and the rest: `w/Adam`, and `w_slot_v` in Mesh TensorFlow.
  private static func split(_ name: Substring) -> (base: Substring, suffix: Substring)? {
    if name.utf8.last.map({ $0 >= UInt8(ascii: "a") }) ?? false, let range = name.range(ofLast: meshMarker) {
      let suffix = name[range.upperBound...]
      if meshSlots.contains(suffix) { return (name[..<range.lowerBound], suffix) }
    }
    guard let slash = name.utf8.lastIndex(of: UInt8(ascii: "/")), slash > name.startIndex else { return nil }
    return (name[..<slash], name[name.utf8.index(after: slash)...])
  }

  private static let meshMarker = "_slot_"
  private static let meshSlots: Set<Substring> = ["m", "v", "vr", "vc"]

  /// The smallest share of trained variables among those that have such slots.
  private static let leastCoverageOfTrained = 0.9

  /// Slots with known names that a graph lists as trained, because a program made them by hand without saying
  /// otherwise.
  ///
  /// One such variable may belong to a layer. If nearly every variable has one, and nothing else does, they still
  /// belong to an optimizer.
  private mutating func settle(
    _ trained: [(hanging: Hanging, known: SlotNames.Known)], _ lastCounts: [ByteString: Int]
  ) {
    guard !trained.isEmpty else { return }
    let slots = Set(trained.map(\.hanging.place))
    let weightCount = openPlaces.count { place in
      isFloat(place) && !slots.contains(place) && !Self.isStatistic(names[place]) && isProtected(place)
    }
    for (suffix, members) in Dictionary(grouping: trained, by: { ByteString(Array($0.hanging.suffix.utf8)) }) {
      let variables = Set(members.map(\.hanging.variable)).subtracting(slots)
      guard variables.count > 1, lastCounts[suffix] == members.count,
        Double(variables.count) >= Self.leastCoverageOfTrained * Double(weightCount)
      else { continue }
      for member in members {
        verdicts[member.hanging.place] = .leftover(kind(member.known, of: member.hanging.variable), .certain)
      }
    }
  }

  // MARK: - Slots in scopes of their own

  /// A slot whose variable has a shorter name: `train/OptimizeLoss/w/Adam` of `w`.
  private struct Stripped {
    let place: Int
    let variable: Int
    let known: SlotNames.Known
    let scope: ByteString
  }

  private static let maximumDepth = 32

  private func strip(_ base: Substring, _ place: Int, _ known: SlotNames.Known) -> Stripped? {
    var rest = base
    for _ in 0..<Self.maximumDepth {
      guard let slash = rest.utf8.firstIndex(of: UInt8(ascii: "/")) else { return nil }
      rest = rest[rest.utf8.index(after: slash)...]
      guard let variable = places[ByteString(Array(rest.utf8))], isFloat(variable),
        let relation = SlotNames.relation(of: descriptors[place].shape, to: descriptors[variable].shape),
        SlotNames.accepts(relation, known)
      else { continue }
      return Stripped(
        place: place, variable: variable, known: known,
        scope: ByteString(Array(base[..<rest.startIndex].utf8)))
    }
    return nil
  }

  /// A leading scope that several slots share is an optimizer's; a single slot proves nothing, unless the model is one
  /// variable.
  private mutating func settle(_ stripped: [Stripped]) {
    var variables: [ByteString: Set<Int>] = [:]
    for slot in stripped { variables[slot.scope, default: []].insert(slot.variable) }
    let isAlone = Set(stripped.map(\.variable)).count == 1 && weightCount - Set(stripped.map(\.place)).count <= 1
    for slot in stripped {
      let isShared = (variables[slot.scope]?.count ?? 0) > 1 || isAlone || isCorrectionOfTwo(slot)
      verdicts[slot.place] = .leftover(kind(slot.known, of: slot.variable), isShared ? .certain : .likely)
    }
  }

  /// Whether the correction of an average has its usual companion: `biased` with `local_step`.
  private func isCorrectionOfTwo(_ slot: Stripped) -> Bool {
    guard slot.known == .correction, let (base, suffix) = Self.split(names[slot.place]) else { return false }
    return has("\(base)/\(suffix == "biased" ? "local_step" : "biased")")
  }

  /// Tensors that may be a model's weights, as far as is known.
  private var weightCount: Int { openPlaces.count { isFloat($0) } }

  // MARK: - Slots without their variables

  /// Decides about slots with known names whose variables are missing under their names.
  private mutating func settle(lost: [Int]) {
    guard !lost.isEmpty else { return }
    // Averaging optimizers keep the variables in a separate scope: `global_center_variable/w` beside `w/Momentum`.
    let scopes = Set(
      names.lazy.compactMap { $0.split(separator: "/", maxSplits: 1).first.map { ByteString(Array($0.utf8)) } }
    ).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    var found: [(place: Int, variable: Int)] = []
    if scopes.count <= Self.maximumScopeCount {
      for place in lost {
        guard let (base, suffix) = Self.split(names[place]), SlotNames.known(suffix) != .average else { continue }
        for scope in scopes {
          let name = ByteString(scope.bytes + [UInt8(ascii: "/")] + Array(base.utf8))
          guard let variable = places[name], descriptors[variable].shape == descriptors[place].shape else { continue }
          found.append((place, variable))
          break
        }
      }
    }
    let isEverything = openPlaces.count { descriptors[$0].shape.elementCount > 1 } == lost.count
    for (place, variable) in found where found.count > 1 {
      guard let suffix = Self.split(names[place])?.suffix, let known = SlotNames.known(suffix) else { continue }
      verdicts[place] = .leftover(kind(known, of: variable), .likely)
    }
    // A checkpoint with only slots; averages alone are a model.
    guard isEverything, found.count < 2 else { return }
    for place in lost {
      guard let (base, suffix) = Self.split(names[place]), case .slot(let optimizer) = SlotNames.known(suffix) else {
        continue
      }
      verdicts[place] = .leftover(.slot(optimizer: optimizer, of: String(base)), .likely)
    }
  }

  private static let maximumScopeCount = 64

  // MARK: - Slots with unknown names

  /// Tensors that continue the names of variables with the same ending.
  private struct Family {
    var members: [Hanging] = []
    var variables: Set<Int> = []
    /// Members with a shape that no slot has.
    var oddCount = 0
    var singleCount = 0
  }

  /// The smallest share of the variables that must have a slot of an unknown optimizer.
  private static let leastCoverage = 0.5

  /// An optimizer gives slots to most of what it trains and to nothing else.
  private mutating func settle(_ hanging: [Hanging], _ lastCounts: [ByteString: Int]) {
    guard !hanging.isEmpty else { return }
    var families: [ByteString: Family] = [:]
    for item in hanging {
      // Changed in place, because a copy of each family for each member would take quadratic time.
      let suffix = ByteString(Array(item.suffix.utf8))
      switch item.relation {
      case .same, .factored, .square: families[suffix, default: Family()].variables.insert(item.variable)
      case .single: families[suffix, default: Family()].singleCount += 1
      case nil: families[suffix, default: Family()].oddCount += 1
      }
      families[suffix, default: Family()].members.append(item)
    }
    let candidates = Set(hanging.map(\.place))
    let weights = openPlaces.filter { place in
      isFloat(place) && !candidates.contains(place) && !Self.isStatistic(names[place])
        && (roles.map { $0.trainable.contains(ByteString(descriptors[place].name)) } ?? true)
    }
    let matrixCount = weights.count { descriptors[$0].shape.rank >= 2 }
    // Names that differ only in their number belong to one optimizer: `MyOpt` and `MyOpt_1`.
    var stems: [ByteString: [ByteString]] = [:]
    for (suffix, family) in families where family.oddCount == 0 && family.singleCount == 0 {
      guard lastCounts[suffix] == family.members.count else { continue }
      stems[Self.stem(suffix), default: []].append(suffix)
    }
    var accepted: Set<Int> = []
    for suffixes in stems.values {
      let members = suffixes.compactMap { families[$0] }
      let variables = members.reduce(into: Set<Int>()) { $0.formUnion($1.variables) }
      let isFactored = members.allSatisfy { $0.members.allSatisfy { $0.relation != .same } }
      let isPaired = members.count > 1 && variables.count > 1 && members.allSatisfy { $0.variables == variables }
      let count = isFactored ? matrixCount : weights.count
      let coverage = Double(variables.count) / Double(max(1, count))
      let isOnTrained = roles.map { roles in
        variables.allSatisfy { roles.trainable.contains(ByteString(descriptors[$0].name)) }
      }
      guard coverage >= Self.leastCoverage || isPaired || isOnTrained == true else { continue }
      // The graph does not train them, and everything that it trains has two of them: no mask of weights looks like
      // that.
      let isCertain = isOnTrained == true && isPaired && coverage >= 1
      for item in members.flatMap(\.members) {
        accepted.insert(item.variable)
        verdicts[item.place] = .leftover(
          .slot(optimizer: String(decoding: Self.stem(suffixes[0]).bytes, as: UTF8.self), of: title(item.variable)),
          isCertain ? .certain : .likely)
      }
    }
    // Single values that accompany such slots.
    for family in families.values where family.oddCount == 0 && family.singleCount == family.members.count {
      guard family.members.allSatisfy({ accepted.contains($0.variable) }) else { continue }
      for item in family.members { verdicts[item.place] = .leftover(.optimizerScalar, .likely) }
    }
  }

  private static func stem(_ suffix: ByteString) -> ByteString {
    let name = String(decoding: suffix.bytes, as: UTF8.self)
    return ByteString(Array(SlotNames.withoutNumber(name[...]).utf8))
  }

  /// Statistics of a normalization are not trained.
  private static func isStatistic(_ name: Substring) -> Bool {
    name.hasSuffix("moving_mean") || name.hasSuffix("moving_variance")
  }

  // MARK: - One memory for all variables

  /// GGT of tf.contrib keeps the gradients of all variables in one row.
  ///
  /// - Source: TensorFlow 1.15.5 `contrib/opt/python/training/ggt.py` and `matrix_functions.py`.
  mutating func settleFlattened() {
    for place in openPlaces where names[place].hasSuffix("grad_buffer") {
      let scope = names[place].dropLast("grad_buffer".count)
      guard descriptors[place].shape.rank == 2, let row = places[ByteString(scope + "flat_grad")],
        let moment = places[ByteString(scope + "moment1")],
        let count = descriptors[row].shape.dimensions.first, descriptors[row].shape == descriptors[moment].shape,
        descriptors[place].shape.dimensions.contains(count)
      else { continue }
      for part in [place, row, moment] where !isProtected(part) {
        verdicts[part] = .leftover(.optimizerState("GGT"), .certain)
      }
    }
  }
}

extension Substring {
  /// The last place of an ASCII text in a name.
  fileprivate func range(ofLast text: String) -> Range<Index>? {
    let pattern = Array(text.utf8)
    guard utf8.count >= pattern.count else { return nil }
    var end = utf8.endIndex
    var start = utf8.index(end, offsetBy: -pattern.count)
    while true {
      if self.utf8[start..<end].elementsEqual(pattern) { return start..<end }
      guard start > utf8.startIndex else { return nil }
      start = utf8.index(before: start)
      end = utf8.index(before: end)
    }
  }
}
