/// Finds the most probable words of one row of probabilities.
enum LikeliestWords {
  /// A word and how probable it is.
  struct Word: Equatable {
    var id: Int
    var probability: Float
  }

  /// The `count` most probable words, most probable first; of equal ones the lower ID first.
  ///
  /// One pass with a short sorted list, instead of sorting a row of thousands.
  ///
  /// - Returns: nil where a probability is no number; such a row has no order.
  static func find(_ count: Int, in probabilities: ArraySlice<Float>) -> [Word]? {
    var best: [Word] = []
    best.reserveCapacity(count + 1)
    var worst = -Float.infinity
    for (id, probability) in probabilities.enumerated() {
      // False for equal probabilities, so that the earlier word stays; and for NaN, which is looked for below.
      guard probability > worst || best.count < count else {
        if probability.isNaN { return nil }
        continue
      }
      if probability.isNaN { return nil }
      var place = best.count
      while place > 0, best[place - 1].probability < probability { place -= 1 }
      best.insert(Word(id: id, probability: probability), at: place)
      if best.count > count { best.removeLast() }
      if best.count == count, let last = best.last { worst = last.probability }
    }
    return best
  }
}
