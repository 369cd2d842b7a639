internal import Files
package import Messages

extension WeightFileDefect {
  /// What to do about a file that is sound, but that Decant does not read: a sentence, or nothing if the defect's own
  /// sentences say it. Nil if the file is damaged, or may be.
  package var adviceIfSound: Message? {
    switch self {
    case .pyTorch(let defect): defect.adviceIfSound
    case .array(let defect): defect.adviceIfSound
    case .unknownDType, .wrongKind,
      .archive(.directoryTooLarge), .archive(.encrypted), .archive(.method), .archive(.duplicateMember),
      .archive(.tooLargeToUnpack), .archive(.notAnArray),
      .hdf5(.noProcess), .hdf5(.noProgram), .hdf5(.externalLink), .hdf5(.externalData), .hdf5(.unsupportedFilter),
      .hdf5(.unsupportedType), .hdf5(.nullDataspace), .hdf5(.chunkTooLarge),
      .gguf(.version(1)), .gguf(.tensorType), .gguf(.partName), .gguf(.otherPart),
      .onnx(.unsupportedType), .onnx(.sparse), .onnx(.segment), .onnx(.outside), .onnx(.missing), .onnx(.tooManyFiles),
      .tfLite(.externalBuffer), .tfLite(.opaqueType), .tfLite(.sparse),
      .tensorFlowJS(.noManifest), .tensorFlowJS(.address), .tensorFlowJS(.outside), .tensorFlowJS(.missing),
      .tensorFlowJS(.noShards), .tensorFlowJS(.tooManyShards),
      .coreML(.noNetwork), .coreML(.quantized), .coreML(.unsupportedType), .coreML(.missing), .coreML(.tooManyFiles),
      .coreML(.storageVersion),
      .flax(.unknownExtension), .flax(.unsupportedDType),
      .kerasArchive(.noWeights), .kerasArchive(.textTooLarge),
      .shardIndex(.otherContent), .shardIndex(.missing):
      ""
    default: nil
    }
  }
}
