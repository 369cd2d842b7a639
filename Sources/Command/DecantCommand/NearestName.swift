/// Finds what a misspelled or abbreviated name was meant to be.
enum NearestName {
  /// The name nearest to a word; nil if none is near.
  ///
  /// A name that begins with the word, or the other way round, is near. Otherwise a third of the word may differ.
  static func match(_ word: String, in names: [String]) -> String? {
    let word = word.lowercased()
    let letterCount = word.filter { $0 != "-" }.count
    // The whole of a long pasted text would take long, and is near nothing.
    guard letterCount > 1, word.count <= 40 else { return nil }
    let longer = names.filter { $0.hasPrefix(word) }
    if let first = longer.first, longer.count == 1 { return first }
    let best = names.map { (name: $0, distance: distance(from: word, to: $0)) }.min { $0.distance < $1.distance }
    if let best, best.distance <= max(1, letterCount / 3) { return best.name }
    return longer.first ?? names.first { $0.count > 3 && word.hasPrefix($0) }
  }

  /// How many letters to insert, remove, replace or exchange with the next (optimal string alignment).
  static func distance(from word: String, to name: String) -> Int {
    let word = Array(word)
    let name = Array(name)
    var rows = [Array(0...name.count)]
    for (i, letter) in word.enumerated() {
      var row = [i + 1]
      for (j, other) in name.enumerated() {
        var cost = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (letter == other ? 0 : 1))
        if i > 0, j > 0, letter == name[j - 1], word[i - 1] == other { cost = min(cost, rows[i - 1][j - 1] + 1) }
        row.append(cost)
      }
      rows.append(row)
    }
    return rows[word.count][name.count]
  }
}
