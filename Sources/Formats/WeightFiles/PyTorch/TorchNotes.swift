internal import Bytes
internal import Messages
internal import Tensors

/// What Decant keeps in a PyTorch file besides tensors, in a member that PyTorch skips: a JSON object with `metadata`, and with `dtypes`,
/// which restores dtypes that PyTorch stores as others.
struct TorchNotes {
  var metadata: [String: String] = [:]
  private(set) var dtypes: [String: DTypeNote] = [:]

  /// The member's name after the archive's root.
  static let memberName = "extra/decant.json"
  /// Far more than a vocabulary.
  static let maximumByteCount = 1 << 26

  /// No notes.
  init() {}

  /// The notes of a file that is written.
  ///
  /// - Parameters:
  ///   - metadata: what the file says about itself.
  ///   - descriptors: its tensors.
  ///   - trimmed: the names of integers that are sign-extended in the file; see `NarrowInteger`.
  init(metadata: [String: String], descriptors: [TensorDescriptor], trimmed: Set<[UInt8]>) {
    self.metadata = metadata
    for descriptor in descriptors where TorchElement(stored: descriptor.dtype)?.dtype != descriptor.dtype {
      let isTrimmed = trimmed.contains(Array(descriptor.name.utf8))
      dtypes[descriptor.name] = DTypeNote(descriptor.dtype, isSignExtended: isTrimmed)
    }
  }

  /// Reads notes.
  ///
  /// - Throws: `JSONError` if they are damaged.
  init(parsing bytes: [UInt8]) throws {
    var reader = JSONReader(bytes)
    var (metadata, notes): ([String: String], [String: String]) = ([:], [:])
    try reader.readObject { reader, key in
      switch key {
      case "metadata": try reader.readObject { reader, key in metadata[key] = try reader.readString() }
      case "dtypes": try reader.readObject { reader, key in notes[key] = try reader.readString() }
      default: try reader.skipValue()
      }
    }
    self.metadata = metadata
    dtypes = notes.compactMapValues { DTypeNote(parsing: $0) }
  }

  /// Whether there is nothing to keep.
  var isEmpty: Bool { metadata.isEmpty && dtypes.isEmpty }

  /// The notes as the member's bytes.
  var json: [UInt8] {
    func object(_ values: [String: String]) -> String {
      JSONText.object(
        values.sorted { $0.key.precedesInBytes($1.key) }.map { (key: $0.key, value: JSONText.string($0.value)) })
    }
    return Array(
      JSONText.object([
        (key: "metadata", value: object(metadata)), (key: "dtypes", value: object(dtypes.mapValues(\.text))),
      ]).utf8)
  }

  /// How the elements of a tensor differ in the file; nil if they do not.
  func narrowInteger(of descriptor: TensorDescriptor) -> NarrowInteger? {
    dtypes[descriptor.name]?.isSignExtended == true ? NarrowInteger(descriptor.dtype) : nil
  }
}
