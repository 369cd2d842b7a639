import ArgumentParser
import Conversion
import Essentials
import ModelMapping

/// What follows `--names`: a scheme, a library, or the file of a pack.
enum NamesArgument: ExpressibleByArgument {
  case scheme(NamingScheme)
  case library(LibraryNames)
  /// A pack of one's own, and the library whose names are wanted.
  case pack(path: String, library: String?)

  /// Only im2txt has the scheme `keras`; other models have the library of that name.
  init?(argument: String) {
    if argument != NamingScheme.keras.rawValue, let scheme = NamingScheme(name: argument) {
      self = .scheme(scheme)
    } else if let library = LibraryNames(argument) {
      self = .library(library)
    } else if argument.hasSuffix(".json") {
      self = .pack(path: argument, library: nil)
    } else if let end = argument.lastIndex(of: ":"), argument[..<end].contains(".json") {
      // The library, or the library with a network or class: PACK.json:transformers:BertModel.
      let pieces = argument.split(separator: ":", omittingEmptySubsequences: false)
      let place = pieces.lastIndex { $0.hasSuffix(".json") } ?? 0
      self = .pack(
        path: pieces[...place].joined(separator: ":"), library: pieces[(place + 1)...].joined(separator: ":"))
    } else {
      return nil
    }
  }

  /// What the help shows as the default: what a person would type.
  var defaultValueDescription: String {
    switch self {
    case .scheme(let scheme): scheme.rawValue
    case .library(let library): library.name ?? ""
    case .pack(let path, _): path
    }
  }

  static var allValueStrings: [String] {
    let schemes = NamingScheme.allCases.map(\.rawValue)
    return schemes + LibraryNames.known.filter { !schemes.contains($0) } + ["PACK.json"]
  }

  /// Sets the names of a conversion.
  ///
  /// - Parameters:
  ///   - options: the conversion.
  ///   - acceptsMisfits: whether tensors are written although some do not fit the library's model.
  /// - Throws: `FileError` and `ModelPackError` for a pack that cannot be read.
  func apply(to options: inout ConversionOptions, acceptsMisfits: Bool) throws {
    switch self {
    case .scheme(let scheme): options.names = scheme
    case .library(let library): options.library = library
    case .pack(let path, let library): options.library = try LibraryNames(pack: path, library: library)
    }
    options.library?.acceptsMisfits = acceptsMisfits
  }
}
