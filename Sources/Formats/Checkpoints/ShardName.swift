/// A name that ends in the number of a shard and the number of shards, such as `model.ckpt-00001-of-00004`.
package struct ShardName: Equatable, Sendable {
  /// What comes before the marker.
  package let prefix: String
  private let marker: String
  /// The number of shards.
  package let count: Int
  /// The number of the shard; nil if it is a pattern.
  package let shard: Int?

  /// Parses a shard's name; nil for a name with another form. The number of the shard may be a pattern (`?????`, `*`).
  package init?(_ path: String, marker: String) {
    let parts = path.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count >= 4, parts[parts.count - 2].elementsEqual("of".utf8),
      let count = Self.number(parts[parts.count - 1])
    else { return nil }
    let shard = parts[parts.count - 3]
    let isPattern = !shard.isEmpty && shard.allSatisfy { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "*") }
    guard isPattern || Self.number(shard).map({ $0 < count }) == true else { return nil }
    let suffixCount = shard.count + 4 + parts[parts.count - 1].count
    let head = String(path.utf8.dropLast(suffixCount)) ?? ""
    guard head.hasSuffix(marker) else { return nil }
    self.init(
      prefix: String(head.dropLast(marker.count)), marker: marker, count: count,
      shard: isPattern ? nil : Self.number(shard))
  }

  /// The names of a sharded V1 set; nil for an implausible number of shards.
  init?(prefix: String, count: Int) {
    self.init(prefix: prefix, marker: "-", count: count, shard: nil)
  }

  private init?(prefix: String, marker: String, count: Int, shard: Int?) {
    guard (1...BundleHeader.maximumShardCount).contains(count), !prefix.isEmpty else { return nil }
    self.prefix = prefix
    self.marker = marker
    self.count = count
    self.shard = shard
  }

  /// The name of one shard.
  package func path(_ shard: Int) -> String {
    prefix + marker + ShardFiles.padded(shard) + "-of-" + ShardFiles.padded(count)
  }

  /// At least five digits.
  private static func number(_ digits: Substring.UTF8View) -> Int? {
    guard digits.count >= 5, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      return nil
    }
    return Int(String(digits) ?? "")
  }
}
