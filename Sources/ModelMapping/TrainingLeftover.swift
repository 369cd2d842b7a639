internal import Bytes
public import Tensors

/// A variable that training needs and inference does not.
///
/// Recognised by name and shape together, and slots only beside the variable they belong to, so that a layer that happens
/// to be called `Momentum` is never taken for one.
public struct TrainingLeftover: Sendable, Equatable {
  /// What it is.
  public enum Kind: Sendable, Equatable {
    /// The count of training steps.
    case globalStep
    /// An optimizer's memory of a variable.
    case slot(optimizer: String, of: String)
    /// The running average of a variable. It is dropped although some models are evaluated with it: the checkpoint also has
    /// the variable itself, which is what the graph of im2txt reads.
    case movingAverage(of: String)
    /// A number that an optimizer carries along, such as Adam's powers of beta.
    case optimizerScalar
    /// A learning rate kept in a variable.
    case learningRate
    /// A saver's count of saves, or an iteration count of a TensorFlow 2 optimizer.
    case saveCounter
  }

  /// The variable's name.
  public let name: String
  /// What it is.
  public let kind: Kind

  /// Why inference does not need it, in words.
  public var reason: String {
    switch kind {
    case .globalStep: "counts training steps"
    case .slot(let optimizer, let variable): "\(optimizer)'s slot of \(variable)"
    case .movingAverage(let variable): "moving average of \(variable)"
    case .optimizerScalar: "optimizer state"
    case .learningRate: "learning rate"
    case .saveCounter: "training counter"
    }
  }

  /// All leftovers among the tensors of one model, in their order.
  public static func find(in descriptors: [TensorDescriptor]) -> [TrainingLeftover] {
    // Most models have few candidates, and the table of all shapes takes longer than to see that there are none.
    let candidates = descriptors.filter(isCandidate)
    guard !candidates.isEmpty else { return [] }
    let shapes = Dictionary(descriptors.map { (Array($0.name.utf8), $0.shape) }) { first, _ in first }
    return candidates.compactMap { descriptor in
      kind(of: descriptor, shapes).map { TrainingLeftover(name: descriptor.name, kind: $0) }
    }
  }

  /// Whether a name could be that of a leftover: by its last component, or because it may be one of an object graph.
  private static func isCandidate(_ descriptor: TensorDescriptor) -> Bool {
    let bytes = descriptor.name.utf8
    if bytes.contains(UInt8(ascii: ".")) { return true }
    let last = bytes.lastIndex(of: UInt8(ascii: "/")).map { descriptor.name[bytes.index(after: $0)...] }
    return lastComponents.contains(last ?? descriptor.name[...]) || counters.contains(descriptor.name)
  }

  private static let lastComponents = Set(slotSuffixes.map { $0.suffix[...] } + scalars.map { $0.name[...] })

  private static func kind(of descriptor: TensorDescriptor, _ shapes: [[UInt8]: Shape]) -> Kind? {
    let components = descriptor.name.split(separator: "/", omittingEmptySubsequences: false)
    guard let last = components.last else { return nil }
    if let range = descriptor.name.firstRange(of: "/.OPTIMIZER_SLOT/") {
      return .slot(optimizer: "the optimizer", of: String(descriptor.name[..<range.lowerBound]))
    }
    // Without this end, names of TensorFlow 2's object graph read like those of the variables.
    let isObject = descriptor.name.hasSuffix(objectSuffix)
    let name = isObject ? String(descriptor.name.dropLast(objectSuffix.count)) : descriptor.name
    if descriptor.shape.elementCount == 1, let kind = scalarKind(name) { return kind }
    for (suffix, optimizer) in slotSuffixes where last == suffix {
      guard let variable = variable(ofSlot: components.dropLast(), shape: descriptor.shape, shapes) else { continue }
      return optimizer.map { .slot(optimizer: $0, of: variable) } ?? .movingAverage(of: variable)
    }
    return nil
  }

  /// The variable that a slot lies beside: the name before the suffix, also without the optimizer's own scopes in front.
  private static func variable(ofSlot scope: ArraySlice<Substring>, shape: Shape, _ shapes: [[UInt8]: Shape]) -> String?
  {
    for start in scope.indices {
      let name = scope[start...].joined(separator: "/")
      if shapes[Array(name.utf8)] == shape { return name }
    }
    return nil
  }

  private static func scalarKind(_ name: String) -> Kind? {
    let last = String(name.split(separator: "/").last ?? "")
    if let row = scalars.first(where: { last == $0.name }) { return row.kind }
    return counters.contains(name) ? .saveCounter : nil
  }

  private static let objectSuffix = "/.ATTRIBUTES/VARIABLE_VALUE"

  /// The last component of a slot's name, and the optimizer; none for moving averages.
  private static let slotSuffixes: [(suffix: String, optimizer: String?)] = [
    ("Adam", "Adam"), ("Adam_1", "Adam"),
    ("Momentum", "Momentum"),
    ("RMSProp", "RMSProp"), ("RMSProp_1", "RMSProp"), ("RMSProp_2", "RMSProp"),
    ("Adagrad", "Adagrad"), ("Adadelta", "Adadelta"), ("Adadelta_1", "Adadelta"),
    ("Ftrl", "Ftrl"), ("Ftrl_1", "Ftrl"),
    ("ExponentialMovingAverage", nil),
  ]

  /// The last component of the names of variables of one element.
  private static let scalars: [(name: String, kind: Kind)] = [
    ("global_step", .globalStep),
    ("beta1_power", .optimizerScalar), ("beta2_power", .optimizerScalar),
    ("beta1_power_1", .optimizerScalar), ("beta2_power_1", .optimizerScalar),
    ("learning_rate", .learningRate), ("learning_rate_1", .learningRate), ("lr", .learningRate),
  ]

  /// The names in object-based checkpoints, whole.
  private static let counters: Set<String> = [
    "save_counter", "optimizer/iter", "optimizer/_iterations", "optimizer/beta_1", "optimizer/beta_2",
    "optimizer/decay",
    "optimizer/_learning_rate", "optimizer/momentum", "optimizer/rho",
  ]
}
