import Bytes
import Checkpoints
import Files
import Messages
import ProtobufWire
import SSTable
import Tensors

extension MessageGroup {
  static func checkpoints() throws -> [MessageGroup] {
    try checkpointFiles() + checkpointTensors()
  }

  private static let prefix = "model.ckpt-3000000"
  /// What the sample of a state file names, beside it.
  private static let named = "models/im2txt/model.ckpt-2995000"
  private static let index = "model.ckpt-3000000.index"
  private static let data = "model.ckpt-3000000.data-00000-of-00001"

  private static func checkpointFiles() throws -> [MessageGroup] {
    [
      MessageGroup(
        "CheckpointError", CheckpointDefect.self, at: "Formats/Checkpoints/CheckpointDefect.swift",
        .init([
          .search(.ambiguous(["model.ckpt-1", "model.ckpt-2"])), .file(FileError(.changed, file: prefix)),
          .table(.tooShort(byteCount: 12, kind: .text)), .header(.missing), .message("V1 header", .fieldZero),
        ]) { CheckpointError($0, file: prefix) },
        .init([.shard(.missing(data))]) { CheckpointError($0, file: index) },
        .init([
          .entry(.duplicate), .slices(.scalar), .data(.missing), .strings(.bytesLeftOver(12)),
          .objectGraph(.dangling(count: 3)), .writing(.listTooLong(byteCount: 3_000_000_000)),
        ]) { CheckpointError($0, file: index, tensor: "logits/weights") }),
      MessageGroup(
        "SearchDefect", in: "CheckpointError", SearchDefect.self, at: "Formats/Checkpoints/SearchDefect.swift",
        .init([
          .notFound(lookedFor: [prefix, index], present: []),
          .notFound(lookedFor: [prefix], present: ["model.ckpt-2995000"]),
          .danglingLink(to: "../annex/model"), .indexMissing(index),
        ]) { CheckpointError(.search($0), file: prefix) },
        .init([
          .ambiguous(["model.ckpt-2995000", prefix]), .variablesMissing("variables/variables.index"),
          .noCheckpointInDirectory(leftovers: []),
          .noCheckpointInDirectory(leftovers: ["\(prefix).data-00000-of-00001.tempstate123"]),
          .otherDirectory("the directory holds another program's model.", advice: "Name a checkpoint."),
        ]) { CheckpointError(.search($0), file: "models/im2txt") },
        .init([
          .badStateFile(.openQuotation, line: 2), .stateNamesMissing("model.ckpt-2995000", lookedFor: [named]),
          .stateNamesMissing(
            "gs://models/model.ckpt-2995000", lookedFor: ["models/im2txt/gs:/models/model.ckpt-2995000", named]),
          .statePathLeadsOut("/train/model.ckpt-2995000", lookedFor: [named], typed: "/train/model.ckpt-2995000"),
          .statePathLeadsOut("gs://models/model.ckpt-2995000", lookedFor: [], typed: "gs://models/model.ckpt-2995000"),
        ]) { CheckpointError(.search($0), file: "models/im2txt/checkpoint") }),
      MessageGroup(
        "StateFile.Defect", in: "CheckpointError", StateFile.Defect.self, at: "Formats/Checkpoints/StateFile.swift",
        .init([
          .notText(byte: 0x1b), .tooLarge(byteCount: 5_000_000), .fieldName, .value(field: "model_checkpoint_path"),
          .openQuotation, .escape, .noCheckpointPath,
        ]) { CheckpointError(.search(.badStateFile($0, line: 2)), file: "models/im2txt/checkpoint") }),
      MessageGroup(
        "HeaderDefect", in: "CheckpointError", HeaderDefect.self, at: "Formats/Checkpoints/HeaderDefect.swift",
        .init([
          .missing, .notACheckpoint, .otherVersion(found: .v1), .badShardCount(0), .badEndianness(2),
          .tooNew(minimumConsumer: 2), .consumerExcluded, .badProducer(-1),
        ]) { CheckpointError(.header($0), file: index) },
        .init([.otherVersion(found: .v2)]) { CheckpointError(.header($0), file: prefix) }),
      MessageGroup(
        "ShardDefect", in: "CheckpointError", ShardDefect.self, at: "Formats/Checkpoints/ShardDefect.swift",
        .init([.missing(data)]) { CheckpointError(.shard($0), file: index) },
        .init([
          .outside(offset: 4096, byteCount: 2048, shardByteCount: 5000, kind: .unknown),
          .outside(offset: 4096, byteCount: 2048, shardByteCount: 134, kind: .lfsPointer(byteCount: 149_002_244)),
        ]) { CheckpointError(.shard($0), file: data, tensor: "logits/weights") },
        .init([.tooShort(needed: 6144, byteCount: 5000, kind: .unknown), .foreign(.html)]) {
          CheckpointError(.shard($0), file: data)
        }),
    ]
  }

  private static func checkpointTensors() throws -> [MessageGroup] {
    let shape = try Shape([512, 12000])
    let first = TensorSlice([.init(start: 0, length: 256), .whole])
    let second = TensorSlice([.init(start: 128, length: 256), .whole])
    let name = "logits/weights"
    return [
      MessageGroup(
        "EntryDefect", in: "CheckpointError", EntryDefect.self, at: "Formats/Checkpoints/EntryDefect.swift",
        .init([
          .duplicate, .dtypesDiffer(.float32, .float64), .shapesDiffer(shape, try Shape([512])), .noDType,
          .unknownDType(99), .referenceDType(101), .unreadableDType(.resource), .unreadableDType(.bfloat16),
          .unknownRank, .badShape(.negativeDimension(-1)), .tooManyBytes(shape, .float64), .badShard(3, count: 2),
          .negativeOffset(-1), .negativeByteCount(-1), .badByteCount(expected: 24_576_000, found: 1234),
          .overlaps("logits/biases"), .wrongKind(.string), .wrongKind(.float32),
        ]) { CheckpointError(.entry($0), file: index, tensor: name) },
        .init([.orphan(key: Array("a\u{1b}[31m\nb".utf8))]) { CheckpointError(.entry($0), file: index) }),
      MessageGroup(
        "SliceDefect", in: "CheckpointError", SliceDefect.self, at: "Formats/Checkpoints/SliceDefect.swift",
        .init([
          .rank(first, try Shape([512])), .outside(first, try Shape([128, 12000])),
          .empty(TensorSlice([.init(start: 0, length: 0), .whole])), .scalar, .overlap(first, second), .hole(second),
          .hole(nil), .tooMany(1_000_000), .missing(second), .dtype(first, expected: .float32, found: 2),
          .shape(first, expected: [256, 12000], found: [128, 12000]),
        ]) { CheckpointError(.slices($0), file: index, tensor: name) }),
      MessageGroup(
        "DataDefect", in: "CheckpointError", DataDefect.self, at: "Formats/Checkpoints/DataDefect.swift",
        .init([
          .checksum(stored: 0x1234_5678, computed: 0x9abc_def0), .badValueCount(expected: 12000, found: 1234),
          .valueOutOfRange(300, .uint8), .raggedRun(byteCount: 1234, width: 8), .otherName("logits/biases"),
          .otherSlice(second), .otherDType(2, expected: .float32), .missing,
        ]) { CheckpointError(.data($0), file: prefix, offset: 1234, tensor: name) }),
      MessageGroup(
        "StringsDefect", in: "CheckpointError", StringsDefect.self, at: "Formats/Checkpoints/StringsDefect.swift",
        .init([
          .tooMany(count: 12000, byteCount: 1234), .badLength(.endOfBytes(needed: 12, left: 4)),
          .lengthChecksum(stored: 0x1234_5678, computed: 0x9abc_def0), .bytesLeftOver(1),
        ]) { CheckpointError(.strings($0), file: data, offset: 1234, tensor: "words") }),
      MessageGroup(
        "ObjectGraphDefect", in: "CheckpointError", ObjectGraphDefect.self,
        at: "Formats/Checkpoints/ObjectGraphDefect.swift",
        .init([
          .notOneString(shape),
          .unreadable(CheckpointError(.strings(.badLength(.varintTooLong)), file: data).message),
          .dangling(count: 1), .missingTensors(count: 2, first: "layer-1/kernel"),
          .sharedKeys(count: 2, first: "layer-1/kernel"),
        ]) { CheckpointError(.objectGraph($0), file: index, tensor: "_CHECKPOINTABLE_OBJECT_GRAPH") }),
      MessageGroup(
        "WritingDefect", in: "CheckpointError", WritingDefect.self, at: "Formats/Checkpoints/WritingDefect.swift",
        .init([
          .refused(
            "its strings need 3000000000 bytes, more than a protobuf message can hold; write a V2 checkpoint (--to "
              + "tensorflow)"),
          .moreThanDeclared(24_576_000), .lessThanDeclared(24_576_000, written: 1234),
        ]) { CheckpointError(.writing($0), file: prefix, tensor: name) },
        .init([.listTooLong(byteCount: 3_000_000_000)]) { CheckpointError(.writing($0), file: prefix) }),
    ]
  }
}
