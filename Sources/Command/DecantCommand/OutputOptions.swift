import ArgumentParser
import Files

/// Where outputs are written; the same in every command that writes.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Create missing parent directories of the output.")
  var parents = false

  /// Creates the directories above `path`, if asked to, and runs `write`; then removes those that are still empty.
  func make<Value>(_ path: String?, _ write: () throws -> Value) throws -> Value {
    guard parents, let path else { return try write() }
    return try OutputDirectories.making(above: path, write)
  }
}
