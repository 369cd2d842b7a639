internal import Essentials
internal import ModelMapping
package import Tensors

/// How often the words of a model occur, compared with their ranks and with the biases of the model's output.
package struct WordFrequencies: Sendable, Equatable {
  /// One word.
  package struct Point: Sendable, Equatable {
    /// The word.
    package let word: String
    /// Its place in the order of frequency, from 1.
    package let rank: Int
    /// How often it occurs; at least 1.
    package let count: Int
    /// What the output adds to its score; nil if there is no such tensor, or the value is not finite.
    package let bias: Double?
  }

  /// The words that have a count, the most frequent first; all of them if they are few, otherwise a selection spaced
  /// evenly over the logarithm of the ranks.
  package let points: [Point]
  /// How many words have a count.
  package let wordCount: Int
  /// How much the logarithm of the count changes when that of the rank grows by 1, over all words; nil for fewer than three words.
  ///
  /// Zipf's law predicts -1, and most texts are close to it.
  package let slope: Double?
  /// The tensor that has the biases; nil if there is none.
  package let biasName: String?
  /// The correlation of the bias with the logarithm of the count, over all words that have both; nil for fewer than
  /// three.
  package let correlation: Double?
  /// How many biases are NaN or infinite.
  package let nonFiniteBiasCount: Int

  /// At most this many words become points.
  package static let maximumPointCount = 1_000

  /// The vector that looks most like the biases of the output over words; nil if there is none.
  ///
  /// It has as many elements as the embedding has rows, or at least as many as there are words, and a name with `bias` in it.
  package static func biases(
    among descriptors: [TensorDescriptor], wordCount: Int, rowCount: Int?
  ) -> TensorDescriptor? {
    let candidates = descriptors.filter { descriptor in
      guard descriptor.shape.rank == 1, descriptor.hasNumbers, descriptor.name.lowercased().contains("bias") else {
        return false
      }
      // A few more rows than words are usual; a vector of another layer may have any number.
      let extent = descriptor.shape.dimensions[0]
      return rowCount.map { extent == $0 } ?? (extent >= wordCount - 1 && extent <= wordCount + wordCount / 4 + 1)
    }
    func isPreferred(_ name: String) -> Bool { ["logits", "output", "softmax"].contains { name.contains($0) } }
    return candidates.first { isPreferred($0.name.lowercased()) } ?? candidates.first
  }

  /// Compares counts with ranks and biases; nil if fewer than two words have a count.
  ///
  /// - Parameters:
  ///   - words: the vocabulary.
  ///   - biases: the name of the output's biases and their values, by word ID.
  package init?(of words: WordList, biases: (name: String, values: [Double])? = nil) {
    let counted = words.entries.filter { ($0.count ?? 0) > 0 }
    guard counted.count > 1 else { return nil }
    func bias(_ entry: WordList.Entry) -> Double? {
      guard let values = biases?.values, entry.id < values.count, values[entry.id].isFinite else { return nil }
      return values[entry.id]
    }
    let all = counted.enumerated().map { place, entry in
      Point(word: entry.word, rank: place + 1, count: entry.count ?? 1, bias: bias(entry))
    }
    wordCount = all.count
    points = Self.selection(from: all)
    let logCounts = all.map { log(Double($0.count)) }
    slope = Self.fit(all.map { log(Double($0.rank)) }, logCounts)?.slope
    biasName = biases?.name
    let both = zip(all, logCounts).compactMap { point, logCount in point.bias.map { (logCount, $0) } }
    correlation = Self.fit(both.map(\.0), both.map(\.1))?.correlation
    nonFiniteBiasCount = biases.map { $0.values.count { !$0.isFinite } } ?? 0
  }

  /// The first words, then words at growing distances.
  private static func selection(from all: [Point]) -> [Point] {
    guard all.count > maximumPointCount else { return all }
    var chosen: [Point] = []
    var last = -1
    for step in 0..<maximumPointCount {
      let share = Double(step) / Double(maximumPointCount - 1)
      let place = min(all.count - 1, Int(pow(Double(all.count), share)) - 1)
      // At the beginning, steps are shorter than a word.
      let next = max(place, last + 1)
      guard next < all.count else { break }
      chosen.append(all[next])
      last = next
    }
    return chosen
  }

  /// The least-squares line, and how well it fits; nil for fewer than three points, or if all have the same x.
  private static func fit(_ x: [Double], _ y: [Double]) -> (slope: Double, correlation: Double?)? {
    guard x.count > 2 else { return nil }
    let (meanX, meanY) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
    var (xx, yy, xy) = (0.0, 0.0, 0.0)
    for (a, b) in zip(x, y) {
      xx += (a - meanX) * (a - meanX)
      yy += (b - meanY) * (b - meanY)
      xy += (a - meanX) * (b - meanY)
    }
    guard xx > 0 else { return nil }
    let scale = (xx * yy).squareRoot()
    return (xy / xx, scale > 0 && scale.isFinite ? xy / scale : nil)
  }
}
