internal import Bytes
internal import Files
package import Messages

/// The files beside the weights that a library needs to load a model from a directory.
package struct PackDirectoryContents: Sendable {
  /// Their names and bytes.
  package private(set) var files: [(name: String, bytes: [UInt8])] = []
  /// What a person should know: values that Decant assumes, files that are missing.
  package private(set) var notes: [Message] = []

  /// Makes the configuration, and reads the tokenizer's files from the directory of the checkpoint; nil if the pack does
  /// not say which files the library needs.
  ///
  /// - Parameters:
  ///   - mapping: the model.
  ///   - path: the path of the checkpoint; the files are looked for beside it.
  ///   - acceptsMisfits: whether sizes may differ from those of a configuration beside the checkpoint.
  /// - Throws: `FileError` for a file that cannot be read, `ModelPackError` for a configuration that is not JSON, or
  ///   gives other sizes.
  package init?(_ mapping: PackMapping, beside path: String, acceptsMisfits: Bool) throws {
    guard let directory = mapping.target.directory else { return nil }
    let folder = path.isDirectory ? path : path.directoryPart
    var configuration = try Configuration(directory, in: folder)
    try configuration.add(mapping, directory, acceptsMisfits: acceptsMisfits)
    notes += configuration.notes
    files.append(("config.json", configuration.json))
    for (names, target) in directory.files {
      guard let source = names.map({ folder.joined($0) }).first(where: { FileState(path: $0) != nil }) else {
        notes.append(
          "\(names[0]) is not beside the checkpoint. The tokenizer needs it: copy it into the new directory, as "
            + "\(target).")
        continue
      }
      let file = try InputFile(path: source)
      guard MemoryRoom.has(file.byteCount) else {
        throw FileError(.outOfMemory(byteCount: file.byteCount), file: source)
      }
      files.append((target, try file.read(at: 0, count: file.byteCount)))
    }
    // Also without the tokenizer's files, which may be copied there later.
    if !directory.tokenizer.isEmpty {
      files.append(("tokenizer_config.json", Configuration.document(directory.tokenizer)))
    }
  }
}

/// `config.json` while it is put together.
private struct Configuration {
  /// The members and their values as JSON.
  private var members: [(key: String, json: String)] = []
  private(set) var notes: [Message] = []
  /// The configuration beside the checkpoint.
  private var file: String?

  /// Configurations are small; a larger file is something else.
  private static let maximumFileByteCount = 1 << 20

  /// Reads the configuration beside a checkpoint, if there is one.
  init(_ directory: PackDirectory, in folder: String) throws {
    guard
      let path = directory.configurations.map({ folder.joined($0) }).first(where: { FileState(path: $0) != nil })
    else { return }
    file = path
    let input = try InputFile(path: path)
    guard input.byteCount <= Self.maximumFileByteCount else {
      throw ModelPackError(
        .badConfiguration(
          "it has \(input.byteCount.counted("byte")), but at most \(Self.maximumFileByteCount) were expected", nil),
        file: path)
    }
    let bytes = try input.read(at: 0, count: input.byteCount)
    var reader = JSONReader(bytes)
    do {
      for (key, node) in try PackNode(from: &reader).members("a configuration") {
        let name = directory.keys.first { $0.from == key }?.to ?? key
        let json = node.json
        members.append((name, directory.values.first { $0.key == name && $0.from == json }?.to ?? json))
      }
      try reader.readEnd()
    } catch let error as JSONError {
      throw ModelPackError(.badConfiguration("\(error)", TextPosition(of: error.offset, in: bytes)), file: path)
    } catch let error as PackMistake {
      throw ModelPackError(.badConfiguration(error.words, TextPosition(of: error.offset, in: bytes)), file: path)
    }
  }

  /// Adds what the weights and the pack say, and what Decant has to assume.
  mutating func add(_ mapping: PackMapping, _ directory: PackDirectory, acceptsMisfits: Bool) throws {
    for (key, expression) in directory.sizes {
      guard let value = Self.value(of: expression, mapping.sizes) else { continue }
      if let said = json(of: key), said != "\(value)" {
        guard acceptsMisfits else {
          throw ModelPackError(.otherSize(key: key, said: said, found: value), file: file)
        }
        notes.append("\(key) is \(value), as in the weights; the configuration beside them says \(said).")
      }
      set(key, "\(value)")
    }
    for (key, expression) in directory.assumed where json(of: key) == nil {
      guard let value = Self.value(of: expression, mapping.sizes) else { continue }
      set(key, "\(value)")
      notes.append(
        "Decant assumes \(key) \(value) (\(expression)) in config.json, because neither the weights nor a file beside "
          + "them give it. Correct it there if your model has another value.")
    }
    for (key, json) in directory.fixed { set(key, json) }
    if let name = mapping.targetClass.name { set("architectures", "[\(JSONText.string(name))]") }
  }

  private func json(of key: String) -> String? { members.first { $0.key == key }?.json }

  private mutating func set(_ key: String, _ json: String) {
    if let place = members.firstIndex(where: { $0.key == key }) {
      members[place].json = json
    } else {
      members.append((key, json))
    }
  }

  /// A number, a size, or a quotient of products of them, rounded down and at least 1; nil if a size is not known.
  private static func value(of expression: String, _ sizes: [String: Int]) -> Int? {
    var values: [Int] = []
    for product in expression.split(separator: "/", omittingEmptySubsequences: false) {
      var result = 1
      for factor in product.split(separator: "*", omittingEmptySubsequences: false) {
        guard let number = Int(factor) ?? sizes[String(factor)], let next = result.multipliedChecked(by: number) else {
          return nil
        }
        result = next
      }
      values.append(result)
    }
    guard let first = values.first, !values.dropFirst().contains(0) else { return nil }
    return values.count == 1 ? first : max(1, values.dropFirst().reduce(first, /))
  }

  var json: [UInt8] { Self.document(members.sorted { $0.key.precedesInBytes($1.key) }) }

  /// An object with one member on each line, as transformers writes it.
  static func document(_ members: [(key: String, json: String)]) -> [UInt8] {
    let lines = members.map { "  \(JSONText.string($0.key)): \($0.json)" }
    return Array("{\n\(lines.joined(separator: ",\n"))\n}\n".utf8)
  }
}
