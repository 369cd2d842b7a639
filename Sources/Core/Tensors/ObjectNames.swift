internal import Bytes

/// Gives each tensor the first of its names that no other tensor has.
///
/// A name that several tensors would have goes to none of them: each moves on to its next name, and so does a tensor
/// whose name another one falls back to. The last name, the key, is unique among keys, and stays. Takes linear time.
struct ObjectNames {
  /// The name of each tensor.
  let names: [String]
  /// The names that several tensors wanted first, in order of their bytes, with the places of those tensors.
  let shared: [(name: String, places: [Int])]

  /// Chooses the names.
  ///
  /// - Parameter candidates: for each tensor its names, the wanted one first; at least one.
  init(_ candidates: [[String]]) {
    var levels = [Int](repeating: 0, count: candidates.count)
    var claims: [ByteString: [Int]] = [:]
    claims.reserveCapacity(candidates.count)
    for (place, names) in candidates.enumerated() { claims[ByteString(names[0]), default: []].append(place) }
    let contested = claims.filter { $0.value.count > 1 }
    shared = contested.map { (name: candidates[$0.value[0]][0], places: $0.value) }
      .sorted { $0.name.precedesInBytes($1.name) }
    var refused = Set(contested.keys)
    // The order does not matter: a tensor that shares a name with another gives it up.
    var pending = Array(contested.keys)
    while let name = pending.popLast() {
      for place in claims[name] ?? [] where levels[place] + 1 < candidates[place].count {
        guard ByteString(candidates[place][levels[place]]) == name else { continue }
        levels[place] += 1
        let next = ByteString(candidates[place][levels[place]])
        claims[next, default: []].append(place)
        if refused.contains(next) || claims[next, default: []].count > 1 {
          refused.insert(next)
          pending.append(next)
        }
      }
    }
    names = zip(candidates, levels).map { $0[$1] }
  }
}
