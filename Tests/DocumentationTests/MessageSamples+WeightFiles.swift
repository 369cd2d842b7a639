import Bytes
import Files
import Foundation
import Messages
import ProtobufWire
import Tensors
import WeightFiles

extension MessageGroup {
  static func weightFiles() -> [MessageGroup] {
    [
      MessageGroup(
        "WeightFileError", WeightFileDefect.self, at: "Formats/WeightFiles/WeightFileDefect.swift",
        .init([
          .noHeader(byteCount: 5), .headerTooLong(1_000_000_000_000), .headerPastEnd(declared: 4096, left: 1234),
          .notAnObject(60), .badHeader("an offset overflows"), .dataCountMismatch(tensorBytes: 4096, fileBytes: 1234),
          .badDTypeNote("it is not a JSON object"), .badStrings("it is not a JSON object"),
          .refused("the tensors and their metadata exceed the limits of safetensors; write HDF5 (.h5)"),
        ]) { WeightFileError($0, file: "model.safetensors") },
        .init([
          .missingField("dtype"), .unknownDType("F6"), .unknownDType("a\u{1b}[31m\nb"),
          .badShape(.negativeDimension(-1)), .offsetsReversed(start: 4096, end: 1234),
          .offsetsNotContiguous(start: 4096, expected: 1234), .sizeMismatch(found: 1234, expected: 4096),
          .duplicateName, .wrongKind(.string), .wrongKind(.float32), .tooManyBytes(declared: 4096),
          .tooFewBytes(declared: 4096, written: 1234),
        ]) { WeightFileError($0, file: "model.safetensors", tensor: "logits/weights") },
        .init([.hdf5(.externalData), .cannotWrite("unable to extend file properly")]) {
          WeightFileError($0, file: "model.h5", tensor: "logits/weights")
        },
        .init([.wire(.fieldZero)]) { WeightFileError($0, file: "model.onnx") },
        .init([.onnx(.sparse)]) { WeightFileError($0, file: "model.onnx", tensor: "logits/weights") },
        .init([.coreML(.noNetwork)]) { WeightFileError($0, file: "model.mlmodel") },
        .init([.tensorFlowJS(.noManifest)]) { WeightFileError($0, file: "model.json") },
        .init([.archive(.noEnd)]) { WeightFileError($0, file: "model.npz") },
        .init([.flax(.unknownExtension(9))]) { WeightFileError($0, file: "model.msgpack", tensor: "params/kernel") },
        .init([.strided(.badPlace), .pyTorch(.noElements)]) {
          WeightFileError($0, file: "model.pth", tensor: "layer.weight")
        },
        .init([.tfLite(.sparse)]) { WeightFileError($0, file: "model.tflite", tensor: "logits/weights") },
        .init([.gguf(.tensorType(99))]) { WeightFileError($0, file: "model.gguf", tensor: "logits/weights") },
        .init([.array(.objects)]) { WeightFileError($0, file: "model.npz", tensor: "logits/weights") },
        .init([.shardIndex(.noMap)]) { WeightFileError($0, file: "model.safetensors.index.json") },
        .init([.kerasArchive(.weightsTwice)]) { WeightFileError($0, file: "model.keras") }),
      hdf5(), shardIndex(), kerasArchive(),
      gguf(), tfLite(),
      onnx(),
      tensorFlowJS(),
      coreML(),
      MessageGroup(
        "ArchiveDefect", in: "WeightFileError", ArchiveDefect.self, at: "Core/Files/Archives/ArchiveDefect.swift",
        .init([
          .noEnd, .directoryPastEnd, .directoryGap(byteCount: 12), .directoryTooLarge(byteCount: 3_000_000_000),
          .cutShort(.endOfBytes(needed: 46, left: 12)), .noMember, .memberCount(declared: 12, found: 11),
          .overlap("logits/weights.npy", "logits/biases.npy"), .encrypted("logits/weights.npy"),
          .method(14, "logits/weights.npy"), .pastEnd,
          .impossibleSize("logits/weights.npy", declared: 3_000_000_000, stored: 12),
        ]) { WeightFileError(.archive($0), file: "model.npz") },
        .init([
          .noLocalHeader, .badDeflate, .byteCount(declared: 4096, found: 1234),
          .checksum(stored: 0x1234_5678, computed: 0x9abc_def0), .duplicateMember, .notAnArray,
          .tooLargeToUnpack("archive/data/0", byteCount: 100_000_000_000, limit: 68_719_476_736),
        ]) { WeightFileError(.archive($0), file: "model.npz", tensor: "logits/weights") }),
      MessageGroup(
        "ArrayDefect", in: "WeightFileError", ArrayDefect.self, at: "Formats/WeightFiles/NpyStorage.swift",
        .init([
          .noMagic, .version(4, 0), .headerCutShort, .headerTooLong(100_000),
          .badHeader("'fortran_order' is neither True nor False"), .badShape(.negativeDimension(-1)), .objects,
          .structured, .rawBytes("|V2"), .unsupported("datetime64[ns]"), .byteCount(expected: 4096, found: 1234),
          .tooManyFiles(count: 2000, limit: 800),
        ]) { WeightFileError(.array($0), file: "model.npz", tensor: "logits/weights") }),
    ]
  }

  private static func hdf5() -> MessageGroup {
    MessageGroup(
      "HDF5Defect", in: "WeightFileError", HDF5Defect.self, at: "Formats/WeightFiles/HDF5Defect.swift",
      .init([
        .library("file signature not found"), .library("bad object header version number"),
        .libraryFailed(signal: SIGSEGV), .libraryFailed(signal: SIGALRM), .noProcess(EAGAIN),
        .noProgram("decant", code: ENOENT), .badAnswer, .externalLink("logits/weights"), .tooDeep,
      ]) { WeightFileError(.hdf5($0), file: "model.h5") },
      .init([
        .externalData, .unsupportedFilter(id: 32_000, name: "lzf"), .unsupportedType("references"), .nullDataspace,
        .duplicateName, .dtypeMismatch(note: "bfloat16"), .badShape(.tooManyElements([Int.max, 2])),
        .shapeBeyondFile(byteCount: 3_000_000_000, fileBytes: 1234), .chunkTooLarge(byteCount: 3_000_000_000),
        .stringsTooLarge(limit: 78_976),
      ]) { WeightFileError(.hdf5($0), file: "model.h5", tensor: "logits/weights") })
  }
}
