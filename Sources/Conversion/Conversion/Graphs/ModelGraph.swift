internal import Messages
internal import ModelMapping
internal import Tensors
internal import WeightFiles

/// The graphs of the models whose computation Decant knows, for formats that hold one.
enum ModelGraph {
  /// Pixels per side of a picture as the network reads it.
  static let imageSide = 299

  /// The graph of what a conversion writes.
  ///
  /// - Parameters:
  ///   - plan: the conversion, without collisions.
  ///   - output: the path of the output, for errors.
  /// - Returns: the graph, which reads tensors of the plan.
  /// - Throws: `ConversionError` unless the tensors are a complete Show and Tell model under TensorFlow's modern names.
  static func make(of plan: ConversionPlan, output: String) throws(ConversionError) -> ONNXGraph {
    let model = plan.model
    guard model.isComplete, let units = model.sizes[.units], let words = model.sizes[.vocabulary],
      let features = model.featureCount
    else { throw ConversionError(.noGraph(reason(model)), file: output) }
    let targets = plan.tensors.map(\.target)
    if let scale = misfit(targets) {
      throw ConversionError(.noGraph("\(scale.name) has shape \(scale.shape)"), file: output)
    }
    var builder = GraphBuilder(targets)
    builder.addForgetBias()
    _ = builder.addInitialState(
      reading: builder.addNetwork(reading: "images", as: "features"), as: "initial_state")
    builder.addStep(words: "words", state: "state", as: ("probabilities", "next_state"))
    if let missing = builder.missing.first { throw ConversionError(.graphNames(missing), file: output) }
    let sizes = Sizes(units: units, words: words, features: features)
    let graph = describe(builder, sizes, name: model.architecture)
    if let weight = graph.weights.first(where: { ONNXWriter.refusal(of: $0, graph: graph) != nil }) {
      throw ConversionError(.noGraph("\(weight.name) has dtype \(weight.dtype); add --dtype f32"), file: output)
    }
    return graph
  }

  /// The extents that differ from model to model.
  private struct Sizes {
    let units, words, features: Int
  }

  /// Names the network's inputs and outputs, and says what they are.
  private static func describe(_ builder: GraphBuilder, _ sizes: Sizes, name: String) -> ONNXGraph {
    let state = ONNXGraph.Value.Axis.exactly(2 * sizes.units)
    let side = ONNXGraph.Value.Axis.exactly(imageSide)
    return ONNXGraph(
      name: name,
      documentation:
        "Show and Tell (im2txt). The encoder turns images into initial_state, the decoder turns words and state into "
        + "probabilities and next_state. Feed no rows to the one that you do not need.",
      nodes: builder.nodes,
      inputs: [
        .init("images", .float32, [.named("pictures"), side, side, .exactly(3)], "RGB pixels from -1 to 1"),
        .init(
          "words", .int64, [.named("captions")], "The last word of each caption, by its place in decant.vocabulary"),
        .init(
          "state", .float32, [.named("captions"), state], "The state of each caption, cell and hidden side by side"),
      ],
      outputs: [
        .init(
          "features", .float32, [.named("pictures"), .exactly(sizes.features)], "The pooled features of each picture"),
        .init("initial_state", .float32, [.named("pictures"), state], "The state before the first word"),
        .init("probabilities", .float32, [.named("captions"), .exactly(sizes.words)], "How likely each word is next"),
        .init("next_state", .float32, [.named("captions"), state], "The state after the words"),
      ],
      weights: builder.weights)
  }

  /// Why tensors are not a complete model, as the end of a sentence.
  private static func reason(_ model: ModelExamination) -> Message {
    guard model.isRecognized else { return "most of its variables are missing" }
    if let name = model.missing.first { return "\(name) is missing" }
    guard let problem = model.problems.first else { return "it has no sizes" }
    return "\(problem.name) \(problem.message)"
  }

  /// A scale of a normalization that does not fit its offset; the model does not need one, so its shape was not
  /// examined.
  private static func misfit(_ targets: [TensorDescriptor]) -> TensorDescriptor? {
    let tensors = Dictionary(targets.map { ($0.name, $0) }) { first, _ in first }
    return InceptionV3Layers.all.lazy.compactMap { layer -> TensorDescriptor? in
      guard let scale = tensors[layer.gammaName], let offset = tensors[layer.normalizationNames[0]],
        scale.shape != offset.shape
      else { return nil }
      return scale
    }.first
  }
}
