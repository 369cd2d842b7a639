public import ArgumentParser
public import Captioning
public import Inspection
public import ModelMapping
internal import Patterns
public import TensorFiles
public import Tensors

// How types of the libraries are spelled on the command line.

extension TensorOrder: ExpressibleByArgument {}

extension MarkerChoice: ExpressibleByArgument {}

extension ObjectNaming: ExpressibleByArgument {}

extension NamingScheme: ExpressibleByArgument {
  /// A scheme by its name.
  public init?(argument: String) { self.init(name: argument) }
}

/// A dtype that values are cast to.
struct CastDType: ExpressibleByArgument {
  let dtype: DType

  /// By the names that rename rules use too.
  init?(argument: String) {
    guard let match = RenameRules.dtypes.first(where: { $0.name == argument }) else { return nil }
    dtype = match.dtype
  }

  static var allValueStrings: [String] { RenameRules.dtypes.map(\.name) }
}

extension WeightFormat: ExpressibleByArgument {
  /// A format by its name or its extension.
  public init?(argument: String) { self.init(name: argument) }
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
