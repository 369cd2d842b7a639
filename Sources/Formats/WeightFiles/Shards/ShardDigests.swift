internal import Bytes
internal import Tensors

/// The checksums of a model's tensors when the model is in shards: each shard has those of its own tensors, so that the
/// headers do not grow with the number of shards. Decant before 0.3 wrote all of them into every shard.
struct ShardDigests {
  private var metadata: String?
  private var digits: [ByteString: String] = [:]
  /// The text that was added last; shards of earlier versions all have the same.
  private var last: String?
  private var isUnreadable = false

  /// The metadata of each shard: the model's, with only the checksums of the shard's tensors.
  ///
  /// - Parameters:
  ///   - metadata: the model's metadata.
  ///   - count: the number of shards.
  ///   - shard: the shard of a tensor; nil for a name that no shard has.
  /// - Returns: for each shard its metadata; the model's for all of them if it has no checksums.
  static func parts(
    of metadata: [String: String], count: Int, shard: (String) -> Int?
  ) -> [[String: String]] {
    var parts = [[String: String]](repeating: metadata, count: count)
    guard let text = metadata[ContentDigests.key], let list = try? DigestList(parsing: text) else { return parts }
    var rows = [[DigestList.Row]](repeating: [], count: count)
    for row in list.rows {
      if let shard = shard(row.name) { rows[shard].append(row) }
    }
    for (index, rows) in rows.enumerated() {
      parts[index][ContentDigests.key] = DigestList(metadata: list.metadata ?? "", rows: rows).text
    }
    return parts
  }

  /// Adds what a shard states.
  ///
  /// - Returns: false if a checksum differs from that of another shard, or if the text is not what Decant writes.
  mutating func add(_ text: String) -> Bool {
    if let last, last.equalsInBytes(text) { return !isUnreadable }
    last = text
    guard let list = try? DigestList(parsing: text), let stated = list.metadata else {
      isUnreadable = true
      return false
    }
    var agrees = metadata == nil || metadata == stated
    metadata = metadata ?? stated
    for row in list.rows {
      let first = digits[ByteString(row.name), default: row.digits]
      agrees = agrees && first == row.digits
      digits[ByteString(row.name)] = first
    }
    return agrees
  }

  /// The checksums of all shards as one file would state them; nil if no shard states any, or if one cannot be read.
  var text: String? {
    guard let metadata, !isUnreadable else { return nil }
    let rows = digits.map { DigestList.Row(name: String(decoding: $0.key.bytes, as: UTF8.self), digits: $0.value) }
      .sorted { $0.name.precedesInBytes($1.name) }
    return DigestList(metadata: metadata, rows: rows).text
  }
}
