internal import Bytes
internal import Messages

/// What a converted file says about its own content, under `decant.digests`: a checksum of each tensor and one of all
/// other metadata, so that a changed bit is found in formats that carry no checksums.
///
/// The value is `{"metadata":"…","tensors":{"name":"…"}}`, each checksum eight hexadecimal digits in lower case: for a
/// tensor its `TensorDigest`; for the metadata CRC-32C over every other key and its value, sorted by the bytes of the
/// keys, each preceded by its number of bytes as 64 bits, little-endian.
///
/// A file that says which version of Decant wrote it (`decant.version`) has them, or has lost them; only 0.1.0 wrote
/// none.
package struct ContentDigests: Sendable {
  /// The key in a file's metadata.
  package static let key = "decant.digests"
  /// The key for the version of Decant that wrote a file.
  package static let versionKey = "decant.version"
  /// The last version that wrote files without checksums.
  private static let versionWithout = "0.1.0"

  private let tensors: [ByteString: String]
  private let file: String

  /// The checksums in a source; nil if it carries none and is not expected to.
  ///
  /// - Throws: `DigestError` if expected checksums are missing or cannot be read, or if the metadata does not match its
  ///   checksum.
  package init?(of source: some TensorSource) throws(DigestError) {
    let file = source.files.first?.path ?? source.format
    guard let text = source.metadata[Self.key] else {
      guard let version = source.metadata[Self.versionKey], version != Self.versionWithout else { return nil }
      throw DigestError(.missing(version: version), file: file)
    }
    let list: DigestList
    do throws(DigestDefect) {
      list = try DigestList(parsing: text)
    } catch {
      throw DigestError(error, file: file)
    }
    let found = Self.digest(ofMetadata: source.metadata)
    guard list.metadata == found else {
      throw DigestError(.metadata(stored: list.metadata ?? "none", found: found), file: file)
    }
    tensors = Dictionary(list.rows.map { (ByteString($0.name), $0.digits) }) { _, last in last }
    self.file = file
  }

  /// Compares a tensor that was read whole.
  package func check(_ digest: TensorDigest, of descriptor: TensorDescriptor) throws(DigestError) {
    guard let stored = tensors[ByteString(descriptor.name)] else {
      throw DigestError(.noDigest, file: file, tensor: descriptor.name)
    }
    guard stored == digest.text else {
      throw DigestError(.tensor(stored: stored, found: digest.text), file: file, tensor: descriptor.name)
    }
  }

  /// The tensors that have a checksum but are not among these, sorted by name.
  package func missing(from descriptors: [TensorDescriptor]) -> [DigestError] {
    var rest = tensors
    for descriptor in descriptors { rest[ByteString(descriptor.name)] = nil }
    return rest.keys.map { String(decoding: $0.bytes, as: UTF8.self) }.sorted { $0.precedesInBytes($1) }
      .map { DigestError(.noTensor, file: file, tensor: $0) }
  }

  /// Whether metadata are what a reader says about a file, not texts that are stored in it: how an ONNX model was made. They have no
  /// digest, and no sink writes them into a model.
  package static func isDerived(_ key: String) -> Bool { key.hasPrefix("onnx.") }

  // MARK: - Writing

  /// The value for tensors whose checksums are known, beside this other metadata.
  package static func text(of tensors: [(name: String, digest: TensorDigest)], metadata: [String: String]) -> String {
    DigestList(
      metadata: digest(ofMetadata: metadata), rows: tensors.map { .init(name: $0.name, digits: $0.digest.text) }
    ).text
  }

  /// A value of the same length, for tensors whose checksums are not known yet.
  package static func placeholder(for names: [String]) -> String {
    let digits = String(repeating: "0", count: 8)
    return DigestList(metadata: digits, rows: names.map { .init(name: $0, digits: digits) }).text
  }

  private static func digest(ofMetadata metadata: [String: String]) -> String {
    var checksum = CRC32C()
    for (key, value) in metadata.sorted(by: { $0.key.precedesInBytes($1.key) }) where key != Self.key && !isDerived(key)
    {
      checksum.extend(byCounted: Array(key.utf8))
      checksum.extend(byCounted: Array(value.utf8))
    }
    return checksum.hexadecimal
  }
}
