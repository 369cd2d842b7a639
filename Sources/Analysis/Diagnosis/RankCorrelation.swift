/// How closely two lists of numbers rise and fall together, by Spearman's rank correlation.
enum RankCorrelation {
  /// From -1 to 1; 0 for lists without order.
  ///
  /// - Precondition: equal counts.
  static func of(_ left: [Float], _ right: [Float]) -> Double {
    precondition(left.count == right.count, "the lists have equal counts")
    guard left.count > 2 else { return 0 }
    let (x, y) = (ranks(left), ranks(right))
    let mean = Double(x.count - 1) / 2
    var (xy, xx, yy) = (0.0, 0.0, 0.0)
    for (a, b) in zip(x, y) {
      xy += (a - mean) * (b - mean)
      xx += (a - mean) * (a - mean)
      yy += (b - mean) * (b - mean)
    }
    return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : 0
  }

  /// The correlation below which shuffled lists stay 999 times in 1,000.
  static func chance(count: Int) -> Double { 3.29 / Double(max(count - 1, 1)).squareRoot() }

  /// Ranks of the values; equal values share their mean rank.
  private static func ranks(_ values: [Float]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + end - 1) / 2 }
      start = end
    }
    return ranks
  }
}
