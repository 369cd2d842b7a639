import Engine
import Foundation

/// What is measured, here and of the other libraries: the same images and the same steps of the decoder.
struct Workload {
  /// Steps of one decode: those of the longest caption.
  static let stepCount = 19
  /// Partial captions that go through a step together.
  static let rowCount = 3

  let model: ShowAndTell
  /// `[count, side, side, 3]`, row-major.
  var images: [Float]
  /// What the decoder starts from.
  var state: DecoderState

  private var imageCount: Int { model.sizes.imageSize * model.sizes.imageSize * 3 }

  /// Random pixels; speed does not depend on them.
  init(model: ShowAndTell, randomImageCount count: Int) throws {
    self.model = model
    images = (0..<count * model.sizes.imageSize * model.sizes.imageSize * 3).map { _ in Float.random(in: -1...1) }
    state = DecoderState(zeros: model.sizes.unitCount)
  }

  /// What `Inputs` wrote into a folder.
  init(model: ShowAndTell, folder: URL) throws {
    self.model = model
    images = try Floats.read(folder.appending(path: Inputs.imagesName))
    let values = try Floats.read(folder.appending(path: Inputs.stateName))
    state = DecoderState(
      cell: Array(values.prefix(model.sizes.unitCount)), hidden: Array(values.dropFirst(model.sizes.unitCount)))
  }

  /// The pooled features of the first images, `[count, pooledSize]`.
  func encode(_ count: Int) throws -> [Float] {
    try model.encode(Array(images.prefix(count * imageCount)), count: count).flatMap(\.pooled)
  }

  /// The last step's probabilities, `[rowCount, vocabularySize]`. Step n feeds row r the word n + r.
  func decode() throws -> [Float] {
    var states = Array(repeating: state, count: Self.rowCount)
    var probabilities: [Float] = []
    for step in 0..<Self.stepCount {
      let result = try model.step(words: (0..<Self.rowCount).map { step + $0 }, states: states)
      (states, probabilities) = (result.states, result.probabilities)
    }
    return probabilities
  }
}
