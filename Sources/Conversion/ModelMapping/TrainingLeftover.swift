internal import Bytes
public import Messages
public import Tensors

/// A variable that training needs and inference does not.
///
/// Evidence matters more than names: the objects of a TensorFlow 2 checkpoint, the collections of a graph beside it,
/// the shape of a slot's variable, and how names continue one another in the whole checkpoint. A layer that happens to
/// be called `Momentum` never counts as a slot.
public struct TrainingLeftover: Sendable, Equatable {
  /// What it is.
  public enum Kind: Sendable, Equatable {
    /// The count of training steps.
    case globalStep
    /// An optimizer's memory of a variable.
    case slot(optimizer: String, of: String)
    /// The running average of a variable. It is dropped although some models are evaluated with it: the checkpoint also has
    /// the variable itself, which is what the graph of im2txt reads. `convert --ema` takes the averages instead.
    case movingAverage(of: String)
    /// A value for the bias correction of a running average.
    case averageCorrection(of: String)
    /// A number that an optimizer keeps, such as Adam's powers of beta.
    case optimizerScalar
    /// State of an optimizer, by the optimizer's path or scope.
    case optimizerState(String)
    /// A learning rate kept in a variable.
    case learningRate
    /// A saver's count of saves, or an iteration count of a TensorFlow 2 optimizer.
    case saveCounter
    /// The factor by which losses are scaled in mixed precision, or its counts of steps.
    case lossScale
    /// What a metric has summed up so far.
    case metric(String)
  }

  /// How sure it is.
  public enum Certainty: Sendable, Equatable {
    /// Left out by `--inference-only`.
    case certain
    /// Listed, and left out only with `--drop-likely`.
    case likely
  }

  /// The variable's name.
  public let name: String
  /// What it is.
  public let kind: Kind
  /// How sure it is.
  public let certainty: Certainty

  /// A leftover.
  public init(name: String, kind: Kind, certainty: Certainty = .certain) {
    self.name = name
    self.kind = kind
    self.certainty = certainty
  }

  /// Why inference does not need it, in words.
  public var reason: Message { certainty == .certain ? words : "likely \(words)" }

  private var words: Message {
    switch kind {
    case .globalStep: "counts training steps"
    case .slot(let optimizer, let variable): "\(optimizer)'s slot of \(variable)"
    case .movingAverage(let variable): "moving average of \(variable)"
    case .averageCorrection(let variable): "correction of the moving average \(variable)"
    case .optimizerScalar: "optimizer state"
    case .optimizerState(let optimizer): "state of the optimizer \(optimizer)"
    case .learningRate: "learning rate"
    case .saveCounter: "training counter"
    case .lossScale: "loss scaling"
    case .metric(let metric): "sums of the metric \(metric)"
    }
  }

  /// All leftovers, including likely ones, among tensors about which only the descriptors are known, in their order.
  public static func find(in descriptors: [TensorDescriptor]) -> [TrainingLeftover] {
    var search = LeftoverSearch(descriptors, origins: [], roles: nil)
    return search.run()
  }

  /// Finds the leftovers of a source. Near-linear in the number of tensors.
  ///
  /// If the source shows another one under other names or in other layouts, that one's leftovers are found; a tensor
  /// made only from leftovers is one.
  ///
  /// - Parameters:
  ///   - source: the tensors, and what their file's objects say about them.
  ///   - roles: what the graph beside the checkpoint says, if there is one.
  /// - Returns: all of them in the source's order, including likely ones.
  package static func find(in source: any TensorSource, roles: VariableRoles? = nil) -> [TrainingLeftover] {
    guard let underlying = source.underlying else {
      let descriptors = source.descriptors
      var search = LeftoverSearch(descriptors, origins: descriptors.map { source.origin(of: $0) }, roles: roles)
      return search.run()
    }
    let found = Dictionary(find(in: underlying, roles: roles).map { (ByteString($0.name), $0) }) { first, _ in first }
    if found.isEmpty { return [] }
    return source.descriptors.compactMap { descriptor in
      let names = source.operands(of: descriptor.name)
      let parts = names.compactMap { found[ByteString($0)] }
      guard let first = parts.first, parts.count == names.count else { return nil }
      let isCertain = parts.allSatisfy { $0.certainty == .certain }
      return TrainingLeftover(name: descriptor.name, kind: first.kind, certainty: isCertain ? .certain : .likely)
    }
  }
}
