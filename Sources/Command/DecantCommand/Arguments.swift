public import ArgumentParser
public import Captioning
internal import Conversion
public import Engine
public import Inspection
public import ModelMapping
internal import Patterns
public import TensorFiles
public import Tensors
package import Workers

// How types of the libraries are spelled on the command line.

extension TensorOrder: ExpressibleByArgument {}

extension MarkerChoice: ExpressibleByArgument {}

extension SidecarFormat: ExpressibleByArgument {}

extension CaptionWorker.Form: ExpressibleByArgument {}

extension EngineOptions.Precision: ExpressibleByArgument {}

extension ObjectNaming: ExpressibleByArgument {}

extension NamingScheme: ExpressibleByArgument {
  /// A scheme by its name.
  public init?(argument: String) { self.init(name: argument) }
}

/// Names that `rename` can give: those of a scheme that leaves the data as it is.
struct TensorFlowNames: ExpressibleByArgument {
  let scheme: NamingScheme

  /// Accepts every scheme, so that the library can say why another framework's does not work.
  init?(argument: String) {
    guard let scheme = NamingScheme(name: argument) else { return nil }
    self.scheme = scheme
  }

  static var allValueStrings: [String] { NamingScheme.allCases.filter { !$0.changesLayout }.map(\.rawValue) }
}

/// A dtype that values are cast to, or blocks that they are quantized to.
struct CastDType: ExpressibleByArgument {
  let dtype: DType?
  let quantization: BlockFormat?

  /// Parses the names that rename rules use too.
  init?(argument: String) {
    dtype = RenameRules.dtypes.first { $0.name == argument }?.dtype
    quantization = BlockFormat(rawValue: argument)
    if dtype == nil, quantization == nil { return nil }
  }

  static var allValueStrings: [String] { RenameRules.dtypes.map(\.name) + BlockFormat.allCases.map(\.rawValue) }
}

extension WeightFormat: ExpressibleByArgument {
  /// A format by its name or its extension.
  public init?(argument: String) { self.init(name: argument) }
}

extension ShardSize: ExpressibleByArgument {
  /// A size with or without a unit.
  public init?(argument: String) { self.init(argument) }
}

/// Compiles a regular expression that was typed.
///
/// - Throws: `ValidationError`, which the command reports as a usage error.
func expression(_ pattern: String) throws -> NamePattern {
  do {
    return try NamePattern(pattern)
  } catch {
    throw ValidationError("'\(pattern)' is not a valid regular expression: \(error).")
  }
}
