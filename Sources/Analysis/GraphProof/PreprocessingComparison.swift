internal import Images
internal import MetaGraph

/// Compares what a graph does to a picture before the network with what `ImagePreprocessor` does.
struct PreprocessingComparison {
  let walk: GraphWalk
  let findings: Findings

  /// A step of the graph, with the node that does it.
  private struct Step {
    let node: Int
    /// Nil for a step that the engine does not have.
    let step: PreprocessingStep?
  }

  /// Follows the network's input back to the file, or to where the graph takes pictures, and compares the steps on the way.
  func compare(_ edge: Edge, reader: Int) throws(MetaGraphError) {
    var steps: [Step] = []
    var current = walk.producer(of: edge)
    while let (step, input) = try step(at: current.node) {
      if let step { steps.append(step) }
      guard let input else { break }
      current = walk.producer(of: input)
    }
    steps.reverse()
    let op = walk.op(current.node)
    var expected = ImagePreprocessor.steps
    if op != "DecodeJpeg" {
      // What comes before the graph's input is not in the graph.
      let place = "'\(walk.name(current.node))' (\(op))"
      guard !steps.isEmpty else {
        return findings.note(
          "pictures come from \(place), so their preprocessing cannot be seen", at: walk.name(reader))
      }
      findings.note("pictures come already decoded from \(place)", at: walk.name(reader))
      expected = expected.suffix(steps.count)
    }
    compare(steps, expected, end: walk.name(reader))
  }

  private func compare(_ steps: [Step], _ expected: [PreprocessingStep], end: String) {
    var rest = expected[...]
    for found in steps {
      let name = walk.name(found.node)
      findings.count(.preprocessing)
      guard let step = found.step else {
        findings.differ(name, "preprocessing", graph: walk.op(found.node), engine: "no such step")
        continue
      }
      guard let place = rest.firstIndex(where: { $0.isSameKind(as: step) }) else {
        findings.differ(name, "preprocessing", graph: step.description, engine: "no such step")
        continue
      }
      for missing in rest[..<place] {
        findings.differ(name, "preprocessing", graph: "no such step before it", engine: missing.description)
      }
      if rest[place] != step {
        findings.differ(name, "preprocessing", graph: step.description, engine: rest[place].description)
      }
      rest = rest[(place + 1)...]
    }
    for missing in rest {
      findings.differ(end, "preprocessing", graph: "no such step before it", engine: missing.description)
    }
  }

  // MARK: - Steps

  /// The step that a node performs, and its input; nil if the node is not a step. The input of the first step is nil.
  private func step(at node: Int) throws(MetaGraphError) -> (Step?, input: Edge?)? {
    let topology = walk.topology
    let first = topology.input(0, of: node)
    switch walk.op(node) {
    case "Cast", "ExpandDims", "Squeeze", "Reshape": return first.map { (nil, $0) }
    case "DecodeJpeg": return (Step(node: node, step: try decoding(node)), nil)
    case "Mul": return try scaled(node) { .multiply($0) }
    case "RealDiv", "Div":
      guard let divisor = try walk.number(topology.input(1, of: node)) else { return nil }
      return (Step(node: node, step: .multiply(1 / Float(divisor))), first)
    case "Sub":
      guard let number = try walk.number(topology.input(1, of: node)) else { return nil }
      return (Step(node: node, step: .subtract(Float(number))), first)
    case "Add", "AddV2": return try scaled(node) { .subtract(-$0) }
    case let op where op.hasPrefix("Resize") && !op.hasSuffix("Grad"):
      return (Step(node: node, step: try resizing(node)), first)
    case "Slice": return (Step(node: node, step: try cropping(node)), first)
    case "Pad", "PadV2":
      let paddings = topology.input(1, of: node).map { walk.producer(of: $0, throughReshaping: true) }
      // TensorFlow writes a crop that might have been a padding with a padding of 0.
      return try walk.isConstant(paddings, 0) ? first.map { (nil, $0) } : (Step(node: node, step: nil), first)
    default: return nil
    }
  }

  /// A step with a number as one of its inputs.
  private func scaled(
    _ node: Int, _ make: (Float) -> PreprocessingStep
  ) throws(MetaGraphError) -> (Step?, input: Edge?)? {
    for (value, number) in [(0, 1), (1, 0)] {
      if let number = try walk.number(walk.topology.input(number, of: node)) {
        return (Step(node: node, step: make(Float(number))), walk.topology.input(value, of: node))
      }
    }
    return nil
  }

  private func decoding(_ node: Int) throws(MetaGraphError) -> PreprocessingStep {
    // TensorFlow 0.12 has no such attribute and is exact; later releases name the method, or leave it to the library,
    // which then is fast and less exact.
    if let method = try walk.attribute("dct_method", of: node)?.text {
      if method.isEmpty {
        findings.note(
          "the JPEG decoder's method is left to TensorFlow, and TensorFlow 1.15 then uses the fast one; the engine uses "
            + "the exact one, as TensorFlow 0.12 does", at: walk.name(node))
      } else {
        findings.expect(walk.name(node), "dct_method", graph: method, engine: "INTEGER_ACCURATE")
      }
    }
    return .decode(
      channels: try walk.attribute("channels", of: node)?.integer.flatMap { Int(exactly: $0) } ?? 0,
      isChromaInterpolated: try walk.bool("fancy_upscaling", of: node, default: true),
      ratio: try walk.attribute("ratio", of: node)?.integer.flatMap { Int(exactly: $0) } ?? 1)
  }

  private func resizing(_ node: Int) throws(MetaGraphError) -> PreprocessingStep? {
    guard walk.op(node) == "ResizeBilinear", let size = try walk.integers(walk.topology.input(1, of: node)),
      size.count == 2
    else { return nil }
    return .resize(
      height: size[0], width: size[1], alignsCorners: try walk.bool("align_corners", of: node, default: false),
      usesPixelCenters: try walk.bool("half_pixel_centers", of: node, default: false))
  }

  private func cropping(_ node: Int) throws(MetaGraphError) -> PreprocessingStep? {
    guard let begin = try walk.integers(walk.topology.input(1, of: node)),
      let size = try walk.integers(walk.topology.input(2, of: node)), begin.count == size.count
    else { return nil }
    // Rows, columns and channels, after a batch of one in later releases.
    switch begin.count {
    case 3 where begin[2] == 0: return .crop(top: begin[0], left: begin[1], height: size[0], width: size[1])
    case 4 where begin[0] == 0 && begin[3] == 0:
      return .crop(top: begin[1], left: begin[2], height: size[1], width: size[2])
    default: return nil
    }
  }
}
