internal import Files

/// Where the values of a tensor are in another file.
///
/// - Source: `onnx.proto3`, `TensorProto.external_data`; ONNX `docs/ExternalData.md`.
struct ONNXExternalData {
  /// The entries that Decant knows: `location`, `offset` and `length`. The last of several with one key counts.
  var entries: [String: String] = [:]

  /// The bytes, and the number of their file in the source, in which the model is file 0.
  func bytes(in files: CompanionFiles, needed: Int) throws(WeightFileDefect) -> (StoredBytes, file: Int) {
    guard let location = entries["location"], !location.isEmpty else { throw .onnx(.noLocation) }
    let offset = try number("offset") ?? 0
    let length = try number("length") ?? needed
    guard length == needed else { throw .onnx(.byteCount(found: length, expected: needed)) }
    let index: Int
    do throws(CompanionFiles.Failure) {
      index = try files.index(of: location)
    } catch {
      switch error {
      case .outside: throw .onnx(.outside(location))
      case .missing: throw .onnx(.missing(location))
      case .tooMany: throw .onnx(.tooManyFiles(limit: CompanionFiles.maximumCount))
      }
    }
    let file = files.opened[index]
    guard offset <= file.byteCount, needed <= file.byteCount - offset else {
      throw .onnx(.pastEnd(location, offset: offset, byteCount: needed, fileByteCount: file.byteCount))
    }
    return (.file(file, offset..<offset + needed), index + 1)
  }

  private func number(_ key: String) throws(WeightFileDefect) -> Int? {
    guard let text = entries[key] else { return nil }
    guard let number = Int(text), number >= 0 else { throw .onnx(.badNumber(key: key, value: text)) }
    return number
  }
}
