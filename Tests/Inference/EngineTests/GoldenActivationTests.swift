import Checkpoints
import Images
import TestSupport
import Testing

@testable import Engine
@testable import Tensors

/// The engine against TensorFlow 0.12.1 on the scenes model, stage by stage: the first that differs is the message.
///
/// The tolerances for the last values are those that captions bear: 1e-4 for pooled features and probabilities, 2e-4 for
/// embedding and state. Maps may be off by 1e-4 of their greatest value, or of 1 where that is less.
@Suite("Golden activations", .enabled(if: GoldenActivations.isPresent))
struct GoldenActivationTests {
  private static func load(reference: Bool) throws -> (golden: GoldenActivations, model: ShowAndTell) {
    let golden = try GoldenActivations.load()
    let source = try Checkpoint.open(Fixture.path("\(GoldenActivations.folder)/\(golden.checkpoint)")).source
    return (golden, try ShowAndTell(source: source, options: EngineOptions(usesReferenceKernels: reference)))
  }

  @Test("every stage of some images and the features of all are TensorFlow's, on the fast kernels")
  func fast() throws {
    let (golden, model) = try Self.load(reference: false)
    try #require(!golden.images.isEmpty)
    for (index, image) in golden.images.enumerated() {
      // Copying and adding up the maps of all twelve would take a debug build ten seconds.
      try compare(model, image, stages: index < 3)
    }
  }

  /// In a debug build one image would take the scalar kernels more than a minute.
  @Test("every stage of one image is TensorFlow's, on the scalar kernels", .enabled(if: isOptimized))
  func reference() throws {
    let (golden, model) = try Self.load(reference: true)
    try compare(model, #require(golden.images.first), stages: true)
  }

  @Test("the decoder's first word is TensorFlow's, on the scalar kernels")
  func referenceDecoder() throws {
    let (golden, model) = try Self.load(reference: true)
    try #require(!golden.images.isEmpty)
    for image in golden.images.prefix(2) {
      let unitCount = model.sizes.unitCount
      let state = DecoderState(
        cell: Array(image.initialState.prefix(unitCount)), hidden: Array(image.initialState.suffix(unitCount)))
      try compareFirstWord(model, state, image)
    }
  }

  private static var isOptimized: Bool {
    #if DEBUG
      false
    #else
      true
    #endif
  }

  private func compare(_ model: ShowAndTell, _ image: GoldenActivations.Image, stages: Bool) throws {
    let rgb = try RGBImage(path: Fixture.path("\(GoldenActivations.folder)/images/\(image.file)"))
    var rest = stages ? image.endpoints[...] : []
    let observer: (Activation) -> Void = { activation in
      guard let endpoint = rest.first, endpoint.name == activation.name else { return }
      rest = rest.dropFirst()
      let place: Comment = "\(image.file), \(endpoint.name)"
      #expect(Array(activation.shape.dimensions.dropFirst()) == endpoint.shape, place)
      let tolerance = 1e-4 * max(1, endpoint.max)
      #expect(far(activation.values, endpoint.samples, tolerance) == nil, place)
      let mean = activation.values.reduce(0) { $0 + Double($1) } / Double(activation.values.count)
      #expect(abs(mean - endpoint.mean) <= Double(tolerance) / 10, place)
      #expect(abs((activation.values.max() ?? .nan) - endpoint.max) <= tolerance, place)
      #expect(abs((activation.values.min() ?? .nan) - endpoint.min) <= tolerance, place)
    }
    let input = ImagePreprocessor.input(from: rgb)
    let encoding = try model.encode(input, count: 1, observing: stages ? observer : nil)[0]
    #expect(rest.isEmpty, "\(image.file): no stage \(rest.first?.name ?? "")")
    let place: Comment = "\(image.file)"
    #expect(distance(encoding.pooled, image.pooled) <= 1e-4, place)
    #expect(distance(encoding.embedding, image.imageEmbedding) <= 2e-4, place)
    let state = encoding.initialState
    #expect(distance(state.cell + state.hidden, image.initialState) <= 2e-4, place)
    try compareFirstWord(model, state, image)
  }

  private func compareFirstWord(
    _ model: ShowAndTell, _ state: DecoderState, _ image: GoldenActivations.Image
  ) throws {
    let place: Comment = "\(image.file)"
    let step = try model.step(words: [GoldenActivations.startWord()], states: [state])
    #expect(distance(step.states[0].cell + step.states[0].hidden, image.stateAfterStart) <= 2e-4, place)
    // A logit is a sum over the state: its error is that of the state times the weights' magnitudes, not of the order of 1.
    #expect(far(step.logits, image.firstLogits.samples, 1e-3) == nil, place)
    let likeliest = image.firstSoftmaxTop.map { GoldenActivations.Sample(index: $0.id, value: $0.p) }
    #expect(far(step.probabilities, likeliest, 1e-4) == nil, place)
  }

  /// The first sample that is further away than it may be; NaN always is.
  private func far(_ values: [Float], _ samples: [GoldenActivations.Sample], _ tolerance: Float) -> String? {
    for sample in samples {
      guard values.indices.contains(sample.index) else { return "[\(sample.index)] is not there" }
      let difference = abs(values[sample.index] - sample.value)
      if !(difference <= tolerance) {
        return "[\(sample.index)]: \(values[sample.index]) where TensorFlow has \(sample.value)"
      }
    }
    return samples.isEmpty ? "no samples" : nil
  }
}
