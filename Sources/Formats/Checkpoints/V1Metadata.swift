internal import Bytes
internal import CTensorFlowProtos
internal import Messages
internal import ProtobufMessages
internal import ProtobufWire
internal import SSTable
internal import Tensors

/// The list of tensors of one V1 file: `SavedTensorSliceMeta`, with the empty key.
struct V1Metadata {
  /// One tensor as it is in the list, unchecked.
  struct Entry {
    let name: [UInt8]
    let dtype: Int32
    let shape: TensorShapeMessage
    let slices: [TensorSlice]
  }

  let entries: [Entry]
  /// Where the list starts in the file.
  let offset: Int

  /// Reads the first record of a file.
  init(of file: V1File) throws(CheckpointError) {
    let path = file.path
    let record = try CheckpointError.wrap(Self.read(file))
    guard let (bytes, offset) = record else { throw CheckpointError(.header(.missing), file: path) }
    switch CheckpointVersion.detect(header: bytes.rawSpan) {
    case .v1?: break
    case .v2?: throw CheckpointError(.header(.otherVersion(found: .v2)), file: path, offset: offset)
    case nil: throw CheckpointError(.header(.notACheckpoint), file: path, offset: offset)
    }
    let fields: Fields?
    do throws(WireError) {
      fields = try unsafe Tensorflow__SavedTensorSlices.withUnpacked(bytes.rawSpan, baseOffset: offset) { message in
        unsafe message.meta.map { unsafe Fields($0.pointee) }
      }
    } catch {
      throw CheckpointError(.message("V1 header", error.reason), file: path, offset: error.offset)
    }
    guard let fields else { throw CheckpointError(.header(.notACheckpoint), file: path, offset: offset) }
    guard fields.minimumConsumer <= BundleHeader.consumerVersion else {
      throw CheckpointError(.header(.tooNew(minimumConsumer: fields.minimumConsumer)), file: path, offset: offset)
    }
    entries = fields.entries
    self.offset = offset
  }

  /// A list made from the records of a file whose own list is lost.
  init(recovered entries: [Entry]) {
    self.entries = entries
    offset = 0
  }

  private static func read(_ file: V1File) throws(TableError) -> (bytes: [UInt8], offset: Int)? {
    guard var record = try file.openRecord([]) else { return nil }
    let offset = record.stream.fileOffset
    let bytes = try record.stream.readBytes(record.valueByteCount)
    try record.stream.finish()
    return (bytes, offset)
  }

  private struct Fields {
    var entries: [Entry]
    var minimumConsumer: Int

    init(_ message: Tensorflow__SavedTensorSliceMeta) {
      let metas: [Tensorflow__SavedSliceMeta] = unsafe structs(message.tensor, message.n_tensor)
      entries = unsafe metas.map { meta in
        let slices: [Tensorflow__TensorSliceProto] = unsafe structs(meta.slice, meta.n_slice)
        return unsafe Entry(
          name: meta.name.bytes, dtype: meta.type, shape: TensorShapeMessage(meta.shape),
          slices: slices.map { unsafe TensorSlice($0) })
      }
      minimumConsumer = unsafe message.versions.map { unsafe Int($0.pointee.min_consumer) } ?? 0
    }
  }
}
