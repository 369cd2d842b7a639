internal import Bytes

/// Where carriage returns were removed from numbers, judging by the alignment of the bytes.
///
/// After a removed return, every number begins one byte early, and its exponent is where its mantissa should be. The
/// most likely path through all line feeds, with a return before some of them, is found as in a hidden Markov model
/// (Viterbi), which takes linear time however many returns are gone. Likelihood proposes and the checksum decides: if
/// two line feeds are a few bytes apart, the path may have chosen the wrong one, so the likeliest exchanges are tried.
struct ReturnAlignment {
  /// What the bytes are.
  enum Layout {
    /// One tensor's numbers.
    case numbers
    /// A block of a V1 file: records in which numbers begin anywhere.
    case records
  }

  /// The indices of the bytes before which a return belongs; nil if no likely set of them has the checksum, or two have
  /// it.
  private(set) var places: [Int]?

  private let bytes: [UInt8]
  private let byteCount: Int
  private let checksum: (Int) -> UInt32?
  private let layout: Layout
  private let candidates: [Int]
  private let heads: [RecordHead]
  private var model: ColumnModel

  /// A path through all candidates.
  private struct Path {
    /// The candidates with a return, as indices in `candidates`.
    var taken: [Int] = []
    /// The column of a number that bytes at offset 0 would have, before the first candidate and after each.
    var phases: [Int]
  }

  /// Searches.
  ///
  /// - Parameters:
  ///   - bytes: what is left of the original, and what follows it.
  ///   - byteCount: the original's length.
  ///   - layout: what the bytes are.
  ///   - model: a model of such numbers.
  ///   - first: the first place that may have lost a return.
  ///   - budget: how many sets of exchanges may be tried; reduced by those that are.
  ///   - checksum: the original's checksum, given how many returns are gone; a block's checksum is among the bytes, at
  ///     a place that depends on that number.
  init(
    _ bytes: [UInt8], byteCount: Int, layout: Layout, model: ColumnModel, first: Int, budget: inout Int,
    checksum: @escaping (Int) -> UInt32?
  ) {
    self.bytes = bytes
    self.byteCount = byteCount
    self.checksum = checksum
    self.layout = layout
    self.model = model
    candidates = bytes.indices.filter { bytes[$0] == 0x0a && $0 >= first }
    heads = layout == .records ? RecordHead.find(in: bytes, at: candidates) : []
    var path = likeliestPath()
    // The numbers of this tensor are better evidence than those of others.
    for _ in 0..<2 {
      learn(from: path)
      path = likeliestPath()
    }
    places = proven(path, &budget)
  }

  private func likeliestPath() -> Path {
    let width = model.width
    let logarithms = model.logarithms
    var scores = [Double](repeating: layout == .numbers ? -.infinity : 0, count: width)
    scores[0] = 0
    // For each candidate and the phase after it: the phase before, and whether a return was removed.
    var origins: [UInt8] = []
    origins.reserveCapacity(candidates.count * width)
    var position = 0
    var heads = heads.makeIterator()
    var head = heads.next()
    for candidate in candidates {
      while let passed = head, passed.range.upperBound <= candidate { head = heads.next() }
      if let head, head.range.contains(candidate) {
        if candidate == head.range.lowerBound {
          score(position..<candidate, &scores, logarithms)
          // After a head, numbers begin anywhere, so every phase continues from the best one.
          let best = scores.indices.max { scores[$0] < scores[$1] } ?? 0
          for phase in scores.indices { scores[phase] = scores[best] }
          origins += [UInt8](repeating: UInt8(best) | (head.isCut ? Self.takenFlag : 0), count: width)
        } else {
          origins += (0..<width).map(UInt8.init)
        }
        position = head.range.upperBound
        continue
      }
      score(position..<candidate, &scores, logarithms)
      position = candidate
      var next = scores
      for after in 0..<width {
        let before = (after + width - 1) % width
        let taken =
          scores[before] + Self.takenLogarithm + logarithms[256 * ((candidate + before) % width) + 0x0d]
        let isTaken = taken > scores[after]
        next[after] = isTaken ? taken : scores[after]
        origins.append(isTaken ? UInt8(before) | Self.takenFlag : UInt8(after))
      }
      scores = next
    }
    score(min(position, bytes.count)..<bytes.count, &scores, logarithms)
    var phase = scores.indices.max { scores[$0] < scores[$1] } ?? 0
    var path = Path(phases: [phase])
    for number in candidates.indices.reversed() {
      let origin = origins[number * width + phase]
      if origin & Self.takenFlag != 0 { path.taken.append(number) }
      phase = Int(origin & ~Self.takenFlag)
      path.phases.append(phase)
    }
    path.phases.reverse()
    // Later candidates belong to what follows.
    path.taken = path.taken.reversed().enumerated().prefix { candidates[$1] + $0 < byteCount }.map(\.element)
    return path
  }

  private func score(_ range: Range<Int>, _ scores: inout [Double], _ logarithms: [Double]) {
    let width = model.width
    for phase in 0..<width where scores[phase] > -.infinity {
      var column = (range.lowerBound + phase) % width
      var sum = 0.0
      for index in range {
        sum += logarithms[256 * column + Int(bytes[index])]
        column = column + 1 == width ? 0 : column + 1
      }
      scores[phase] += sum
    }
  }

  private mutating func learn(from path: Path) {
    var model = ColumnModel(width: model.width)
    var position = 0
    var heads = heads[...]
    let ends = candidates + [min(bytes.count, byteCount - path.taken.count)]
    for (number, end) in ends.enumerated() {
      while let head = heads.first, head.range.lowerBound < end {
        position = max(position, head.range.upperBound)
        heads.removeFirst()
      }
      guard end > position else { continue }
      model.add(bytes[position..<end], at: position + path.phases[number])
      position = end
    }
    if model.isKnown { self.model = model }
  }

  // MARK: - The checksum

  /// The places of a path, or of one near it, that have the checksum.
  private func proven(_ path: Path, _ budget: inout Int) -> [Int]? {
    let taken = path.taken
    var variants = [taken]
    // A return within the last numbers leaves hardly any trace.
    let last = candidates.lastIndex { $0 + taken.count < byteCount } ?? -1
    for number in stride(from: last, to: max(-1, last - 4), by: -1) where number > taken.last ?? -1 {
      variants.append(taken + [number])
    }
    if !taken.isEmpty { variants.append(taken.dropLast()) }
    for variant in variants {
      if let found = exchanged(variant, path.phases, &budget) { return found.map { candidates[$0] } }
    }
    return nil
  }

  /// A path that has the checksum and differs from this one by a few exchanges.
  private func exchanged(_ path: [Int], _ phases: [Int], _ budget: inout Int) -> [Int]? {
    let end = byteCount - path.count
    guard end >= 0, end <= bytes.count, let checksum = checksum(path.count) else { return nil }
    let shift = ZeroShift.shared
    // Candidates after the end belong to what follows.
    let returns = ReturnDifferences(bytes, 0..<end, Array(candidates.prefix { $0 <= end }))
    let differences = returns.differences
    let taken = path.enumerated().map { index, number in
      shift.applied(to: differences[number], byteCount: path.count - index - 1)
    }
    let rest = taken.reduce(returns.checksum.value ^ checksum, ^)
    guard rest != 0 else { return path }

    var exchanges = exchanges(of: path, phases, end: end)
    for index in exchanges.indices {
      let exchange = exchanges[index]
      exchanges[index].difference =
        taken[exchange.index]
        ^ shift.applied(to: differences[exchange.number], byteCount: path.count - exchange.index - 1)
    }
    exchanges.sort { $0.loss < $1.loss }
    for count in 1...Self.maximumExchangeCount where count <= exchanges.count {
      var usable = count
      while usable < exchanges.count, ReturnPlacement.setCount(count, of: usable + 1) <= Self.maximumSetCount {
        usable += 1
      }
      budget -= ReturnPlacement.setCount(count, of: usable)
      guard budget > 0 else { return nil }
      let search = ExchangeSearch(Array(exchanges.prefix(usable)), count: count, goal: rest)
      guard let set = search.solutions.first else { continue }
      guard search.solutions.count == 1 else { return nil }
      var path = path
      for exchange in set { path[exchange.index] = exchange.number }
      return path
    }
    return nil
  }

  /// Line feeds near those of a path, with how much less likely they are.
  private func exchanges(of path: [Int], _ phases: [Int], end: Int) -> [Exchange] {
    let logarithms = model.logarithms
    let width = model.width
    var found: [Exchange] = []
    for (index, number) in path.enumerated() {
      let low = index > 0 ? path[index - 1] : -1
      let high = index + 1 < path.count ? path[index + 1] : candidates.count
      for direction in [-1, 1] {
        var other = number
        var loss = 0.0
        let (before, after) = (phases[number], phases[number + 1])
        while true {
          let previous = candidates[other]
          other += direction
          guard other > low, other < high, candidates[other] <= end else { break }
          for position in min(previous, candidates[other])..<max(previous, candidates[other]) {
            let byte = Int(bytes[position])
            let early = logarithms[256 * ((position + before) % width) + byte]
            let late = logarithms[256 * ((position + after) % width) + byte]
            loss += direction > 0 ? late - early : early - late
          }
          guard loss < Self.maximumLoss, !heads.contains(where: { $0.range.contains(candidates[other]) }) else { break }
          found.append(Exchange(index: index, number: other, loss: loss))
        }
      }
    }
    return found
  }

  /// One CR LF in 65,536 pairs of random bytes is one LF in 256.
  private static let takenLogarithm = -5.545
  /// The rest of the byte is a phase, at most 8.
  private static let takenFlag: UInt8 = 0x80
  private static let maximumLoss = 40.0
  private static let maximumExchangeCount = 10
  /// All sets together stay far below the 2³² values of the checksum.
  private static let maximumSetCount = 1 << 20
}

/// A return of a path moved to another line feed.
private struct Exchange {
  /// Which return of the path.
  let index: Int
  /// The line feed, among all candidates.
  let number: Int
  /// How much less likely the exchange is, in nats.
  let loss: Double
  /// Its effect on the checksum.
  var difference: UInt32 = 0
}

/// Sets of exchanges with a given sum of differences; at most two.
private struct ExchangeSearch {
  private(set) var solutions: [[Exchange]] = []
  private let exchanges: [Exchange]
  private let count: Int
  private let byDifference: [UInt32: [Int]]

  init(_ exchanges: [Exchange], count: Int, goal: UInt32) {
    self.exchanges = exchanges
    self.count = count
    byDifference = Dictionary(grouping: exchanges.indices) { exchanges[$0].difference }
    var chosen: [Exchange] = []
    choose(&chosen, from: 0, rest: goal)
  }

  private mutating func choose(_ chosen: inout [Exchange], from first: Int, rest: UInt32) {
    guard solutions.count < 2 else { return }
    guard chosen.count + 1 < count else {
      for last in byDifference[rest] ?? [] where last >= first { add(chosen + [exchanges[last]]) }
      return
    }
    for next in first..<max(first, exchanges.count - (count - chosen.count - 1)) {
      chosen.append(exchanges[next])
      choose(&chosen, from: next + 1, rest: rest ^ exchanges[next].difference)
      chosen.removeLast()
    }
  }

  /// Adds a set that moves each return once.
  private mutating func add(_ set: [Exchange]) {
    if Set(set.map(\.index)).count == set.count { solutions.append(set) }
  }
}
