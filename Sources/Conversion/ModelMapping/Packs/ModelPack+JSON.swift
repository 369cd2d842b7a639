internal import Bytes
internal import Files
internal import Messages
internal import Tensors

extension ModelPack {
  /// Packs are small; a larger file is something else.
  static let maximumFileByteCount = 1 << 20

  /// Reads a person's own pack and checks it.
  ///
  /// - Throws: `FileError` if the file cannot be read, `ModelPackError` with the line and column of the mistake.
  package init(path: String) throws {
    let file = try InputFile(path: path)
    guard file.byteCount <= Self.maximumFileByteCount else {
      throw ModelPackError(
        .badFile("a file of \(file.byteCount.counted("byte")) is too large for a pack", nil), file: path)
    }
    let bytes = try file.read(at: 0, count: file.byteCount)
    do throws(ModelPackError) {
      try self.init(json: bytes)
      try check()
    } catch {
      throw error.inFile(path)
    }
  }

  /// Reads a pack from JSON text.
  ///
  /// - Throws: `ModelPackError` with the line and column of the mistake.
  package init(json bytes: [UInt8]) throws(ModelPackError) {
    var reader = JSONReader(bytes)
    do {
      let node = try PackNode(from: &reader)
      try reader.readEnd()
      var parser = PackParser()
      self = try parser.pack(node)
    } catch {
      let (words, offset): (Message, Int) =
        switch error {
        case let error as JSONError: ("\(error)", error.offset)
        case let error as PackMistake: (error.words, error.offset)
        default: ("\(error)", reader.position)
        }
      throw ModelPackError(.badFile(words, TextPosition(of: offset, in: bytes)))
    }
  }
}
