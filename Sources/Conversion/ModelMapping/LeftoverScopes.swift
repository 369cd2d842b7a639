internal import Bytes
internal import Tensors

/// The scopes that belong to an optimizer, recognized by the step counts in them.
///
/// Not everything in such a scope belongs to the optimizer: of Keras' lists, `_trainable_variables` belongs to the
/// model, and the name of any other variable must continue that of a variable of the model.
/// - Source: names by tf.keras of TensorFlow 1.15 (`training/Adam/iter`), Keras 2.2 (`training/Adam/Variable_12`, `Adam/iterations`),
///   tf_keras and Keras 3 (`optimizer/_variables/0`, `optimizer/vars/0`, `optimizer_weights/...`).
struct LeftoverScopes {
  /// The scopes, without a slash at the end.
  private var scopes: Set<ByteString> = []
  /// Whether every weight is a number in a list `vars`, as in `.weights.h5`.
  private let isNumbered: Bool

  private static let counts: Set<Substring> = ["_iterations", "iter", "iterations", "iteration"]
  /// Numbers that optimizers keep beside the count.
  private static let hyperparameters: Set<Substring> = [
    "beta_1", "beta_2", "decay", "learning_rate", "_learning_rate", "lr", "rho", "momentum", "epsilon", "m_schedule",
    "momentum_cache", "iterations", "iteration", "iter", "_iterations", "step_counter", "dynamic_scale", "loss_scale",
    "current_loss_scale", "good_steps", "schedule_decay",
  ]
  private static let weights: Substring = "optimizer_weights"

  init(_ search: LeftoverSearch) {
    var all: Set<ByteString> = []
    for place in search.openPlaces
    where search.descriptors[place].shape.elementCount == 1 && search.descriptors[place].dtype.kind == .signedInteger {
      let parts = search.names[place].split(separator: "/", omittingEmptySubsequences: false)
      guard let last = parts.last, parts.count > 1 else { continue }
      let scope = parts.dropLast().joined(separator: "/")
      if parts[0] == Self.weights, Self.counts.contains(last) { all.insert(ByteString(Array(Self.weights.utf8))) }
      let hasRate = Self.rates.contains { search.has("\(scope)/\($0)") }
      let isNamed =
        parts[parts.count - 2].lowercased().contains("optimizer") || SlotNames.isOptimizer(parts[parts.count - 2])
      // A model itself may have a count and a decay.
      if Self.counts.contains(last), hasRate,
        isNamed || Self.companions.contains(where: { search.has("\(scope)/\($0)") })
      {
        all.insert(ByteString(scope))
      }
      // A count and a rate, the first two of an optimizer of Keras.
      if last == "0", parts.count > 2, ["vars", "_variables"].contains(parts[parts.count - 2]),
        parts[parts.count - 3].contains("optimizer"),
        search.places[ByteString("\(scope)/1")].map({ search.isFloat($0) }) ?? false
      {
        all.insert(ByteString(parts.dropLast(2).joined(separator: "/")))
      }
    }
    scopes = all
    isNumbered = search.names.allSatisfy { name in
      let parts = name.utf8.split(separator: UInt8(ascii: "/"))
      return parts.count > 1 && parts[parts.count - 2].elementsEqual("vars".utf8)
    }
  }

  private static let rates = ["learning_rate", "_learning_rate", "lr"]
  private static let companions = ["decay", "beta_1", "rho", "momentum", "_variables/1"]

  /// Decides about the tensors in the scopes.
  func settle(_ search: inout LeftoverSearch) {
    for place in search.openPlaces where !search.isProtected(place) {
      let parts = search.names[place].split(
        separator: "/", maxSplits: Self.maximumDepth, omittingEmptySubsequences: false)
      guard parts.count > 1 else { continue }
      if isNumbered, parts[0] == "metrics" {
        search.verdicts[place] = .leftover(.metric(String(parts[1])), .certain)
      } else if parts[0] == Self.weights, search.origins.isEmpty || search.origins[place]?.layer == nil {
        let isCertain = scopes.contains(ByteString(Array(Self.weights.utf8)))
        search.verdicts[place] = .leftover(.optimizerState(String(Self.weights)), isCertain ? .certain : .likely)
      } else if !scopes.isEmpty {
        settle(place, parts, &search)
      }
      if parts[0] == "training", parts.count == 3, SlotNames.isOptimizer(parts[1]),
        SlotNames.withoutNumber(parts[2]) == "Variable"
      {
        let isCertain = scopes.contains(ByteString(Array(parts[1].utf8)))
        search.verdicts[place] = .leftover(.optimizerState("training/\(parts[1])"), isCertain ? .certain : .likely)
      }
    }
  }

  private static let maximumDepth = 32

  private func settle(_ place: Int, _ parts: [Substring], _ search: inout LeftoverSearch) {
    var scope = ""
    for (count, part) in parts.dropLast().enumerated() {
      scope += count == 0 ? String(part) : "/" + part
      guard scopes.contains(ByteString(scope)) else { continue }
      let rest = parts[(count + 1)...]
      let isScalar = search.descriptors[place].shape.elementCount == 1
      if rest.count == 1, isScalar, Self.hyperparameters.contains(rest[rest.startIndex]) {
        search.verdicts[place] = .leftover(.optimizerScalar, .certain)
        return
      }
      if isList(rest) {
        search.verdicts[place] = .leftover(isScalar ? .optimizerScalar : .optimizerState(scope), .certain)
        return
      }
      guard rest.count > 1, search.isFloat(place) else { continue }
      let base = rest.dropLast().joined(separator: "/")
      if let variable = search.places[ByteString(base)],
        SlotNames.relation(of: search.descriptors[place].shape, to: search.descriptors[variable].shape) == .same
      {
        search.verdicts[place] = .leftover(.slot(optimizer: scope, of: search.title(variable)), .certain)
        return
      }
    }
  }

  /// Whether a name in a scope is an entry of one of the optimizer's own lists.
  private func isList(_ rest: ArraySlice<Substring>) -> Bool {
    guard rest.count >= 2, let last = rest.last, last.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return false
    }
    let list = rest[rest.endIndex - 2]
    return list == "vars" || list.hasPrefix("_") && list != "_trainable_variables"
  }
}
