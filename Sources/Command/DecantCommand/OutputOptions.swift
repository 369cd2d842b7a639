import ArgumentParser
import Files

/// Where outputs are written; the same in every command that writes.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Create missing parent directories of the output.")
  var parents = false

  /// Runs `write` with the directories above `path` made, if that was asked for; those that are empty afterwards are removed.
  func make<Value>(_ path: String?, _ write: () throws -> Value) throws -> Value {
    guard parents, let path else { return try write() }
    return try OutputDirectories.making(above: path, write)
  }
}
