internal import Bytes
internal import Messages

/// The value of `decant.digests`: the checksum of each tensor, and that of the metadata; see `ContentDigests`.
package struct DigestList: Sendable, Equatable {
  /// The checksum of one tensor, in hexadecimal.
  package struct Row: Sendable, Equatable {
    package var name: String
    package var digits: String

    /// The checksum of a tensor.
    package init(name: String, digits: String) { (self.name, self.digits) = (name, digits) }
  }

  /// The checksum of the metadata; nil if the text has none.
  package var metadata: String?
  /// The checksums of the tensors, in the order of the text.
  package var rows: [Row] = []

  /// A list of these checksums.
  package init(metadata: String, rows: [Row]) {
    (self.metadata, self.rows) = (metadata, rows)
  }

  /// Parses the text.
  ///
  /// - Throws: `DigestDefect.unreadable` for a text that Decant does not write.
  package init(parsing text: String) throws(DigestDefect) {
    do {
      var reader = JSONReader(Array(text.utf8))
      try reader.readObject { reader, key in
        switch key {
        case "metadata": metadata = try reader.readString()
        case "tensors":
          try reader.readObject { reader, name in rows.append(Row(name: name, digits: try reader.readString())) }
        default: throw DigestDefect.unreadable("'\(key)' is unknown")
        }
      }
      try reader.readEnd()
    } catch let defect as DigestDefect {
      throw defect
    } catch {
      throw .unreadable("\(error)")
    }
  }

  /// The text; its length depends only on the names.
  package var text: String {
    JSONText.object([
      (key: "metadata", value: JSONText.string(metadata ?? "")),
      (key: "tensors", value: JSONText.object(rows.map { ($0.name, JSONText.string($0.digits)) })),
    ])
  }
}
