internal import CTensorFlowProtos
internal import Messages
internal import ProtobufMessages
internal import ProtobufWire
internal import Tensors

/// The value of a tensor's key in a V2 index: `BundleEntryProto`.
///
/// Only what the entry alone shows is checked; absent fields are 0.
struct BundleEntry: Equatable {
  var dtype: DType
  var isReference = false
  var shape: Shape
  var shard: Int
  var offset: Int
  var byteCount: Int
  /// The checksum of the bytes as they are in the file; strings and variants have rules of their own.
  var maskedChecksum: UInt32
  /// Not empty if the tensor is partitioned; shard, offset, size and checksum then have no meaning.
  var slices: [TensorSlice] = []

  init(parsing bytes: RawSpan, baseOffset: Int) throws(CheckpointDefect) {
    let fields: Fields
    if let plain = Fields(plain: bytes) {
      fields = plain
    } else {
      do throws(WireError) {
        fields = try unsafe Tensorflow__BundleEntryProto.withUnpacked(bytes, baseOffset: baseOffset) {
          unsafe Fields($0)
        }
      } catch {
        throw .message("bundle entry", error.reason)
      }
    }
    (dtype, isReference) = try DType.stored(fields.dtype)
    shape = try fields.shape.shape()
    shard = fields.shard
    offset = fields.offset
    byteCount = fields.byteCount
    maskedChecksum = fields.maskedChecksum
    slices = fields.slices
    if dtype.byteCount != nil, shape.byteCount(of: dtype) == nil { throw .entry(.tooManyBytes(shape, dtype)) }
  }

  /// Checks the location that the entry gives for its data.
  func checkLocation(shardCount: Int) throws(CheckpointDefect) {
    guard (0..<shardCount).contains(shard) else { throw .entry(.badShard(shard, count: shardCount)) }
    guard offset >= 0 else { throw .entry(.negativeOffset(offset)) }
    guard byteCount >= 0 else { throw .entry(.negativeByteCount(byteCount)) }
    if let expected = shape.byteCount(of: dtype), expected != byteCount {
      throw .entry(.badByteCount(expected: expected, found: byteCount))
    }
  }

  private struct Fields {
    var dtype: Int32 = 0
    var shape = TensorShapeMessage()
    var shard = 0
    var offset = 0
    var byteCount = 0
    var maskedChecksum: UInt32 = 0
    var slices: [TensorSlice] = []

    /// Parses an entry as every writer makes it: each field once, no slices, nothing unknown. Nil for all others, which go
    /// through protobuf-c; reading an index of 100,000 entries would spend most of its time there.
    init?(plain bytes: RawSpan) {
      var reader = WireReader(bytes)
      var last: UInt32 = 0
      do throws(WireError) {
        while let tag = try reader.readTag() {
          // Writers keep fields in the order of their numbers, so the number of a repeated field does not increase.
          guard tag.number > last else { return nil }
          last = tag.number
          switch (tag.number, tag.type) {
          case (1, .varint): dtype = Int32(truncatingIfNeeded: try reader.readVarint())
          case (2, .lengthDelimited):
            guard let plain = TensorShapeMessage(plain: try reader.readPayload()) else { return nil }
            shape = plain
          case (3, .varint): shard = Int(Int32(truncatingIfNeeded: try reader.readVarint()))
          case (4, .varint): offset = Int(truncatingIfNeeded: try reader.readVarint())
          case (5, .varint): byteCount = Int(truncatingIfNeeded: try reader.readVarint())
          case (6, .fixed32): maskedChecksum = try reader.readFixed32()
          default: return nil
          }
        }
      } catch {
        return nil
      }
    }

    init(_ message: Tensorflow__BundleEntryProto) {
      dtype = unsafe message.dtype
      shape = unsafe TensorShapeMessage(message.shape)
      shard = unsafe Int(message.shard_id)
      offset = unsafe Int(message.offset)
      byteCount = unsafe Int(message.size)
      maskedChecksum = unsafe message.crc32c
      let messages: [Tensorflow__TensorSliceProto] = unsafe structs(message.slices, message.n_slices)
      slices = unsafe messages.map { unsafe TensorSlice($0) }
    }
  }
}

extension BundleEntry {
  /// The entry of a tensor, or of a slice, whose data is one run of bytes.
  init(dtype: DType, shape: Shape, shard: Int, offset: Int, byteCount: Int, maskedChecksum: UInt32) {
    self.dtype = dtype
    self.shape = shape
    self.shard = shard
    self.offset = offset
    self.byteCount = byteCount
    self.maskedChecksum = maskedChecksum
  }

  /// The message as TensorFlow writes it: zeros are omitted, but an empty shape is not.
  var encoded: [UInt8] {
    var message = WireWriter()
    message.append(1, nonzero: Int(dtype.rawValue))
    message.append(2, bytes: shape.encodedMessage)
    message.append(3, nonzero: shard)
    message.append(4, nonzero: offset)
    message.append(5, nonzero: byteCount)
    if maskedChecksum != 0 { message.append(6, fixed32: maskedChecksum) }
    for slice in slices { message.append(7, bytes: slice.encodedMessage) }
    return message.bytes
  }
}
