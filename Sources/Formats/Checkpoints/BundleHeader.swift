internal import CTensorFlowProtos
internal import Messages
internal import ProtobufMessages
internal import ProtobufWire

/// The value of the empty key in a V2 index: `BundleHeaderProto`.
///
/// - Source: TensorFlow `core/protobuf/tensor_bundle.proto`, `core/public/version.h`.
package struct BundleHeader: Equatable, Sendable {
  /// The number of data files.
  package let shardCount: Int
  /// Whether numbers in the data files are big-endian. Those in the index never are.
  package let isBigEndian: Bool

  /// The version of this reader, TensorFlow's `kTensorBundleVersion`.
  static let consumerVersion = 1
  /// TensorFlow's writers make a shard for each device; more than 100,000 are implausible.
  static let maximumShardCount = 100_000

  init(parsing bytes: RawSpan, baseOffset: Int) throws(CheckpointDefect) {
    let fields: Fields
    do throws(WireError) {
      fields = try unsafe Tensorflow__BundleHeaderProto.withUnpacked(bytes, baseOffset: baseOffset) {
        unsafe Fields($0)
      }
    } catch {
      throw .message("bundle header", error.reason)
    }
    guard (1...Self.maximumShardCount).contains(fields.shardCount) else {
      throw .header(.badShardCount(fields.shardCount))
    }
    guard (0...1).contains(fields.endianness) else { throw .header(.badEndianness(fields.endianness)) }
    // Headers written in 2016 have no version, which reads as zeros.
    guard fields.producer >= 0 else { throw .header(.badProducer(fields.producer)) }
    guard fields.minimumConsumer <= Self.consumerVersion else {
      throw .header(.tooNew(minimumConsumer: fields.minimumConsumer))
    }
    guard !fields.badConsumers.contains(Self.consumerVersion) else { throw .header(.consumerExcluded) }
    shardCount = fields.shardCount
    isBigEndian = fields.endianness == 1
  }

  /// A header of this version.
  init(shardCount: Int, isBigEndian: Bool = false) {
    self.shardCount = shardCount
    self.isBigEndian = isBigEndian
  }

  /// The message as TensorFlow writes it.
  var encoded: [UInt8] {
    var version = WireWriter()
    version.append(1, varint: Self.consumerVersion)
    var message = WireWriter()
    message.append(1, varint: shardCount)
    message.append(2, nonzero: isBigEndian ? 1 : 0)
    message.append(3, bytes: version.bytes)
    return message.bytes
  }

  private struct Fields {
    var shardCount: Int
    var endianness: Int
    var producer = 0
    var minimumConsumer = 0
    var badConsumers: [Int] = []

    init(_ message: Tensorflow__BundleHeaderProto) {
      shardCount = unsafe Int(message.num_shards)
      endianness = unsafe Int(message.endianness)
      guard let version = unsafe message.version?.pointee else { return }
      producer = unsafe Int(version.producer)
      minimumConsumer = unsafe Int(version.min_consumer)
      badConsumers = unsafe elements(version.bad_consumers, version.n_bad_consumers).map { Int($0) }
    }
  }
}

extension CheckpointVersion {
  /// The format that a header belongs to: field 1 is a number in a bundle's header, and a message in a V1 file's.
  ///
  /// - Parameter header: the value of the empty key.
  /// - Returns: nil if it belongs to neither.
  static func detect(header: RawSpan) -> CheckpointVersion? {
    var reader = WireReader(header)
    var sawOtherFields = false
    do throws(WireError) {
      while let tag = try reader.readTag() {
        if tag.number == 1 { return tag.type == .varint ? .v2 : tag.type == .lengthDelimited ? .v1 : nil }
        sawOtherFields = true
        try reader.skip(tag.type)
      }
    } catch {
      return nil
    }
    // A bundle's header that declares no shards has no field 1; it is damaged, but it is still a bundle's.
    return sawOtherFields ? .v2 : nil
  }
}
