internal import Bytes
internal import Tensors

/// The state of PyTorch's optimizers in a checkpoint of a training program.
///
/// `torch.optim.Optimizer.state_dict()` has the memory of parameter 3 under `state.3.exp_avg`; programs save it under a name such as
/// `optimizer`, `optimizer_states.0` or `optim`. Libraries that train on several machines put the parameter's name in the place of the
/// number.
/// - Source: PyTorch 2.9, `torch/optim/`; `torch/distributed/fsdp/_optim_utils.py`.
struct LeftoverTorch {
  /// Where the optimizer's state is in a name, and whose it is.
  private struct Place {
    /// What comes before `state`.
    let scope: Substring
    /// The number or the name of the parameter.
    let parameter: Substring
    let slot: Substring
  }

  /// The slots that no layer would call a weight so.
  private static let slots: Set<Substring> = [
    "exp_avg", "exp_avg_sq", "max_exp_avg_sq", "exp_inf", "momentum_buffer", "square_avg", "grad_avg", "acc_delta",
    "ax", "mu", "eta", "prev", "step_size", "exp_avg_sq_row", "exp_avg_sq_col", "exp_avg_res_row", "exp_avg_res_col",
    "row_var", "col_var", "prev_flat_grad", "old_dirs", "old_stps", "exp_avg_diff", "neg_pre_grad",
  ]

  /// Decides about the tensors of optimizers.
  func settle(_ search: inout LeftoverSearch) {
    let found = search.openPlaces.compactMap { index in Self.place(in: search.names[index]).map { (index, $0) } }
    if found.isEmpty { return }
    // A scope whose tensors are slots has nothing else.
    let known = Set(found.filter { Self.slots.contains($0.1.slot) }.map { ByteString(String($0.1.scope)) })
    for (index, place) in found {
      let isNamed = place.scope.lowercased().contains("optim")
      guard isNamed || known.contains(ByteString(String(place.scope))) else { continue }
      let optimizer = place.scope.isEmpty ? "the optimizer" : String(place.scope)
      let kind: TrainingLeftover.Kind =
        place.slot == "step" ? .optimizerScalar : .slot(optimizer: optimizer, of: "parameter \(place.parameter)")
      search.verdicts[index] = .leftover(kind, .certain)
    }
  }

  private static func place(in name: Substring) -> Place? {
    guard name.utf8.contains(UInt8(ascii: ".")) else { return nil }
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard let state = parts.firstIndex(of: "state"), parts.count > state + 2 else { return nil }
    let isNumbered = parts[state + 1].utf8.allSatisfy { (0x30...0x39).contains($0) }
    let scope = parts[..<state].joined(separator: ".")
    // A list in a slot has numbers after its name.
    var end = parts.count - 1
    if isNumbered { end = state + 2 }
    guard isNumbered || scope.lowercased().contains("optim") else { return nil }
    return Place(
      scope: Substring(scope), parameter: Substring(parts[(state + 1)..<end].joined(separator: ".")), slot: parts[end])
  }
}
