import ArgumentParser
import Tensors

/// How inputs are read; the same in every command.
struct ReadingOptions: ParsableArguments {
  @Flag(name: .customLong("no-verify"), help: "Skip checksums. Structure is still checked.")
  var skipsChecksums = false

  var value: ReadOptions { ReadOptions(verifiesChecksums: !skipsChecksums) }
}
