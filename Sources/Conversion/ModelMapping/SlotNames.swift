internal import Tensors

/// What the names of optimizers' slots say, and the shapes that slots have.
///
/// A name alone proves nothing: `LeftoverSearch` also requires the variable that the slot belongs to.
/// - Source: TensorFlow 0.12.1 and 1.15.5 `training/` and `contrib/opt`; BERT `optimization.py`; tensor2tensor `adafactor.py`; Mesh
///   TensorFlow `optimize.py`; Keras 2.2 and tf_keras `optimizers`.
enum SlotNames {
  /// How the shape of a slot may relate to that of its variable.
  enum Relation: Equatable {
    /// The same.
    case same
    /// Without the last or the second-to-last axis: factors of a second moment.
    case factored
    /// A square matrix on one of the axes: a preconditioner.
    case square
    /// A single value.
    case single
  }

  /// What a name is known to be.
  enum Known: Equatable {
    case slot(optimizer: String)
    case average
    case correction
  }

  /// The relation of two shapes; nil if there is none. For a single-value variable, it is `same`.
  static func relation(of slot: Shape, to variable: Shape) -> Relation? {
    if slot == variable { return .same }
    let (s, v) = (slot.dimensions, variable.dimensions)
    if v.count >= 2, s.count == v.count - 1 {
      if s.elementsEqual(v.dropLast()) || s.elementsEqual(v.dropLast(2) + v.suffix(1)) { return .factored }
    }
    if s.count == 2, s[0] == s[1], v.contains(s[0]) { return .square }
    return slot.elementCount == 1 ? .single : nil
  }

  /// What the last part of a name is known to be: `Adam`, `Adam_3`, `adam_m`, `LARSOptimizer`,
  /// `ExponentialMovingAverage`.
  static func known(_ suffix: Substring) -> Known? {
    if let known = exact[suffix] { return known }
    let stem = withoutNumber(suffix)
    if let known = exact[stem] { return known }
    // The words of a name can be looked up directly, because no two optimizers share a name.
    if let optimizer = optimizers[plain(stem)] { return .slot(optimizer: optimizer) }
    if let line = stem.lastIndex(of: "_"), slotWords.contains(stem[stem.index(after: line)...].lowercased()),
      let optimizer = optimizers[plain(stem[..<line])]
    {
      return .slot(optimizer: optimizer)
    }
    return nil
  }

  /// Whether a slot with a known name may have a shape with this relation.
  static func accepts(_ relation: Relation, _ known: Known) -> Bool {
    guard case .slot(let optimizer) = known else {
      return relation == .same || known == .correction && relation == .single
    }
    return switch relation {
    case .same: true
    case .factored: ["Adafactor", "SM3"].contains(optimizer)
    case .square: optimizer == "Shampoo"
    case .single: false
    }
  }

  /// A name without the number that makes it unique: `Adam` for `Adam_3`.
  static func withoutNumber(_ name: Substring) -> Substring {
    guard let line = name.lastIndex(of: "_") else { return name }
    let digits = name[name.index(after: line)...]
    let isNumber = !digits.isEmpty && digits.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    return isNumber && line > name.startIndex ? name[..<line] : name
  }

  /// Whether a name is that of an optimizer.
  static func isOptimizer(_ name: Substring) -> Bool { optimizers[plain(withoutNumber(name))] != nil }

  /// Lower case, without underscores and without `Optimizer`.
  private static func plain(_ name: Substring) -> String {
    // No slot has a long name, and lowercasing the path of every variable would take longer than everything else.
    guard name.utf8.count <= longestName else { return "" }
    let lowered = String(decoding: name.utf8.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self).lowercased()
    return lowered.hasSuffix("optimizer") && lowered != "optimizer" ? String(lowered.dropLast(9)) : lowered
  }

  private static let longestName = 40

  private static let exact: [Substring: Known] = [
    "ExponentialMovingAverage": .average, "biased": .correction, "local_step": .correction,
  ]

  /// The second words of slots, as in `adam_m`.
  private static let slotWords: Set<String> = [
    "m", "v", "vr", "vc", "vhat", "u", "s", "z", "n", "accum", "accumulator", "momentum", "velocity", "ms", "mg", "mom",
    "linear", "slow",
  ]

  private static let optimizers: [String: String] = Dictionary(
    uniqueKeysWithValues: [
      "Adam", "AdamW", "AdaMax", "Momentum", "MomentumW", "RMSProp", "Adagrad", "AdagradDA", "Adadelta", "Ftrl",
      "ProximalAdagrad", "RegAdagrad", "AddSign", "PowerSign", "Shampoo", "GGT", "Nadam", "LARS", "LAMB", "LazyAdam",
      "AdamGS", "LazyAdamGS", "Adafactor", "SM3", "RAdam", "RectifiedAdam", "NovoGrad", "Yogi", "Lion", "SGD", "SGDW",
      "Lookahead", "AMSGrad", "AdaBound", "AdaBelief", "AdamWeightDecay", "ConditionalGradient", "Muon",
    ].map { ($0.lowercased(), $0) })
}
