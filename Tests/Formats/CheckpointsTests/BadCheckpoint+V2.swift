import Bytes
import Checkpoints
import Files
import Messages
import ProtobufWire
import SSTable
import Tensors

extension BadCheckpoint {
  /// V2 checkpoints that cannot be opened.
  static let refusedV2: [BadCheckpoint] = [
    BadCheckpoint("saved-model-truncated", refused: .search(.variablesMissing("variables/variables.index"))),
    BadCheckpoint("saved-model-without-variables", refused: .search(.variablesMissing("variables/variables.index"))),
    BadCheckpoint(
      "v2-block-handle-beyond-end",
      table: .blockOutsideFile(BlockHandle(offset: 1_099_511_627_776, byteCount: 100), limit: 296), at: 276),
    BadCheckpoint("v2-block-handle-overflow", table: .badHandle(.tooLarge(18_446_744_073_709_551_613)), at: 276),
    BadCheckpoint("v2-block-type", table: .badBlockType(7), at: 251),
    BadCheckpoint("v2-data-without-index", refused: .search(.indexMissing("model.ckpt.index"))),
    BadCheckpoint("v2-duplicate-key", table: .keysNotIncreasing(key: key("zero"), after: key("zero")), at: 243),
    BadCheckpoint("v2-empty-block", table: .blockTooShort(byteCount: 0), at: 0),
    BadCheckpoint("v2-entry-length-overflow", table: .badEntry(.endOfBytes(needed: 8_589_934_590, left: 2)), at: 11),
    BadCheckpoint("v2-entry-runs-out", table: .badEntry(.endOfBytes(needed: 128, left: 2)), at: 3),
    BadCheckpoint("v2-entry-shared-too-long", table: .tooManySharedBytes(shared: 5, previous: 0), at: 0),
    BadCheckpoint("v2-flip-block-checksum", table: .checksum(stored: 0x2bdaf3a5, computed: 0x2c5af3a5), at: 0),
    BadCheckpoint("v2-flip-data-block", table: .checksum(stored: 0x2c5af3a5, computed: 0x7d72f9fa), at: 0),
    BadCheckpoint("v2-flip-footer", table: .checksum(stored: 0x8a942f3e, computed: 0x4e276f53), at: 261),
    BadCheckpoint("v2-flip-index-block", table: .checksum(stored: 0x93dc6aad, computed: 0x67e2bce5), at: 269),
    BadCheckpoint("v2-flip-magic", table: .badMagic(found: 0xda4775248b80fb57, kind: .unknown), at: 329),
    BadCheckpoint(
      "v2-handle-beyond-end", table: .blockOutsideFile(BlockHandle(offset: 337_000, byteCount: 10), limit: 289), at: 292
    ),
    BadCheckpoint("v2-handle-endless-varint", table: .badHandle(.varintTooLong), at: 289),
    BadCheckpoint(
      "v2-handle-huge-size",
      table: .blockOutsideFile(BlockHandle(offset: 269, byteCount: 4_611_686_018_427_387_904), limit: 289), at: 292),
    BadCheckpoint("v2-handle-overflow", table: .badHandle(.tooLarge(18_446_744_073_709_551_608)), at: 292),
    BadCheckpoint("v2-header-bad-consumer", refused: .header(.consumerExcluded), at: 3),
    BadCheckpoint("v2-header-empty", refused: .header(.notACheckpoint), at: 3),
    BadCheckpoint("v2-header-endianness", refused: .header(.badEndianness(5)), at: 3),
    BadCheckpoint("v2-header-garbage", refused: .header(.notACheckpoint), at: 3),
    BadCheckpoint("v2-header-many-shards", refused: .header(.badShardCount(2_147_483_647)), at: 3),
    BadCheckpoint("v2-header-missing", refused: .header(.missing)),
    BadCheckpoint("v2-header-negative-shards", refused: .header(.badShardCount(-1)), at: 3),
    BadCheckpoint("v2-header-no-shards", refused: .header(.badShardCount(0)), at: 3),
    BadCheckpoint("v2-header-too-new", refused: .header(.tooNew(minimumConsumer: 9)), at: 3),
    BadCheckpoint("v2-index-47-bytes", table: .tooShort(byteCount: 47, kind: .table), at: 0),
    BadCheckpoint("v2-index-empty", table: .tooShort(byteCount: 0, kind: .empty), at: 0),
    BadCheckpoint("v2-index-gzip", table: .badMagic(found: 0x24c9c3b7982, kind: .gzip), at: 360),
    BadCheckpoint("v2-index-hdf5", table: .badMagic(found: 0, kind: .hdf5), at: 88),
    BadCheckpoint("v2-index-html", table: .badMagic(found: 0xa3e6c6d74682f3c, kind: .html), at: 150),
    BadCheckpoint(
      "v2-index-lfs-pointer", table: .badMagic(found: 0xa34343232303039, kind: .lfsPointer(byteCount: 149_002_244)),
      at: 126),
    BadCheckpoint("v2-index-random", table: .badMagic(found: 0x95628b9faf6846ef, kind: .unknown), at: 392),
    BadCheckpoint("v2-index-safetensors", table: .tooShort(byteCount: 10, kind: .safetensors), at: 0),
    BadCheckpoint("v2-index-text", table: .tooShort(byteCount: 33, kind: .text), at: 0),
    BadCheckpoint("v2-index-zip", table: .badMagic(found: 0, kind: .zip), at: 56),
    BadCheckpoint(
      "v2-meta-only",
      refused: .search(.notFound(lookedFor: ["model.ckpt", "model.ckpt.index", "model.ckpt-00000-of-…"], present: []))),
    BadCheckpoint("v2-one-byte-more", table: .badMagic(found: 0xadb4775248b80fb, kind: .unknown), at: 330),
    BadCheckpoint("v2-restart-count", table: .badRestartCount(2_147_483_647, room: 61), at: 247),
    BadCheckpoint("v2-restart-count-zero", table: .badRestartCount(0, room: 61), at: 247),
    BadCheckpoint("v2-snappy-bomb", table: .snappy(.outputTooLarge(byteCount: 4_294_967_295)), at: 0),
    BadCheckpoint("v2-snappy-garbage", table: .snappy(.badOffset(1025, produced: 0)), at: 1),
    BadCheckpoint("v2-snappy-long", table: .snappy(.outputTooLong(declared: 246)), at: 203),
    BadCheckpoint("v2-snappy-offset", table: .snappy(.badOffset(9, produced: 1)), at: 3),
    BadCheckpoint("v2-snappy-offset-zero", table: .snappy(.badOffset(0, produced: 1)), at: 3),
    BadCheckpoint("v2-snappy-short", table: .snappy(.bytes(.endOfBytes(needed: 15, left: 12))), at: 204),
    BadCheckpoint("v2-truncated", table: .badMagic(found: 0x657a1104000056d4, kind: .unknown), at: 216),
    BadCheckpoint("v2-truncated-footer", table: .badMagic(found: 0x5700000000000000, kind: .unknown), at: 322),
    BadCheckpoint("v2-unordered-keys", table: .keyAboveSeparator(key: key("zero")), at: 188),
    BadCheckpoint("v2-wrong-magic", table: .badMagic(found: 0x88e241b785f4cff7, kind: .unknown), at: 329),
  ]

  /// V2 checkpoints of which some tensors can be read.
  static let readableV2: [BadCheckpoint] = [
    BadCheckpoint(
      "v2-crc-unmasked", finds: [.read("weights", .data(.checksum(stored: 0x2208a940, computed: 0xf5032ee9)), at: 79)]),
    BadCheckpoint(
      "v2-data-cut",
      finds: [
        .unreadable(nil, .shard(.tooShort(needed: 103, byteCount: 73, kind: .unknown))),
        .read("text", .shard(.outside(offset: 68, byteCount: 11, shardByteCount: 73, kind: .unknown))),
        .read("weights", .shard(.outside(offset: 79, byteCount: 24, shardByteCount: 73, kind: .unknown))),
      ]),
    BadCheckpoint(
      "v2-data-empty",
      finds: [
        .unreadable(nil, .shard(.tooShort(needed: 103, byteCount: 0, kind: .empty))),
        .read("bias", .shard(.outside(offset: 0, byteCount: 12, shardByteCount: 0, kind: .empty))),
        .read("global_step", .shard(.outside(offset: 12, byteCount: 8, shardByteCount: 0, kind: .empty))),
        .read("sliced", .shard(.outside(offset: 20, byteCount: 24, shardByteCount: 0, kind: .empty))),
        .read("text", .shard(.outside(offset: 68, byteCount: 11, shardByteCount: 0, kind: .empty))),
        .read("weights", .shard(.outside(offset: 79, byteCount: 24, shardByteCount: 0, kind: .empty))),
      ]),
    BadCheckpoint(
      "v2-data-lfs-pointer",
      finds: [
        .read("bias", .shard(.foreign(.lfsPointer(byteCount: 149_002_244)))),
        .read("global_step", .shard(.foreign(.lfsPointer(byteCount: 149_002_244)))),
        .read("sliced", .shard(.foreign(.lfsPointer(byteCount: 149_002_244)))),
        .read("text", .shard(.foreign(.lfsPointer(byteCount: 149_002_244)))),
        .read("weights", .shard(.foreign(.lfsPointer(byteCount: 149_002_244)))),
      ]),
    BadCheckpoint("v2-entry-empty", finds: [.incomplete("weights", .entry(.noDType), at: 198)]),
    BadCheckpoint(
      "v2-entry-garbage",
      finds: [.incomplete("weights", .message("bundle entry", .bytes(.endOfBytes(needed: 1, left: 0))), at: 198)]),
    BadCheckpoint(
      "v2-entry-group", finds: [.incomplete("weights", .message("bundle entry", .group(field: 1)), at: 199)]),
    BadCheckpoint(
      "v2-entry-truncated",
      finds: [.incomplete("weights", .message("bundle entry", .bytes(.endOfBytes(needed: 4, left: 2))), at: 198)]),
    BadCheckpoint("v2-flip-footer-metaindex", finds: []),
    BadCheckpoint(
      "v2-flip-tensor", finds: [.read("weights", .data(.checksum(stored: 0xf5032ee9, computed: 0x4c38620e)), at: 79)]),
    BadCheckpoint(
      "v2-huge-bytes",
      finds: [.incomplete("weights", .entry(.tooManyBytes(shape(1_152_921_504_606_846_976), .complex128)), at: 198)]),
    BadCheckpoint(
      "v2-huge-shape",
      finds: [
        .incomplete("weights", .entry(.badShape(.tooManyElements([1_099_511_627_776, 1_099_511_627_776]))), at: 198)
      ]),
    BadCheckpoint(
      "v2-huge-tensor",
      finds: [
        .unreadable(nil, .shard(.tooShort(needed: 140_737_488_355_407, byteCount: 103, kind: .unknown))),
        .read(
          "weights", .shard(.outside(offset: 79, byteCount: 140_737_488_355_328, shardByteCount: 103, kind: .unknown))),
      ]),
    BadCheckpoint(
      "v2-index-without-data",
      finds: [
        .unreadable(nil, .shard(.missing("model.ckpt.data-00000-of-00001"))),
        .read("bias", .shard(.missing("model.ckpt.data-00000-of-00001"))),
        .read("global_step", .shard(.missing("model.ckpt.data-00000-of-00001"))),
        .read("sliced", .shard(.missing("model.ckpt.data-00000-of-00001"))),
        .read("text", .shard(.missing("model.ckpt.data-00000-of-00001"))),
        .read("weights", .shard(.missing("model.ckpt.data-00000-of-00001"))),
      ]),
    BadCheckpoint("v2-invalid-dtype", finds: [.incomplete("weights", .entry(.noDType), at: 198)]),
    BadCheckpoint(
      "v2-missing-shard",
      finds: [
        .unreadable(nil, .shard(.missing("model.ckpt-7.data-00001-of-00003"))),
        .read("layer0/biases", .shard(.missing("model.ckpt-7.data-00001-of-00003"))),
        .read("layer2/weights", .shard(.missing("model.ckpt-7.data-00001-of-00003"))),
        .read("layer3/biases", .shard(.missing("model.ckpt-7.data-00001-of-00003"))),
        .read("layer5/weights", .shard(.missing("model.ckpt-7.data-00001-of-00003"))),
        .read("table", .shard(.missing("model.ckpt-7.data-00001-of-00003"))),
        .read("wide", .shard(.missing("model.ckpt-7.data-00001-of-00003"))),
      ]),
    BadCheckpoint(
      "v2-negative-dimension", finds: [.incomplete("weights", .entry(.badShape(.negativeDimension(-2))), at: 198)]),
    BadCheckpoint("v2-no-tensors", finds: []),
    BadCheckpoint(
      "v2-offset-beyond",
      finds: [
        .unreadable(nil, .shard(.tooShort(needed: 127, byteCount: 103, kind: .unknown))),
        .read("weights", .shard(.outside(offset: 103, byteCount: 24, shardByteCount: 103, kind: .unknown))),
      ]),
    BadCheckpoint("v2-offset-negative", finds: [.unreadable("weights", .entry(.negativeOffset(-1)))]),
    BadCheckpoint(
      "v2-offset-overflow",
      finds: [
        .read(
          "weights",
          .shard(.outside(offset: 9_223_372_036_854_775_807, byteCount: 24, shardByteCount: 103, kind: .unknown)))
      ]),
    BadCheckpoint(
      "v2-overflow-then-zero",
      finds: [
        .incomplete("weights", .entry(.badShape(.tooManyElements([1_099_511_627_776, 1_099_511_627_776, 0]))), at: 198)
      ]),
    BadCheckpoint(
      "v2-overlap",
      finds: [
        .note("weights", .entry(.overlaps("bias")), at: 0),
        .note("global_step", .entry(.overlaps("weights")), at: 12),
      ]),
    BadCheckpoint("v2-rank-300", finds: [.incomplete("weights", .entry(.badShape(.rankTooLarge(300))), at: 199)]),
    BadCheckpoint("v2-resource-dtype", finds: [.read("weights", .entry(.unreadableDType(.resource)))]),
    BadCheckpoint("v2-shard-beyond", finds: [.unreadable("weights", .entry(.badShard(4, count: 1)))]),
    BadCheckpoint("v2-shard-negative", finds: [.unreadable("weights", .entry(.badShard(-1, count: 1)))]),
    BadCheckpoint("v2-size-long", finds: [.unreadable("weights", .entry(.badByteCount(expected: 24, found: 28)))]),
    BadCheckpoint("v2-size-negative", finds: [.unreadable("weights", .entry(.negativeByteCount(-24)))]),
    BadCheckpoint("v2-size-short", finds: [.unreadable("weights", .entry(.badByteCount(expected: 24, found: 20)))]),
    BadCheckpoint("v2-size-zero", finds: [.unreadable("weights", .entry(.badByteCount(expected: 24, found: 0)))]),
    BadCheckpoint("v2-slice-beyond", finds: [.unreadable("w", .slices(.outside(slice("2,2:-"), shape(3, 3))))]),
    BadCheckpoint(
      "v2-slice-dtype", finds: [.unreadable("w", .slices(.dtype(slice("2,2:-"), expected: .float32, found: 3)))]),
    BadCheckpoint("v2-slice-hole", finds: [.unreadable("w", .slices(.hole(slice("2,1:-"))))]),
    BadCheckpoint("v2-slice-key-garbage", finds: [.note(nil, .entry(.orphan(key: key("\u{0}ghost\u{0}w\u{1}\u{2}"))))]),
    BadCheckpoint("v2-slice-missing", finds: [.unreadable("w", .slices(.missing(slice("2,2:-"))))]),
    BadCheckpoint("v2-slice-negative", finds: [.unreadable("w", .slices(.outside(slice("-1,2:-"), shape(4, 3))))]),
    BadCheckpoint(
      "v2-slice-orphan",
      finds: [.note(nil, .entry(.orphan(key: key("\u{0}ghost\u{0}\u{1}\u{1}\u{2}\u{80}\u{81}\u{80}\u{7f}"))))]),
    BadCheckpoint(
      "v2-slice-overflow", finds: [.unreadable("w", .slices(.outside(slice("9223372036854775807,2:-"), shape(4, 3))))]),
    BadCheckpoint("v2-slice-overlap", finds: [.unreadable("w", .slices(.overlap(slice("0,2:-"), slice("1,2:-"))))]),
    BadCheckpoint("v2-slice-rank", finds: [.unreadable("w", .slices(.rank(slice("0,2"), shape(4, 3))))]),
    BadCheckpoint("v2-slice-scalar", finds: [.unreadable("w", .slices(.scalar))]),
    BadCheckpoint(
      "v2-slice-shape", finds: [.unreadable("w", .slices(.shape(slice("2,2:-"), expected: [2, 3], found: [3, 2])))]),
    BadCheckpoint("v2-slice-twice", finds: [.unreadable("w", .slices(.overlap(slice("2,2:-"), slice("2,2:-"))))]),
    BadCheckpoint("v2-slice-zero-length", finds: [.unreadable("w", .slices(.empty(slice("0,0:-"))))]),
    BadCheckpoint(
      "v2-string-count-huge", finds: [.read("text", .strings(.tooMany(count: 1_099_511_627_776, byteCount: 11)), at: 0)]
    ),
    BadCheckpoint(
      "v2-string-cut", finds: [.read("text", .strings(.badLength(.endOfBytes(needed: 5, left: 3))), at: 6)]),
    BadCheckpoint("v2-string-endless-varint", finds: [.read("text", .strings(.badLength(.varintTooLong)), at: 0)]),
    BadCheckpoint(
      "v2-string-flip-length",
      finds: [.read("text", .strings(.lengthChecksum(stored: 0xe4094dc0, computed: 0xad3530e7)), at: 2)]),
    BadCheckpoint(
      "v2-string-flip-length-checksum",
      finds: [.read("text", .strings(.lengthChecksum(stored: 0xe4894dc0, computed: 0xe4094dc0)), at: 2)]),
    BadCheckpoint(
      "v2-string-flip-text", finds: [.read("text", .data(.checksum(stored: 0x2e42eaa2, computed: 0x8b0378dc)), at: 0)]),
    BadCheckpoint(
      "v2-string-length-huge",
      finds: [.read("text", .strings(.badLength(.tooLarge(18_446_744_073_709_551_615))), at: 0)]),
    BadCheckpoint("v2-string-slack", finds: [.read("text", .strings(.bytesLeftOver(2)), at: 11)]),
    BadCheckpoint("v2-unknown-dtype", finds: [.incomplete("weights", .entry(.unknownDType(77)), at: 198)]),
    BadCheckpoint("v2-unknown-rank", finds: [.incomplete("weights", .entry(.unknownRank), at: 198)]),
  ]
}
