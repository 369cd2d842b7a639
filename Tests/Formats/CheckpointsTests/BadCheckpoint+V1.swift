import Bytes
import Checkpoints
import Files
import Messages
import ProtobufWire
import SSTable
import Tensors

extension BadCheckpoint {
  /// V1 checkpoints that cannot be opened.
  static let refusedV1: [BadCheckpoint] = [
    BadCheckpoint("v1-47-bytes", table: .tooShort(byteCount: 47, kind: .table), at: 0),
    BadCheckpoint(
      "v1-block-handle-beyond-end",
      table: .blockOutsideFile(BlockHandle(offset: 1_099_511_627_776, byteCount: 100), limit: 556), at: 536),
    BadCheckpoint("v1-block-handle-overflow", table: .badHandle(.tooLarge(18_446_744_073_709_551_613)), at: 536),
    BadCheckpoint("v1-block-type", table: .badBlockType(7), at: 502),
    BadCheckpoint(
      "v1-duplicate-key",
      table: .keysNotIncreasing(
        key: key("\u{0}zero\u{0}\u{1}\u{1}\u{2}\u{80}\u{7f}\u{80}\u{7f}"),
        after: key("\u{0}zero\u{0}\u{1}\u{1}\u{2}\u{80}\u{7f}\u{80}\u{7f}")), at: 494),
    BadCheckpoint("v1-empty", table: .tooShort(byteCount: 0, kind: .empty), at: 0),
    BadCheckpoint("v1-empty-block", table: .blockTooShort(byteCount: 0), at: 0),
    BadCheckpoint("v1-entry-length-overflow", table: .badEntry(.endOfBytes(needed: 8_589_934_590, left: 2)), at: 11),
    BadCheckpoint("v1-entry-runs-out", table: .badEntry(.endOfBytes(needed: 128, left: 2)), at: 3),
    BadCheckpoint("v1-entry-shared-too-long", table: .tooManySharedBytes(shared: 5, previous: 0), at: 0),
    BadCheckpoint("v1-flip-block-checksum", table: .checksum(stored: 0xa2dd2e99, computed: 0xa35d2e99), at: 0),
    BadCheckpoint("v1-flip-data-block", table: .checksum(stored: 0xa35d2e99, computed: 0x2c50c1db), at: 0),
    BadCheckpoint("v1-flip-footer", table: .checksum(stored: 0x8a942f3e, computed: 0x7c323dff), at: 512),
    BadCheckpoint("v1-flip-index-block", table: .checksum(stored: 0x8670dc27, computed: 0x724e0a6f), at: 520),
    BadCheckpoint("v1-flip-magic", table: .badMagic(found: 0xda4775248b80fb57, kind: .unknown), at: 580),
    BadCheckpoint(
      "v1-handle-beyond-end", table: .blockOutsideFile(BlockHandle(offset: 588_000, byteCount: 10), limit: 540), at: 543
    ),
    BadCheckpoint("v1-handle-endless-varint", table: .badHandle(.varintTooLong), at: 540),
    BadCheckpoint(
      "v1-handle-huge-size",
      table: .blockOutsideFile(BlockHandle(offset: 520, byteCount: 4_611_686_018_427_387_904), limit: 540), at: 543),
    BadCheckpoint("v1-handle-overflow", table: .badHandle(.tooLarge(18_446_744_073_709_551_608)), at: 543),
    BadCheckpoint("v1-hdf5", table: .badMagic(found: 0, kind: .hdf5), at: 88),
    BadCheckpoint("v1-header-empty", refused: .header(.notACheckpoint), at: 3),
    BadCheckpoint("v1-header-garbage", refused: .header(.notACheckpoint), at: 3),
    BadCheckpoint("v1-header-missing", refused: .header(.missing)),
    BadCheckpoint("v1-html", table: .badMagic(found: 0xa3e6c6d74682f3c, kind: .html), at: 150),
    BadCheckpoint(
      "v1-lfs-pointer", table: .badMagic(found: 0xa34343232303039, kind: .lfsPointer(byteCount: 149_002_244)), at: 126),
    BadCheckpoint("v1-one-byte-more", table: .badMagic(found: 0xadb4775248b80fb, kind: .unknown), at: 581),
    BadCheckpoint("v1-random", table: .badMagic(found: 0x95628b9faf6846ef, kind: .unknown), at: 392),
    BadCheckpoint("v1-restart-count", table: .badRestartCount(2_147_483_647, room: 124), at: 498),
    BadCheckpoint("v1-restart-count-zero", table: .badRestartCount(0, room: 124), at: 498),
    BadCheckpoint("v1-safetensors", table: .tooShort(byteCount: 10, kind: .safetensors), at: 0),
    BadCheckpoint("v1-snappy-bomb", table: .snappy(.outputTooLarge(byteCount: 4_294_967_295)), at: 0),
    BadCheckpoint("v1-snappy-garbage", table: .snappy(.badOffset(1025, produced: 0)), at: 1),
    BadCheckpoint("v1-snappy-long", table: .snappy(.outputTooLong(declared: 497)), at: 360),
    BadCheckpoint("v1-snappy-offset", table: .snappy(.badOffset(9, produced: 1)), at: 3),
    BadCheckpoint("v1-snappy-offset-zero", table: .snappy(.badOffset(0, produced: 1)), at: 3),
    BadCheckpoint("v1-snappy-short", table: .snappy(.bytes(.endOfBytes(needed: 4, left: 1))), at: 363),
    BadCheckpoint("v1-truncated", table: .badMagic(found: 0x42091a000a021274, kind: .unknown), at: 384),
    BadCheckpoint("v1-truncated-footer", table: .badMagic(found: 0x5700000000000000, kind: .unknown), at: 573),
    BadCheckpoint(
      "v1-unordered-keys",
      table: .keysNotIncreasing(
        key: key("\u{0}weights\u{0}\u{1}\u{1}\u{2}\u{80}\u{7f}\u{80}\u{7f}"),
        after: key("\u{0}zero\u{0}\u{1}\u{1}\u{2}\u{80}\u{7f}\u{80}\u{7f}")), at: 431),
    BadCheckpoint("v1-wrong-magic", table: .badMagic(found: 0x88e241b785f4cff7, kind: .unknown), at: 580),
  ]

  /// V1 checkpoints of which some tensors can be read.
  static let readableV1: [BadCheckpoint] = [
    BadCheckpoint("v1-count-long", finds: [.read("w", .data(.badValueCount(expected: 6, found: 7)), at: 88)]),
    BadCheckpoint("v1-count-short", finds: [.read("w", .data(.badValueCount(expected: 6, found: 5)), at: 80)]),
    BadCheckpoint("v1-deep-record", finds: []),
    BadCheckpoint("v1-duplicate-tensor", finds: [.unreadable("w", .entry(.duplicate), at: 3)]),
    BadCheckpoint(
      "v1-extra-record",
      finds: [.note(nil, .entry(.orphan(key: key("\u{0}ghost\u{0}\u{1}\u{1}\u{1}\u{80}\u{7f}"))), at: 59)]),
    BadCheckpoint("v1-flip-footer-metaindex", finds: []),
    BadCheckpoint(
      "v1-huge-shape",
      finds: [.incomplete("w", .entry(.badShape(.tooManyElements([1_099_511_627_776, 1_099_511_627_776]))), at: 3)]),
    BadCheckpoint(
      "v1-huge-shape-fits", finds: [.read("w", .data(.badValueCount(expected: 35_184_372_088_832, found: 6)), at: 80)]),
    BadCheckpoint("v1-invalid-dtype", finds: [.incomplete("w", .entry(.noDType), at: 3)]),
    BadCheckpoint("v1-long-varint", finds: [.read("w", .message("V1 record", .bytes(.varintTooLong)), at: 50)]),
    BadCheckpoint("v1-missing-record", finds: [.read("w", .slices(.missing(slice("2,2:-"))))]),
    BadCheckpoint(
      "v1-missing-shard",
      finds: [
        .incomplete(nil, .shard(.missing("model.ckpt-7-00001-of-00003"))),
        .unreadable("table", .slices(.hole(slice("2,2:-")))),
        .unreadable("wide", .slices(.hole(slice("-:3,3")))),
      ]),
    BadCheckpoint("v1-negative-dimension", finds: [.incomplete("w", .entry(.badShape(.negativeDimension(-2))), at: 3)]),
    BadCheckpoint("v1-no-tensors", finds: []),
    BadCheckpoint("v1-out-of-range", finds: [.read("w", .data(.valueOutOfRange(300, .int8)), at: 50)]),
    BadCheckpoint(
      "v1-overflow-then-zero",
      finds: [.incomplete("w", .entry(.badShape(.tooManyElements([1_099_511_627_776, 1_099_511_627_776, 0]))), at: 3)]),
    BadCheckpoint("v1-ragged-run", finds: [.read("w", .data(.raggedRun(byteCount: 23, width: 4)), at: 60)]),
    BadCheckpoint("v1-record-name", finds: [.read("w", .data(.otherName("x")), at: 50)]),
    BadCheckpoint("v1-record-without-data", finds: [.read("w", .data(.missing), at: 47)]),
    BadCheckpoint("v1-reference-dtype", finds: [.note("w", .entry(.referenceDType(101)), at: 3)]),
    BadCheckpoint("v1-slice-beyond", finds: [.unreadable("w", .slices(.outside(slice("2,2:-"), shape(3, 3))))]),
    BadCheckpoint("v1-slice-hole", finds: [.unreadable("w", .slices(.hole(slice("2,1:-"))))]),
    BadCheckpoint(
      "v1-slice-overflow", finds: [.unreadable("w", .slices(.outside(slice("9223372036854775807,2:-"), shape(2, 3))))]),
    BadCheckpoint("v1-slice-overlap", finds: [.unreadable("w", .slices(.overlap(slice("0,2:-"), slice("1,2:-"))))]),
    BadCheckpoint("v1-slice-rank", finds: [.unreadable("w", .slices(.rank(slice("-"), shape(2, 3))))]),
    BadCheckpoint("v1-string-count", finds: [.read("w", .data(.badValueCount(expected: 3, found: 2)), at: 54)]),
    BadCheckpoint(
      "v1-truncated-message",
      finds: [.read("w", .message("V1 record", .bytes(.endOfBytes(needed: 1_048_576, left: 24))), at: 62)]),
    BadCheckpoint(
      "v1-truncated-varint", finds: [.read("w", .message("V1 record", .bytes(.endOfBytes(needed: 1, left: 0))), at: 52)]
    ),
    BadCheckpoint("v1-unknown-dtype", finds: [.incomplete("w", .entry(.unknownDType(77)), at: 3)]),
    BadCheckpoint("v1-wrong-field", finds: [.read("w", .data(.badValueCount(expected: 6, found: 0)), at: 66)]),
  ]
}
