internal import Bytes
internal import Files
internal import Messages
internal import Tensors

/// What `metadata.json` and `config.json` of a Keras archive say about the model.
///
/// The metadata has the version of Keras and the date from `metadata.json`; the model's class and name as `keras.class` and `keras.name`; and the
/// whole `config.json` as `keras.config` if it is not too long.
package struct KerasModelText {
  /// The model's layers; nil if `config.json` is missing or damaged.
  private(set) var config: KerasConfig?
  private(set) var metadata: [String: String] = [:]
  /// What is wrong with the descriptions; only names are lost.
  private(set) var problems: [SourceProblem] = []

  /// The whole `config.json`.
  package static let configKey = "keras.config"
  static let classKey = "keras.class"
  static let nameKey = "keras.name"

  static let assetsKey = "keras.assets"
  /// What describes the model, in the metadata.
  static let modelKeys: Set<String> = [configKey, classKey, nameKey, assetsKey]
  /// What `metadata.json` says, in its order.
  static let fileKeys = [versionKey, "date_saved"]
  static let versionKey = "keras_version"

  /// The most bytes of a description. One of thousands of layers has a few megabytes.
  private static let maximumByteCount = 1 << 25
  /// The most bytes of a `config.json` that becomes metadata.
  static let maximumShownByteCount = 1 << 20

  init(of archive: ZipArchive) {
    parse("metadata.json", of: archive) { model, text in
      var reader = JSONReader(text)
      try reader.readObject { reader, key in
        guard Self.fileKeys.contains(key), reader.peek() == UInt8(ascii: "\"") else { return try reader.skipValue() }
        model.metadata[key] = try reader.readString()
      }
      try reader.readEnd()
    }
    parse("config.json", of: archive) { model, text in
      let config = try KerasConfig(parsing: text)
      model.config = config
      model.metadata[Self.classKey] = config.className
      model.metadata[Self.nameKey] = config.name
      guard text.count <= Self.maximumShownByteCount else { return }
      model.metadata[Self.configKey] = String(validating: text, as: UTF8.self)
      model.metadata[Self.assetsKey] = archive.members.first { $0.text.hasPrefix("assets/") }?.text
    }
  }

  /// Parses one of the texts, if the archive has it. What is wrong with it is noted.
  private mutating func parse(
    _ name: String, of archive: ZipArchive, _ body: (inout KerasModelText, [UInt8]) throws -> Void
  ) {
    guard let member = archive.members.first(where: { $0.text == name }) else { return }
    guard member.byteCount <= Self.maximumByteCount, MemoryRoom.has(4 * member.byteCount) else {
      return note(.textTooLarge(name, byteCount: member.byteCount, limit: Self.maximumByteCount), archive)
    }
    do {
      let reader = try ZipMemberReader(member, of: archive, verifiesChecksum: true)
      var bytes: [UInt8] = []
      let count = try reader.read(upTo: member.byteCount, into: &bytes)
      try reader.finish()
      try body(&self, Array(bytes.prefix(count)))
    } catch let error as any DecantError {
      problems.append(SourceProblem(tensor: nil, error: error, severity: .note))
    } catch {
      note(.badText(name, "\(error)"), archive)
    }
  }

  private mutating func note(_ defect: KerasArchiveDefect, _ archive: ZipArchive) {
    let error = WeightFileError(.kerasArchive(defect), file: archive.file.path)
    problems.append(SourceProblem(tensor: nil, error: error, severity: .note))
  }
}
