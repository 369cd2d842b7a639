public import Messages

/// What is wrong with a GGUF model.
public enum GGUFDefect: Error, Equatable, Sendable {
  /// The file does not start with `GGUF`.
  case noMagic
  /// A version that is not 2 or 3.
  case version(UInt32)
  /// Something needs more bytes than are left in the file.
  case pastEnd(what: Message, needed: UInt64, left: Int)
  /// A number has the bytes of U+FFFD, which text programs put in place of what is not UTF-8.
  case replacedBytes(what: Message)
  /// The key-values and names have more bytes than Decant keeps in memory.
  case headerTooLong(limit: Int)
  /// A value of a type that GGUF does not have.
  case valueType(key: String, UInt32)
  /// Arrays are nested more deeply than the limit.
  case tooDeep(key: String, limit: Int)
  /// Two values have the same key.
  case repeatedKey(String)
  /// The alignment is not a power of two, or not a uint32.
  case alignment(String)
  /// A tensor's type is not one of GGML's, or was removed from it.
  case tensorType(UInt32)
  /// An extent that no file can hold.
  case extent(UInt64)
  /// A row does not consist of whole blocks.
  case partialBlock(type: String, rowElementCount: Int, blockElementCount: Int)
  /// The data starts after the end of the file.
  case dataOffset(UInt64, fileByteCount: Int)
  /// The tensor shares bytes with another tensor.
  case overlap(String)
  /// Dequantizing was requested, but Decant cannot do it for this type.
  case notDequantized(type: String)
  /// The model has several parts, but the file's name does not lead to the others.
  case partName(count: Int)
  /// Some parts are missing; their names, and how many parts there should be.
  case missingParts([String], count: Int)
  /// A file that has a part's name is another part, or a part of another model.
  case otherPart(expected: Int, count: Int)
  /// The parts together have more or fewer tensors than they should.
  case tensorCount(declared: Int, found: Int)

  /// The defect as a sentence.
  var words: Message {
    switch self {
    case .noMagic: "does not start with 'GGUF'. It is not a GGUF model."
    case .version(1): "has version 1 of GGUF; Decant reads 2 and 3. Convert the model again with a current llama.cpp."
    case .version(let version): "has version \(version) of GGUF; Decant reads 2 and 3. \(WeightFileDefect.changed)"
    case .pastEnd(let what, let needed, let left):
      "\(what) needs \(needed.description) bytes, but only \(left) are left. \(WeightFileDefect.interrupted)"
    case .replacedBytes(let what):
      "the count or length of \(what) contains EF BF BD, which is U+FFFD: a program read the file as text and wrote it "
        + "again. The original bytes are lost. Copy the original again, as binary data."
    case .headerTooLong(let limit):
      "has more than \(limit >> 20) MiB of names and texts before the data, the most that Decant keeps. "
        + "\(WeightFileDefect.changed)"
    case .valueType(let key, let type):
      "the value of '\(.name(key))' has type \(type); GGUF has types 0 to 12. \(WeightFileDefect.changed)"
    case .tooDeep(let key, let limit):
      "the value of '\(.name(key))' has arrays nested more than \(limit) levels deep. \(WeightFileDefect.changed)"
    case .repeatedKey(let key): "has two values for '\(.name(key))'. \(WeightFileDefect.changed)"
    case .alignment(let found):
      "'general.alignment' is \(found); expected a uint32 that is a power of two. \(WeightFileDefect.changed)"
    case .tensorType(let type):
      "has the unknown GGML type \(type). Update Decant, or convert the model again with a current llama.cpp."
    case .extent(let extent):
      "has a dimension of \(extent.description), more than any file can hold. \(WeightFileDefect.changed)"
    case .partialBlock(let type, let count, let block):
      "has rows of \(count.counted("element")); \(type) requires a multiple of \(block). \(WeightFileDefect.changed)"
    case .dataOffset(let offset, let byteCount):
      "starts \(offset.description) bytes into the data, after the file's end at byte \(byteCount). "
        + "\(WeightFileDefect.interrupted)"
    case .overlap(let other):
      "shares bytes with tensor '\(.name(other))'; GGUF stores each tensor separately. \(WeightFileDefect.changed)"
    case .notDequantized(let type):
      "is quantized as \(type), which Decant does not dequantize. Decant shows the stored bytes instead."
    case .partName(let count):
      "is one of \(count) parts of a model, but its name does not say which. Give all parts their original names, "
        + "such as model-00001-of-00003.gguf."
    case .missingParts(let names, let count):
      "is one of \(count) parts of a model, of which \(names.count.noun("1 is", "\(names.count) are")) missing: "
        + "\(list: names, upTo: 3). Copy all parts into the same folder."
    case .otherPart(let expected, let count):
      "should be part \(expected) of \(count), but its header says that it is a different part. Check that the file was not renamed, "
        + "and that all parts are of the same model."
    case .tensorCount(let declared, let found):
      "declares \(declared.counted("tensor")) in all parts together, but they have \(found). Check that all parts are "
        + "of the same model."
    }
  }
}
