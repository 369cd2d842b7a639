import Messages
import TestSupport
import Testing

@testable import Engine
@testable import Tensors

@Suite("Show and Tell")
struct ShowAndTellTests {
  @Test("sizes are read from the tensors")
  func sizes() throws {
    let model = try TinyModel.load()
    #expect(model.sizes.imageSize == 75)
    #expect(model.sizes.pooledSize == TinyModel.pooledSize)
    #expect(model.sizes.embeddingSize == 5)
    #expect(model.sizes.unitCount == 7)
    #expect(model.sizes.vocabularySize == 19)
  }

  @Test("the fast kernels follow the scalar ones, layer by layer")
  func agreesWithReference() throws {
    let images = TinyModel.images(1)
    var expected: [Activation] = []
    let reference = try TinyModel.load(reference: true)
    let expectedEncoding = try reference.encode(images, count: 1) { expected.append($0) }[0]
    // 96 layers and 11 stages that are more than one layer, and the pool.
    #expect(expected.count == 94 + 4 + 9 + 1 + 11)
    let twins = Dictionary(expected.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let fast = try TinyModel.load()
    var names: Set<String> = []
    var deadCount = 0
    let encoding = try fast.encode(images, count: 1) { activation in
      let twin = twins[activation.name]
      #expect(activation.shape == twin?.shape, "\(activation.name)")
      // Activations are of the order of 1 and sums have at most a few hundred terms.
      #expect(distance(activation.values, twin?.values ?? []) < 1e-4, "\(activation.name)")
      deadCount += activation.values.contains { $0 != 0 } ? 0 : 1
      names.insert(activation.name)
    }[0]
    // Averages that come after their convolution have no twin.
    #expect(Set(twins.keys).subtracting(names).allSatisfy { $0.hasSuffix("/Branch_3/AvgPool_0a_3x3") })
    #expect(names.count == expected.count - 9)
    // With two channels a layer may be all zeros after ReLU, but the comparison must not be of zeros alone.
    #expect(deadCount < 10)
    #expect(Set(encoding.pooled).count > TinyModel.pooledSize / 2)
    #expect(distance(encoding.pooled, expectedEncoding.pooled) < 1e-4)
    #expect(distance(encoding.embedding, expectedEncoding.embedding) < 1e-4)
    #expect(distance(encoding.initialState.hidden, expectedEncoding.initialState.hidden) < 1e-5)

    let words = [1, 18, 0]
    let states = Array(repeating: expectedEncoding.initialState, count: 3)
    let (left, right) = (try fast.step(words: words, states: states), try reference.step(words: words, states: states))
    #expect(distance(left.logits, right.logits) < 1e-5)
    #expect(distance(left.probabilities, right.probabilities) < 1e-6)
    #expect(distance(left.states.flatMap(\.cell), right.states.flatMap(\.cell)) < 1e-6)
  }

  @Test("an image's encoding has the same bits alone, in a batch, in two batches, and on any number of threads")
  func batches() throws {
    let count = 10
    let images = TinyModel.images(count)
    let all = try TinyModel.load().encode(images, count: count)
    #expect(all.count == count)
    let imageCount = images.count / count
    for threads in [1, 3] {
      let model = try TinyModel.load(threads: threads)
      for n in [0, 7, 8, 9] {
        let alone = try model.encode(Array(images[n * imageCount..<(n + 1) * imageCount]), count: 1)
        #expect(alone == [all[n]], "image \(n), \(threads) threads")
      }
    }
    #expect(all[0] != all[1])
  }

  @Test("a row of the decoder does not depend on the rows beside it, and probabilities add up to 1")
  func rows() throws {
    let model = try TinyModel.load()
    let encodings = try model.encode(TinyModel.images(2), count: 2)
    let states = (0..<8).map { encodings[$0 % 2].initialState }
    let words = (0..<8).map { ($0 * 5) % 19 }
    let together = try model.step(words: words, states: states)
    for row in 0..<8 {
      let alone = try model.step(words: [words[row]], states: [states[row]])
      #expect(alone.states == [together.states[row]])
      #expect(alone.logits == Array(together.logits[row * 19..<(row + 1) * 19]))
      #expect(alone.probabilities == Array(together.probabilities[row * 19..<(row + 1) * 19]))
      #expect(abs(alone.probabilities.reduce(0, +) - 1) < 1e-5)
    }
  }

  @Test(
    "weights that are infinite or not numbers have no fixed point, and are multiplied as they are",
    arguments: ["lstm/basic_lstm_cell/kernel", "logits/weights"])
  func unusualWeights(name: String) throws {
    for weight in [Float.infinity, .nan] {
      var source = TinyModel.source
      let shape = try #require(source[name]).shape.dimensions
      var values = try source.readArray(of: Float.self, named: name)
      values[shape[1] + 1] = weight
      source.set(name, shape, values)
      let (fast, reference) = (try TinyModel.load(source), try TinyModel.load(source, reference: true))
      let states = Array(repeating: DecoderState(zeros: 7), count: 3)
      // The second step has a hidden state that is not zero.
      let start = try reference.step(words: [1, 18, 0], states: states).states
      let left = try fast.step(words: [2, 3, 4], states: start)
      let right = try reference.step(words: [2, 3, 4], states: start)
      // An infinite gate is a closed or an open one.
      #expect(left.logits.contains { !$0.isFinite } || name.hasPrefix("lstm") && weight.isInfinite)
      for (left, right) in zip(left.logits, right.logits) {
        #expect(left.isNaN ? right.isNaN : left == right || abs(left - right) < 1e-5)
      }
    }
  }

  @Test("one model serves several callers at once")
  func concurrentCallers() async throws {
    let model = try TinyModel.load()
    let images = TinyModel.images(1)
    let expected = try model.encode(images, count: 1)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<4 {
        group.addTask { try model.encode(images, count: 1) == expected }
      }
      for try await isEqual in group { #expect(isEqual) }
    }
  }

  @Test("nothing in gives nothing out")
  func empty() throws {
    let model = try TinyModel.load()
    #expect(try model.encode([], count: 0).isEmpty)
    #expect(try model.step(words: [], states: []) == DecoderStep(logits: [], probabilities: [], states: []))
    #expect(try model.layerTimings([], count: 0).isEmpty)
  }

  @Test("layers are timed in the order of the plan")
  func timings() throws {
    let model = try TinyModel.load()
    let timings = try model.layerTimings(TinyModel.images(1), count: 1)
    #expect(timings.map(\.name) == model.plan.steps.map(\.name))
  }

  @Test("values that do not fit the model are refused")
  func wrongValues() throws {
    let model = try TinyModel.load()
    let state = DecoderState(zeros: 7)
    func reason(_ body: () throws -> Void) -> EngineDefect? {
      (#expect(throws: EngineError.self) { try body() })?.reason
    }
    let imageCount = 75 * 75 * 3
    for (values, count) in [([0], 1), ([], .max), ([], -1), ([0], 0)] as [([Float], Int)] {
      let expected = EngineDefect.imageValueCount(
        imageValueCount: imageCount, count: count, found: values.count)
      #expect(reason { _ = try model.encode(values, count: count) } == expected)
    }
    #expect(reason { _ = try model.step(words: [1], states: []) } == .stateCount(expected: 1, found: 0))
    #expect(reason { _ = try model.step(words: [19], states: [state]) } == .wordOutOfRange(19, vocabularySize: 19))
    #expect(reason { _ = try model.step(words: [-1], states: [state]) } == .wordOutOfRange(-1, vocabularySize: 19))
    let short = DecoderState(cell: state.cell, hidden: [1])
    #expect(reason { _ = try model.step(words: [1], states: [short]) } == .stateSize(expected: 7, found: 1))
  }

  @Test("what the observer throws comes through, and the model still works")
  func throwingObserver() throws {
    struct Stop: Error {}
    let model = try TinyModel.load()
    let images = TinyModel.images(1)
    #expect(throws: Stop.self) { try model.encode(images, count: 1) { _ in throw Stop() } }
    #expect(try model.encode(images, count: 1) == TinyModel.load().encode(images, count: 1))
  }
}
