internal import Kernels

/// Turns the 1x1 convolutions at the start of a module's branches into one step.
///
/// They read the same map, so as one matrix product they read it once. The branch that averages the map before its 1x1
/// convolution joins them: both are linear, so the sums may be averaged instead, which are fewer; bias and ReLU come
/// last. The average counts no cells outside the map, so it leaves a constant unchanged, and the border is not an
/// exception.
enum BranchMerging {
  typealias Step = InceptionV3Plan.Step

  /// The steps that do the same; `valueCounts` gets the values that come in between.
  static func merge(_ steps: [Step], _ valueCounts: inout [Int]) -> [Step] {
    var merged: [Step] = []
    var members: Set<Int> = []
    var replacements: [Int: Step] = [:]
    for index in steps.indices {
      if let replacement = replacements[index] { merged.append(replacement) }
      if members.contains(index) { continue }
      let group = branches(readingAs: steps[index], from: index, in: steps)
      guard group.count > 1 else {
        merged.append(steps[index])
        continue
      }
      var parts: [InceptionV3Plan.Branch] = []
      for branch in group {
        guard case .convolution(let place, _, let algorithm) = steps[branch.convolution].operation else { continue }
        let step = steps[branch.convolution]
        var part = InceptionV3Plan.Branch(
          name: step.name, index: place, algorithm: algorithm, output: step.output, isUnfinished: false)
        if let pool = branch.pool, case .pool(_, let window) = steps[pool].operation {
          let shape = step.output.layout.shape
          valueCounts.append(shape.elementCount)
          part.output = InceptionV3Plan.Place(value: valueCounts.count - 1, channel: 0, layout: MapLayout(shape))
          part.isUnfinished = true
          var average = step
          average.operation = .finishingAverage(place, window)
          average.input = part.output
          replacements[branch.convolution] = average
          members.insert(pool)
        }
        members.insert(branch.convolution)
        parts.append(part)
      }
      var step = steps[index]
      step.name = name(of: parts)
      step.operation = .branches(parts)
      step.output = parts[0].output
      step.completes = nil
      merged.append(step)
    }
    return merged
  }

  /// The 1x1 convolutions, after an average pool or not, that read what `first` reads, in its stage.
  private static func branches(
    readingAs first: Step, from start: Int, in steps: [Step]
  ) -> [(convolution: Int, pool: Int?)] {
    guard isProduct(first) || isAverage(first) else { return [] }
    let end = steps[start...].firstIndex { $0.completes != nil } ?? steps.count - 1
    return (start...end).compactMap { index in
      let step = steps[index]
      guard isProduct(step) else { return nil }
      if step.input == first.input { return (index, nil) }
      guard index > start, isAverage(steps[index - 1]), steps[index - 1].input == first.input,
        steps[index - 1].output == step.input
      else { return nil }
      return (index, index - 1)
    }
  }

  private static func isProduct(_ step: Step) -> Bool {
    switch step.operation {
    case .convolution(_, _, .product): true
    case .convolution(_, let window, .split): window.tapCount == 1 && window.stride == 1
    default: false
    }
  }

  private static func isAverage(_ step: Step) -> Bool {
    if case .pool(.average, let window) = step.operation {
      window.stride == 1 && window.padding == .same
    } else {
      false
    }
  }

  /// Such as `Mixed_5b/1x1 of 4 branches`.
  private static func name(of branches: [InceptionV3Plan.Branch]) -> String {
    let stage = branches[0].name.prefix { $0 != "/" }
    return "\(stage)/1x1 of \(branches.count) branches"
  }
}
