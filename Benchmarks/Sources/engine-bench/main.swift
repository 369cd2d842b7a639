// Times the engine on a model: loading, one encode layer by layer, and the decoder.
//
//   engine-bench MODEL [BATCH] [THREADS] [RUNS]
//
// Processor time is of all threads together. On a machine with other work it wobbles less than the clock: divided by the
// threads it bounds from above what an idle machine would take.

import Engine
import Foundation
import TensorFiles

let arguments = CommandLine.arguments
guard arguments.count >= 2 else {
  print("usage: engine-bench MODEL [BATCH] [THREADS] [RUNS]")
  exit(64)
}
func argument(_ index: Int) -> Int? { arguments.count > index ? Int(arguments[index]) : nil }
let batchCount = argument(2) ?? 1
let runCount = max(argument(4) ?? 15, 1)

do {
  let options = EngineOptions(threadCount: argument(3))
  let source = try TensorFile.open(arguments[1])
  var model: ShowAndTell?
  let loading = Timing.of { model = try? ShowAndTell(source: source, options: options) }
  guard let model else { throw ExitError.noModel }
  print("load", loading)

  let valueCount = model.sizes.imageSize * model.sizes.imageSize * 3
  var generator = SystemRandomNumberGenerator()
  let images = (0..<batchCount * valueCount).map { _ in Float.random(in: -1...1, using: &generator) }

  var encodes: [Timing] = []
  var layers: [[Double]] = []
  var timings: [LayerTiming] = []
  for _ in 0..<runCount {
    encodes.append(try Timing.of { _ = try model.encode(images, count: batchCount) })
    timings = try model.layerTimings(images, count: batchCount)
    layers.append(timings.map { Timing.milliseconds($0.duration) })
  }
  print("layer                                   median ms   min ms  GFLOP/s")
  var convolutionNames = LayerNames.convolutions[...]
  for (index, timing) in timings.enumerated() {
    let times = layers.map { $0[index] }.sorted()
    let name = timing.multiplicationCount > 0 ? convolutionNames.popFirst() ?? timing.name : timing.name
    let rate = timing.multiplicationCount > 0 ? 2e-6 * Double(timing.multiplicationCount) / times[0] : 0
    print(
      name.padding(toLength: 40, withPad: " ", startingAt: 0),
      String(format: "%8.3f %8.3f %8.1f", times[times.count / 2], times[0], rate))
  }
  print("encode, \(batchCount) image(s), per image:", Timing.summary(encodes, per: Double(batchCount)))

  let state = try model.encode(images, count: batchCount)[0].initialState
  let decodes = try (0..<runCount).map { _ in
    try Timing.of {
      var states = Array(repeating: state, count: 3)
      for word in 0..<19 { states = try model.step(words: [word, word + 1, word + 2], states: states).states }
    }
  }
  print("decode, 19 steps of 3 rows:", Timing.summary(decodes, per: 1))
} catch {
  print(error)
  exit(1)
}

enum ExitError: Error {
  case noModel
}
