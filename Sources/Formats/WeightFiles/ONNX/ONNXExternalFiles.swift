internal import Bytes
internal import Files

/// The files beside a model that have the values of its tensors, each opened once, when a tensor first names it.
///
/// - Source: `onnx.proto3`, `TensorProto.external_data`; ONNX `docs/ExternalData.md`.
final class ONNXExternalFiles {
  /// The files that were opened.
  private(set) var opened: [InputFile] = []
  /// The files that are not there.
  private(set) var missing: Set<String> = []
  private let boundary: PathBoundary
  private var found: [ByteString: Result<Int, WeightFileDefect>] = [:]

  /// Models were once saved with a file for each tensor, and a process usually opens no more than 1,024.
  static let maximumCount = 800

  init(model path: String) {
    boundary = PathBoundary(directory: path.directoryPart)
  }

  /// The bytes that entries of `external_data` name, and the number of their file in the source, in which the model is file 0.
  ///
  /// - Throws: `WeightFileDefect`.
  func bytes(_ entries: [String: String], needed: Int) throws(WeightFileDefect) -> (StoredBytes, file: Int) {
    guard let location = entries["location"], !location.isEmpty else { throw .onnx(.noLocation) }
    let offset = try number("offset", entries) ?? 0
    let length = try number("length", entries) ?? needed
    guard length == needed else { throw .onnx(.byteCount(found: length, expected: needed)) }
    let index = try index(of: location).get()
    let file = opened[index]
    guard offset <= file.byteCount, needed <= file.byteCount - offset else {
      throw .onnx(.pastEnd(location, offset: offset, byteCount: needed, fileByteCount: file.byteCount))
    }
    return (.file(file, offset..<offset + needed), index + 1)
  }

  private func number(_ key: String, _ entries: [String: String]) throws(WeightFileDefect) -> Int? {
    guard let text = entries[key] else { return nil }
    guard let number = Int(text), number >= 0 else { throw .onnx(.badNumber(key: key, value: text)) }
    return number
  }

  private func index(of location: String) -> Result<Int, WeightFileDefect> {
    if let known = found[ByteString(location)] { return known }
    let result = open(location)
    found[ByteString(location)] = result
    return result
  }

  private func open(_ location: String) -> Result<Int, WeightFileDefect> {
    guard let path = boundary.path(named: location) else { return .failure(.onnx(.outside(location))) }
    // Two spellings may name one file.
    if let index = opened.firstIndex(where: { $0.path.equalsInBytes(path) }) { return .success(index) }
    guard opened.count < Self.maximumCount else { return .failure(.onnx(.tooManyFiles(limit: Self.maximumCount))) }
    do throws(FileError) {
      opened.append(try InputFile(path: path))
      return .success(opened.count - 1)
    } catch {
      missing.insert(path)
      return .failure(.onnx(.missing(location)))
    }
  }
}
