internal import Files
internal import Messages

/// The lists of a TensorFlow Lite model, and what it says about itself.
struct TFLiteModel {
  let buffer: FlatBuffer
  let subgraphs: FlatBuffer.Vector
  private let root: FlatBuffer.Table
  private let buffers: FlatBuffer.Vector

  private enum Field {
    static let (version, operatorCodes, subgraphs, description, buffers, signatures) = (0, 1, 2, 3, 4, 7)
    static let (bufferData, bufferOffset, bufferSize) = (0, 1, 2)
    static let signatureKey = 2
  }

  /// Where a buffer's bytes are in the file.
  enum Place {
    /// The buffer is empty, as that of a tensor that is computed.
    case nowhere
    case bytes(Range<Int>)
  }

  init(_ buffer: FlatBuffer) throws {
    self.buffer = buffer
    root = try buffer.root()
    guard let subgraphs = try buffer.vector(Field.subgraphs, of: root, elementByteCount: 4) else {
      throw buffer.error(.missing("subgraphs"), at: root.position)
    }
    guard let buffers = try buffer.vector(Field.buffers, of: root, elementByteCount: 4) else {
      throw buffer.error(.missing("buffers"), at: root.position)
    }
    self.subgraphs = subgraphs
    self.buffers = buffers
  }

  /// Finds a buffer. A model of more than 2 GiB has them after the FlatBuffer.
  func place(ofBuffer index: UInt32) throws -> Place {
    guard index < buffers.count else { throw buffer.error(.noBuffer(index, count: buffers.count)) }
    let table = try buffer.table(Int(index), in: buffers)
    if let data = try buffer.vector(Field.bufferData, of: table, elementByteCount: 1), data.count > 0 {
      return .bytes(data.start..<data.start + data.count)
    }
    let offset = try buffer.number(Field.bufferOffset, of: table, default: UInt64(0))
    let size = try buffer.number(Field.bufferSize, of: table, default: UInt64(0))
    // The converter leaves 1 where it fills in nothing.
    guard offset > 1, size > 0 else { return .nowhere }
    let byteCount = UInt64(buffer.file.byteCount)
    guard offset <= byteCount, size <= byteCount - offset else {
      throw buffer.error(.bufferOutside(offset: offset, size: size, byteCount: buffer.file.byteCount))
    }
    return .bytes(Int(offset)..<Int(offset + size))
  }

  /// What the model says about itself.
  func metadata() throws -> [String: String] {
    var metadata = ["tflite.version": "\(try buffer.number(Field.version, of: root, default: UInt32(0)))"]
    if let text = try buffer.text(Field.description, of: root), !text.isEmpty { metadata["tflite.description"] = text }
    if let codes = try buffer.vector(Field.operatorCodes, of: root, elementByteCount: 4), codes.count > 0 {
      metadata["tflite.operator_codes"] = "\(codes.count)"
    }
    if subgraphs.count > 1 { metadata["tflite.subgraphs"] = "\(subgraphs.count)" }
    if let signatures = try buffer.vector(Field.signatures, of: root, elementByteCount: 4), signatures.count > 0 {
      let names = try (0..<signatures.count).map {
        try buffer.text(Field.signatureKey, of: buffer.table($0, in: signatures)) ?? ""
      }
      metadata["tflite.signatures"] = JSONText.array(names)
    }
    return metadata
  }
}
