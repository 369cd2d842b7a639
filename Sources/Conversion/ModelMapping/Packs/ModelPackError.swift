public import Messages

/// Why a pack cannot be read, or a model cannot get another library's names; `file` is the pack or the source.
public typealias ModelPackError = LocatedError<ModelPackDefect>

/// What is wrong with a pack, or keeps a model from getting another library's names.
public enum ModelPackDefect: ErrorReason {
  /// The file is not a pack; in words, with the place of the mistake.
  case badFile(Message, TextPosition?)
  /// The source is not a model whose names in the library are known; with a sentence about it.
  case unknownModel(library: String, hint: Message?)
  /// The family is known, but not its names in the library; with what the pack says about the family.
  case noNames(family: String, library: String, known: [String], note: String?)
  /// The library's network computes something else.
  case anotherNetwork(family: String, library: String, why: String)
  /// The source is not exactly what the family needs; the first things that do not fit.
  case incomplete(family: String, problems: [Message], count: Int)
  /// A tensor that the library has twice has different values in the two places.
  case copiesDiffer(other: String)
  /// The configuration beside a checkpoint cannot be read; in words, with the place.
  case badConfiguration(Message, TextPosition?)
  /// The configuration beside a checkpoint says another size than the weights have.
  case otherSize(key: String, said: String, found: Int)
  /// The names of a pack with several libraries, of which one must be chosen.
  case chooseLibrary([String])

  /// The kind of failure.
  public var category: ErrorCategory {
    switch self {
    case .unknownModel, .noNames, .anotherNetwork, .chooseLibrary: .usage
    case .badFile, .incomplete, .copiesDiffer, .badConfiguration, .otherSize: .badData
    }
  }

  /// What is wrong and what to do.
  public var sentence: Message {
    switch self {
    case .badFile(let words, let place):
      "\(place.map { "line \($0.line), column \($0.column): " } ?? "")\(words). See docs/model-packs.md in Decant's source."
    case .unknownModel(let library, let hint):
      "Decant does not recognize a model here whose names in \(library) it knows. \(hint.map { $0 + " " } ?? "")"
        + "List the models that it knows with 'decant models', or write rules or a pack of your own "
        + "('decant rules' proposes some). Nothing was written."
    case .noNames(let family, let library, let known, let note):
      "this is \(family), and Decant knows no such network in \(library). \(note.map { "\($0) " } ?? "")"
        + "Its names are known in \(list: known). Nothing was written."
    case .anotherNetwork(let family, let library, let why):
      "this is \(family), but the network of that name in \(library) computes something else: \(why) "
        + "Nothing was written; add --force if you want the weights under these names all the same."
    case .incomplete(let family, let problems, let count):
      """
      this is \(family), but it does not fit completely:
      \(Self.list(problems, of: count))\
      Nothing was written. Leave out what does not belong to the model with --drop, or write what fits, and nothing else, \
      with --force.
      """
    case .copiesDiffer(let other):
      "is stored a second time as '\(other)', with different values, so that the model does not share them. "
        + "Nothing was written; leave one of them out with --drop."
    case .badConfiguration(let words, let place):
      "\(place.map { "line \($0.line), column \($0.column): " } ?? "")\(words), but the configuration of a model was "
        + "expected. Nothing was written; correct the file, or move it away."
    case .otherSize(let key, let said, let found):
      "the configuration says \(key) \(said), but the weights have \(found), so that it belongs to another model. "
        + "Nothing was written; put the model's own configuration there, or move this one away."
    case .chooseLibrary(let names):
      "the pack has the names of several libraries. Say which, as in --names FILE:\(names.first ?? "LIBRARY"); "
        + "it has \(list: names)."
    }
  }

  /// One line for each problem, and one for those that are not shown.
  private static func list(_ problems: [Message], of count: Int) -> Message {
    let rest: Message = "  … and \(count - problems.count) more\n"
    return .lines(problems) + (count > problems.count ? rest : "")
  }
}
