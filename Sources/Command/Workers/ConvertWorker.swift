package import Conversion
internal import Files
internal import Messages
internal import TensorFiles
package import Tensors

extension FileWorker {
  /// Converts checkpoints: `{"id", "source", "output"}`.
  ///
  /// An output that these options made of the same source is recognized by what it says about itself, and is not made
  /// again.
  ///
  /// - Parameters:
  ///   - options: what every conversion does.
  ///   - recipe: the digest of the options.
  ///   - reading: how sources are read.
  ///   - makesDirectories: whether missing directories above an output are made.
  ///   - check: looks at each source before it is converted.
  /// - Returns: the worker.
  package static func converting(
    _ options: ConversionOptions, recipe: ConversionRecipe, reading: ReadOptions, makesDirectories: Bool,
    check: @escaping @Sendable (_ source: String) -> Void = { _ in }
  ) -> FileWorker {
    var options = options
    options.recipe = recipe
    let converter = Converter(options: options)
    return FileWorker(members: ["source", "output"]) { request in
      let (path, output) = (try request.path("source"), try request.path("output"))
      let source = try TensorFile.open(path, options: reading)
      if let existing = try? TensorFile.open(output), recipe.mayHaveMade(existing) {
        let digest = try SourceDigest(of: source.files)
        if recipe.made(existing, from: digest) { return try members(of: existing, at: output, isSkipped: true) }
      }
      check(path)
      if makesDirectories {
        _ = try OutputDirectories.making(above: output) { try converter.convert(source, to: output) }
      } else {
        _ = try converter.convert(source, to: output)
      }
      return try members(of: TensorFile.open(output), at: output, isSkipped: false)
    }
  }

  private static func members(
    of output: any TensorSource, at path: String, isSkipped: Bool
  ) throws -> [(key: String, value: Message)] {
    let digest = try SourceDigest(of: output.files)
    return [
      ("output", JSONValue.string(path).line), ("digest", JSONValue.string(digest.name).line),
      ("tensors", JSONValue.integer(output.descriptors.count).line), ("skipped", JSONValue.boolean(isSkipped).line),
    ]
  }
}
