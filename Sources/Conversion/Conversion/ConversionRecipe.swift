internal import Bytes
internal import Files
internal import Messages
internal import ModelMapping
internal import TensorFiles
package import Tensors

/// What makes the bytes of a conversion's output, besides its source: the options and the version of Decant.
///
/// An output that carries a recipe's digest and the digests of its source need not be made again.
package struct ConversionRecipe: Sendable, Equatable {
  /// The digest that the output carries.
  package let digest: String
  private let hashesSource: Bool

  /// The recipe of some options.
  ///
  /// - Parameters:
  ///   - options: the options.
  ///   - rules: the file that the rename rules were read from.
  ///   - reading: how the source is read.
  /// - Throws: `FileError` if the file cannot be read.
  package init(_ options: ConversionOptions, rules: String?, reading: ReadOptions) throws {
    let ruleDigest = try rules.map { try SourceDigest(of: [SourceFile(InputFile(path: $0))]).name }
    let packDigest = try options.library?.packPath.map { try SourceDigest(of: [SourceFile(InputFile(path: $0))]).name }
    let words = options.vocabulary.map { SourceDigest.digest(of: JSONText.array($0)) }
    let texts: [String?] = [
      DecantVersion.current, options.names.rawValue, ruleDigest, options.dtype?.name, options.match, options.drop,
      words, options.format?.rawValue, "\(options.sink.compression)", "\(options.sink.shardCount)",
      reading.objectNaming.rawValue, options.library?.name, packDigest, options.quantization?.rawValue,
    ]
    let flags = [
      options.foldsBatchNorm, options.inferenceOnly, options.weightsOnly, options.dropsLikely, options.takesAverages,
      options.library?.acceptsMisfits ?? false,
    ]
    // Each text in quotes, so that none runs into the next.
    digest = SourceDigest.digest(of: JSONText.array(texts.map { $0.map { "=\($0)" } ?? "" } + flags.map { "\($0)" }))
    hashesSource = options.hashesSource
  }

  /// Whether a file may be an output of this recipe; if not, the digest of its source need not be computed.
  package func mayHaveMade(_ output: any TensorSource) -> Bool {
    hashesSource && output.metadata[ConversionMetadata.options] == digest
  }

  /// Whether a file is the output of this recipe for that source, by what it says about itself.
  package func made(_ output: any TensorSource, from source: SourceDigest) -> Bool {
    mayHaveMade(output) && output.metadata[ConversionMetadata.version] == DecantVersion.current
      && Self.sourceDigests(of: output) == source.files
  }

  /// The digests of the source's files that an output carries; nil if it carries none.
  private static func sourceDigests(of output: any TensorSource) -> [String]? {
    guard let text = output.metadata[ConversionMetadata.source] else { return nil }
    var digests: [String] = []
    var reader = JSONReader(Array(text.utf8))
    do {
      try reader.readObject { reader, key in
        guard key == "files" else { return try reader.skipValue() }
        try reader.readArray { reader in
          try reader.readObject { reader, key in
            if key == "sha256" { digests.append(try reader.readString()) } else { try reader.skipValue() }
          }
        }
      }
    } catch {
      return nil
    }
    return digests
  }
}
