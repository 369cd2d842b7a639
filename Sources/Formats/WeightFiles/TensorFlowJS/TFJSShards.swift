internal import Bytes
internal import Files

/// The shards of a group: files whose bytes follow each other.
///
/// The manifest does not say how long a shard is. If one is missing or short, its length follows from the others, if
/// that is certain; otherwise tensors after it cannot be located.
struct TFJSShards {
  private struct Shard {
    let path: String
    let file: InputFile?
    /// The index among the opened files.
    let index: Int
    /// Why it was not opened.
    let failure: TFJSDefect?

    var byteCount: Int { file?.byteCount ?? 0 }
  }

  private let shards: [Shard]
  /// Where each shard starts in the group, as far as that is known, and where the last of them ends.
  private let starts: [Int]
  /// The bytes that are there.
  let byteCount: Int

  /// The size of shards, except for the last one, unless the converter is told another.
  static let usualByteCount = 1 << 22

  /// - Parameters:
  ///   - paths: the paths of the shards.
  ///   - files: opens them.
  ///   - expected: how many bytes they have together, if that is known.
  ///   - isShort: whether they are known to have too few.
  init(_ paths: [String], in files: CompanionFiles, expected: Int?, isShort: Bool = false) {
    let shards = paths.map { Self.open($0, files) }
    let byteCount = shards.reduce(0) { $0.addingChecked($1.byteCount) ?? .max }
    self.shards = shards
    self.byteCount = byteCount
    let isComplete = shards.allSatisfy { $0.file != nil }
    let starts = isComplete && !isShort && byteCount >= expected ?? 0 ? nil : Self.starts(shards, byteCount, expected)
    self.starts = starts ?? Self.sums(shards.map(\.byteCount))
  }

  private static func open(_ path: String, _ files: CompanionFiles) -> Shard {
    func failed(_ defect: TFJSDefect) -> Shard { Shard(path: path, file: nil, index: 0, failure: defect) }
    if path.contains("://") { return failed(.address(path)) }
    do throws(CompanionFiles.Failure) {
      let index = try files.index(of: path)
      return Shard(path: path, file: files.opened[index], index: index, failure: nil)
    } catch {
      switch error {
      case .outside: return failed(.outside(path))
      case .missing: return failed(.missing(path))
      case .tooMany: return failed(.tooManyShards(limit: CompanionFiles.maximumCount))
      }
    }
  }

  /// Where shards start of which one is missing or short; fewer than there are if it is not certain.
  private static func starts(_ shards: [Shard], _ byteCount: Int, _ expected: Int?) -> [Int] {
    let all = shards.dropLast().map(\.byteCount)
    let largest = all.max() ?? 0
    // Converters make all shards but the last equally long.
    if largest == usualByteCount || all.count(where: { $0 == largest && $0 > 0 }) > 1,
      let whole = largest.multipliedChecked(by: all.count),
      expected.map({ $0 > whole && $0 - whole <= largest }) ?? true
    {
      return sums(all.map { _ in largest } + [expected.map { $0 - whole } ?? largest])
    }
    let missing = shards.indices.filter { shards[$0].file == nil }
    if let expected, missing.count == 1, let index = missing.first, expected >= byteCount {
      return sums(shards.indices.map { $0 == index ? expected - byteCount : shards[$0].byteCount })
    }
    // All before the first missing one are in their places; a short one may be any, but the first one starts at 0.
    let known = missing.first ?? 0
    return sums(shards.prefix(known).map(\.byteCount))
  }

  private static func sums(_ counts: [Int]) -> [Int] {
    counts.reduce(into: [0]) { sums, count in sums.append((sums.last ?? 0).addingChecked(count) ?? .max) }
  }

  /// The bytes of a tensor, and the index of the file in which they start.
  ///
  /// - Throws: what is wrong with the shard that they are in.
  func bytes(at offset: Int, count: Int) throws(TFJSDefect) -> (StoredBytes, index: Int) {
    guard count > 0 else { return (.memory([]), 0) }
    let end = offset + count
    var bytes = StoredParts()
    var first: Int?
    // The first shard that ends after the offset.
    var index = starts.dropFirst().partitionIndex { $0 > offset } - 1
    while bytes.byteCount < count {
      guard index < shards.count, index < starts.count else { throw beyond(end) }
      let shard = shards[index]
      if let failure = shard.failure { throw failure }
      let from = offset + bytes.byteCount - starts[index]
      // The last shard whose start is known has the bytes that its file has.
      let isLast = index + 1 >= starts.count
      let until = min(end, isLast ? .max : starts[index + 1]) - starts[index]
      guard let file = shard.file, until <= file.byteCount else {
        throw isLast ? beyond(end) : .shortShard(shard.path, byteCount: shard.byteCount)
      }
      first = first ?? shard.index
      bytes.append(file, from..<until)
      index += 1
    }
    return (bytes.slice(0..<count), first ?? 0)
  }

  /// Why bytes up to an end are not there.
  private func beyond(_ end: Int) -> TFJSDefect {
    guard starts.count <= shards.count else { return .pastEnd(needed: end, found: byteCount) }
    // The first shard that is not there keeps all that follows from being located.
    if let failure = shards.lazy.compactMap(\.failure).first { return failure }
    return shards.count > 1 ? .shortGroup : .pastEnd(needed: end, found: byteCount)
  }
}

extension Collection {
  /// The index of the first element that fulfills a condition that all later ones fulfill too.
  fileprivate func partitionIndex(_ condition: (Element) -> Bool) -> Index {
    var (low, count) = (startIndex, count)
    while count > 0 {
      let middle = index(low, offsetBy: count / 2)
      if condition(self[middle]) {
        count /= 2
      } else {
        low = index(after: middle)
        count -= count / 2 + 1
      }
    }
    return low
  }
}
