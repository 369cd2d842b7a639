internal import Tensors

/// Single-value variables whose names only training uses.
enum LeftoverScalars {
  /// Says what a single-value variable is.
  ///
  /// - Parameters:
  ///   - name: the name without meaningless endings.
  ///   - dtype: the dtype of the value.
  ///   - has: whether the source has a tensor with a name.
  /// - Returns: nil if it may belong to the model.
  static func kind(
    of name: Substring, _ dtype: DType, beside has: (String) -> Bool
  ) -> (kind: TrainingLeftover.Kind, certainty: TrainingLeftover.Certainty)? {
    if counters.contains(name) { return (.saveCounter, .certain) }
    let slash = name.utf8.lastIndex(of: UInt8(ascii: "/"))
    let last = slash.map { name[name.utf8.index(after: $0)...] } ?? name
    guard last.utf8.count <= longestName else { return nil }
    if let kind = names[last] ?? names[SlotNames.withoutNumber(last)] { return (kind, .certain) }
    let isInteger = dtype.kind == .signedInteger
    if scaling.contains(last) {
      let scope = slash.map { String(name[...$0]) } ?? ""
      let isBeside = scaling.contains { $0 != last && has(scope + $0) }
      return (.lossScale, isBeside || last == "current_loss_scale" ? .certain : .likely)
    }
    return isInteger && steps.contains(last) ? (.saveCounter, .likely) : nil
  }

  private static let names: [Substring: TrainingLeftover.Kind] = [
    "global_step": .globalStep, "beta1_power": .optimizerScalar, "beta2_power": .optimizerScalar,
    "learning_rate": .learningRate, "lr": .learningRate,
  ]
  private static let scaling: Set<Substring> = ["loss_scale", "current_loss_scale", "good_steps", "bad_steps"]
  /// Counts that programs keep with their models.
  private static let steps: Set<Substring> = ["step", "steps", "epoch", "epochs", "iter", "iteration", "iterations"]

  /// The names in object-based checkpoints, whole.
  private static let counters: Set<Substring> = [
    "save_counter", "optimizer/iter", "optimizer/_iterations", "optimizer/beta_1", "optimizer/beta_2",
    "optimizer/decay", "optimizer/_learning_rate", "optimizer/momentum", "optimizer/rho",
  ]
  private static let longestName = 32
}
