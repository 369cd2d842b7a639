internal import Bytes
internal import ModelMapping
package import Tensors

/// The rows of an embedding that belong to a model's most frequent words.
package struct WordVectors: Sendable {
  /// The embedding's tensor.
  package let name: String
  /// How many rows it has.
  package let rowCount: Int
  /// How many numbers a word has.
  package let depth: Int
  /// The words whose rows are kept, the most frequent first; rows with NaN or infinity, and rows of zeros, are left
  /// out.
  package let entries: [WordList.Entry]
  /// How many words were considered.
  package let consideredCount: Int
  /// How many of them were left out because their rows have no direction: zeros, NaN, infinity.
  package var leftOutCount: Int { consideredCount - entries.count }

  /// `[entries, depth]`, each row of length 1.
  private let directions: [Float]
  /// The length of each row.
  private let lengths: [Double]

  /// At most this many numbers are kept: 32 MiB of them.
  package static let maximumElementCount = 1 << 23

  /// The tensor that looks most like the embedding of a vocabulary; nil if there is none.
  ///
  /// It is a matrix with at least one row for every word, and its name contains `embed`, as does that of the layer that
  /// embeds the picture. If there are several, one with `word`, `seq` or `token` in its name is preferred, then the one
  /// with the fewest rows.
  package static func embedding(among descriptors: [TensorDescriptor], wordCount: Int) -> TensorDescriptor? {
    func isPreferred(_ name: String) -> Bool { ["seq", "word", "token", "vocab"].contains { name.contains($0) } }
    let candidates = descriptors.filter { descriptor in
      // `<UNK>` may have been added to the words of a model that was trained without it.
      descriptor.shape.rank == 2 && descriptor.hasNumbers && descriptor.shape.dimensions[0] >= wordCount - 1
        && descriptor.shape.dimensions[1] > 1 && descriptor.name.lowercased().contains("embed")
    }
    return candidates.min { left, right in
      let (l, r) = (isPreferred(left.name.lowercased()), isPreferred(right.name.lowercased()))
      if l != r { return l }
      return left.shape.dimensions[0] < right.shape.dimensions[0]
    }
  }

  /// Reads the rows of the most frequent words; nil if fewer than two of them have a direction.
  ///
  /// - Parameters:
  ///   - descriptor: the embedding, `[rows, depth]`.
  ///   - source: where it is.
  ///   - words: the vocabulary.
  ///   - limit: the most numbers to keep.
  /// - Throws: what the source throws.
  package init?(
    of descriptor: TensorDescriptor, in source: some TensorSource, words: WordList,
    limit: Int = WordVectors.maximumElementCount
  ) throws {
    let (rowCount, depth) = (descriptor.shape.dimensions[0], descriptor.shape.dimensions[1])
    let wanted = words.entries.prefix(max(2, limit / max(depth, 1))).filter { $0.id < rowCount }
    guard wanted.count > 1, MemoryRoom.has(wanted.count * depth * 8) else { return nil }
    // Each row's place among the wanted ones, by the row.
    let lastRow = wanted.reduce(0) { max($0, $1.id) }
    var places = [Int32](repeating: -1, count: lastRow + 1)
    for (place, entry) in wanted.enumerated() { places[entry.id] = Int32(place) }
    var rows = [Float](repeating: 0, count: wanted.count * depth)
    try source.readNumbers(descriptor, first: (lastRow + 1) * depth) { start, numbers in
      var (row, column) = start.quotientAndRemainder(dividingBy: depth)
      for number in numbers {
        if row < places.count, places[row] >= 0 { rows[Int(places[row]) * depth + column] = Float(number) }
        column += 1
        if column == depth { (row, column) = (row + 1, 0) }
      }
    }
    var entries: [WordList.Entry] = []
    var directions: [Float] = []
    var lengths: [Double] = []
    directions.reserveCapacity(rows.count)
    for (place, entry) in wanted.enumerated() {
      let row = rows[place * depth..<(place + 1) * depth]
      let length = row.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      guard length.isFinite, length > 0 else { continue }
      entries.append(entry)
      lengths.append(length)
      directions += row.lazy.map { Float(Double($0) / length) }
    }
    guard entries.count > 1 else { return nil }
    name = descriptor.name
    self.rowCount = rowCount
    self.depth = depth
    consideredCount = wanted.count
    self.entries = entries
    self.directions = directions
    self.lengths = lengths
  }

  /// A word's numbers, as in the embedding except for rounding.
  func row(_ place: Int) -> [Double] {
    directions[place * depth..<(place + 1) * depth].map { Double($0) * lengths[place] }
  }

  /// The cosine of the angle between two words.
  func cosine(_ left: Int, _ right: Int) -> Double {
    // Floats have no padding.
    let bytes = unsafe directions.span.bytes
    let width = MemoryLayout<Float>.size
    var sum = SIMD8<Double>()
    var (a, b) = (left * depth * width, right * depth * width)
    let wholeEnd = a + depth / 8 * 8 * width
    while a < wholeEnd {
      // In range: both are within the row of a place in `entries`, eight elements before its end or earlier.
      let x = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: a, as: SIMD8<Float>.self)
      let y = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: b, as: SIMD8<Float>.self)
      sum += SIMD8<Double>(x) * SIMD8<Double>(y)
      (a, b) = (a + 8 * width, b + 8 * width)
    }
    var total = sum.sum()
    for column in depth / 8 * 8..<depth {
      total += Double(directions[left * depth + column]) * Double(directions[right * depth + column])
    }
    return total
  }
}
