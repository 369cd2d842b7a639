/// Finds the most probable words of one row of probabilities.
enum LikeliestWords {
  /// A word and how probable it is.
  struct Word: Equatable {
    var id: Int
    var probability: Float
  }

  /// Probabilities that are compared with the worst word of the list at once.
  private typealias Block = SIMD16<Float>

  /// The `count` most probable words, most probable first; among equal ones, the lower ID first.
  ///
  /// One pass with a short sorted list, instead of sorting a row of thousands. Because most words are far from the
  /// list, one comparison skips whole blocks of them.
  ///
  /// - Returns: nil if a probability is not a number, because such a row has no order.
  static func find(_ count: Int, in probabilities: Span<Float>) -> [Word]? {
    var list = List(limit: count)
    // Floats have no padding bytes.
    let bytes = unsafe probabilities.bytes
    var id = 0
    while id < probabilities.count {
      let blockEnd = min(id + Block.scalarCount, probabilities.count)
      if blockEnd - id == Block.scalarCount, list.isFull {
        // The block is in the span, as `blockEnd` guarantees.
        let block = unsafe bytes.unsafeLoadUnaligned(
          fromUncheckedByteOffset: id * MemoryLayout<Float>.stride, as: Block.self)
        // Also false if one of them is not a number.
        if list.hasNoPlace(forAnyOf: block) {
          id = blockEnd
          continue
        }
      }
      while id < blockEnd {
        guard list.add(Word(id: id, probability: probabilities[id])) else { return nil }
        id += 1
      }
    }
    return list.words
  }

  /// The most probable words so far.
  private struct List {
    let limit: Int
    private(set) var words: [Word] = []
    private(set) var isFull = false
    private var worst = -Float.infinity

    init(limit: Int) {
      self.limit = limit
      words.reserveCapacity(limit + 1)
    }

    /// Whether `add` would leave the list as it is and return true for each.
    func hasNoPlace(forAnyOf block: Block) -> Bool {
      all(block .<= worst)
    }

    /// Puts a word in its place if it has one; false if its probability is not a number.
    mutating func add(_ word: Word) -> Bool {
      if word.probability.isNaN { return false }
      // False for equal probabilities, so that the earlier word stays.
      guard word.probability > worst || !isFull else { return true }
      var place = words.count
      while place > 0, words[place - 1].probability < word.probability { place -= 1 }
      words.insert(word, at: place)
      if words.count > limit { words.removeLast() }
      isFull = words.count == limit
      if isFull, let last = words.last { worst = last.probability }
      return true
    }
  }
}
