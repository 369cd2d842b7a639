/// A GGUF model with one tensor, settings of several types, and a vocabulary that is longer than what metadata show.
public enum GGUFVocabulary {
  /// The number of words.
  public static let count = 30_000

  /// The bytes of the file.
  public static var bytes: [UInt8] {
    let (uint32, bool, string, array) = (UInt32(4), UInt32(7), UInt32(8), UInt32(9))
    var file = File()
    file.append(UInt32(3))
    file.append(UInt64(1))
    file.append(UInt64(4))
    file.append("general.architecture")
    file.append(string)
    file.append("llama")
    file.append("llama.block_count")
    file.append(uint32)
    file.append(UInt32(1))
    file.append("tokenizer.ggml.tokens")
    file.append(array)
    file.append(string)
    file.append(UInt64(count))
    // Words need not be UTF-8.
    for index in 0..<count { file.append(index == 7 ? [0xff, 0] : Array("token \(index)".utf8)) }
    file.append("tokenizer.ggml.add_bos_token")
    file.append(bool)
    file.bytes.append(1)
    file.append("a")
    file.append(UInt32(1))
    file.append(UInt64(4))
    file.append(UInt32(0))
    file.append(UInt64(0))
    file.bytes += [UInt8](repeating: 0, count: 32 - file.bytes.count % 32)
    file.bytes += [UInt8](repeating: 1, count: 32)
    return file.bytes
  }

  private struct File {
    var bytes = Array("GGUF".utf8)

    mutating func append(_ number: some FixedWidthInteger) {
      for shift in stride(from: 0, to: number.bitWidth, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: number >> shift))
      }
    }

    mutating func append(_ text: [UInt8]) {
      append(UInt64(text.count))
      bytes += text
    }

    mutating func append(_ text: String) { append(Array(text.utf8)) }
  }
}
