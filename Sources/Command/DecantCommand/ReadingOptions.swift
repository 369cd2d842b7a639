import ArgumentParser
import Tensors

/// How inputs are read; the same in every command.
struct ReadingOptions: ParsableArguments {
  @Flag(name: .customLong("no-verify"), help: "Do not verify checksums. Structure is still checked.")
  var skipsChecksums = false

  @Flag(help: "Show quantized tensors of GGUF and TensorFlow Lite as float32.")
  var dequantize = false

  @Option(
    help: ArgumentHelp(
      "TensorFlow 2 checkpoints: name variables by keys, paths (keys without their suffix) or full-names.",
      valueName: "names"))
  var objectNames = ObjectNaming.keys

  @Flag(
    help: ArgumentHelp(
      "Pickles that would run code in Python: read the tensors without what that code returns. Decant never runs it."))
  var ignoreCode = false

  var value: ReadOptions {
    var options = ReadOptions(verifiesChecksums: !skipsChecksums, objectNaming: objectNames, dequantizes: dequantize)
    options.ignoresCode = ignoreCode
    return options
  }
}
