import Captioning
import Engine
import Foundation

/// One mix of algorithms: its model, its distance from TensorFlow, its time.
struct MixMeasurement {
  let mix: AlgorithmMix
  private(set) var errors: [String: ErrorSums] = [:]
  private(set) var pooled = ErrorSums()
  private(set) var captions = CaptionComparison()
  private(set) var differentLineCount = 0
  private(set) var milliseconds: [Double] = []
  private var lines: [String] = []
  private let captioner: Captioner

  init(_ mix: AlgorithmMix, _ captioner: Captioner) {
    self.mix = mix
    self.captioner = captioner
  }

  /// Encodes an image, compares every stage, and captions it as each run says.
  mutating func compare(
    _ file: String, _ input: [Float], with stored: GoldenFolder.Stored, _ runs: [CaptionRun]
  ) throws {
    let maps = Dictionary(uniqueKeysWithValues: stored.maps)
    var errors = errors
    let encodings = try captioner.model.encode(input, count: 1) { activation in
      guard let map = maps[activation.name] else { return }
      errors[activation.name, default: ErrorSums()].add(activation.values, expected: map)
    }
    self.errors = errors
    guard let encoding = encodings.first else { return }
    pooled.add(encoding.pooled, expected: GoldenFolder.Map(indices: nil, values: stored.pooled))
    for run in runs {
      for case let image in run.images where image.file == file {
        guard let expected = image.captions else { continue }
        let found = try captioner.captions(of: encoding, options: run.options)
        captions.compare(
          file: file, options: run.options, expected: expected,
          found: found.map { PrintedCaption($0, vocabulary: captioner.vocabulary) })
      }
    }
    let found = try captioner.captions(of: encoding)
    let text = OriginalOutput.lines(image: file, captions: found, vocabulary: captioner.vocabulary).text
    lines += text.split(separator: "\n").map(String.init)
  }

  /// Compares everything that would have been printed.
  mutating func comparePrint(with expected: [String]) {
    differentLineCount = zip(lines, expected).count { $0 != $1 } + abs(lines.count - expected.count)
  }

  /// Encodes an image once more, for its time.
  mutating func time(_ input: [Float]) throws {
    let clock = ContinuousClock()
    let start = clock.now
    _ = try captioner.model.encode(input, count: 1)
    let parts = (clock.now - start).components
    milliseconds.append(Double(parts.seconds) * 1e3 + Double(parts.attoseconds) * 1e-15)
  }
}
