import ArgumentParser
import Captioning
import Engine
import Foundation
import Images
import TensorFiles
import Vocabulary

/// How far the engine is from TensorFlow, block by block, for every mix of algorithms.
@main
struct AccuracyReport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accuracy-report",
    abstract: "Compare the engine with what TensorFlow stored, for every mix of algorithms, and print Markdown.")

  @Argument(help: "A checkpoint or a converted file.")
  var model: String

  @Option(help: "The heading.")
  var title: String

  @Option(help: "word_counts.txt.")
  var vocab: String

  @Option(help: "The folder that golden.py wrote, with maps.npz or without.")
  var golden: String

  @Option(help: "The folder of the images.")
  var images: String

  @Option(help: "Threads; all cores unless given.")
  var threads: Int?

  @Option(help: "How often each mix encodes an image for its time.")
  var rounds = 30

  func run() throws {
    let golden = try GoldenFolder(golden)
    let source = try TensorFile.open(model)
    let vocabulary = try VocabularyFile(path: vocab).vocabulary()
    var measurements = try AlgorithmMix.allCases.map { mix in
      let options = EngineOptions(threadCount: threads, algorithms: mix)
      return MixMeasurement(mix, try Captioner(source: source, vocabulary: vocabulary, options: options))
    }
    var inputs: [[Float]] = []
    for file in golden.files {
      let input = ImagePreprocessor.input(from: try RGBImage(path: "\(images)/\(file)"))
      inputs.append(input)
      let stored = try golden.image(file)
      for index in measurements.indices { try measurements[index].compare(file, input, with: stored, golden.runs) }
    }
    for index in measurements.indices { measurements[index].comparePrint(with: golden.printedLines) }
    for round in 0..<rounds {
      // In turns, each mix first as often as the others.
      for turn in measurements.indices {
        let index = (turn + round) % measurements.count
        if !measurements[index].mix.isEmulated { try measurements[index].time(inputs[round % inputs.count]) }
      }
    }
    print(ReportText.markdown(title: title, golden, measurements))
  }
}
