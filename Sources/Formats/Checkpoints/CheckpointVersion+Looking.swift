internal import SSTable

extension CheckpointVersion {
  /// Which format the table at a path has, according to the entry with the empty key; the file's name does not matter.
  ///
  /// - Returns: nil if the file is not a table, is another program's table, or is damaged at its beginning or end.
  package static func ofTable(at path: String) -> CheckpointVersion? {
    guard let table = try? TableReader(path: path) else { return nil }
    var cursor = table.makeCursor()
    guard (try? cursor.next()) == true, let entry = cursor.entry, entry.key.isEmpty else { return nil }
    return detect(header: entry.valueBytes)
  }

  /// Which format the beginning of a file has, even if its end is missing: the first entry of the first block is the header's.
  ///
  /// - Parameter head: the first bytes; sixteen are enough.
  /// - Returns: nil if it is neither format.
  package static func beginning(_ head: [UInt8]) -> CheckpointVersion? {
    // Shared and unshared key bytes are 0; then the length of the value, and the value's first tag.
    guard head.count > 3, head[0] == 0, head[1] == 0 else { return nil }
    guard let tag = head.dropFirst(2).drop(while: { $0 >= 0x80 }).dropFirst().first, head[2] != 0 else { return nil }
    return tag == 0x08 ? .v2 : tag == 0x0a ? .v1 : nil
  }
}
