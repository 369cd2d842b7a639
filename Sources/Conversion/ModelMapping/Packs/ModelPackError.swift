public import Messages

/// Why a pack cannot be read, or a model cannot get another library's names; `file` is the pack or the source.
public typealias ModelPackError = LocatedError<ModelPackDefect>

/// What is wrong with a pack, or keeps a model from getting another library's names.
public enum ModelPackDefect: ErrorReason {
  /// The file is not a pack; in words, with the place of the mistake.
  case badFile(Message, TextPosition?)
  /// Decant does not recognize the source; with a sentence about it.
  case unknownModel(library: String, hint: Message?)
  /// Decant knows the family, but not its names in the library; with the pack's reason.
  case noNames(family: String, library: String, known: [String], note: String?)
  /// The library's network computes something else.
  case anotherNetwork(family: String, library: String, why: String)
  /// The source is not exactly what the family needs; the first things that do not fit.
  case incomplete(family: String, problems: [Message], count: Int)
  /// A tensor that the source's library stores twice has different values in the two places.
  case copiesDiffer(other: String)
  /// The configuration beside a checkpoint cannot be read; in words, with the place.
  case badConfiguration(Message, TextPosition?)
  /// The configuration beside a checkpoint gives a size that differs from that of the weights.
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
      "Decant does not recognize this model, so it does not know its names in \(library). "
        + "\(hint.map { $0 + " " } ?? "")List the models that Decant knows with 'decant models', or write rules or a "
        + "pack of your own ('decant rules' proposes rules). Nothing was written."
    case .noNames(let family, let library, let known, let note):
      "this is \(family), whose names Decant knows in \(list: known), but not in \(library). "
        + "\(note.map { "\($0) " } ?? "")Nothing was written; choose another library, or keep the names with "
        + "--names keep."
    case .anotherNetwork(let family, let library, let why):
      "this is \(family), but the network of that name in \(library) computes something else: \(why) "
        + "Nothing was written; to write the weights under these names anyway, add --force."
    case .incomplete(let family, let problems, let count):
      """
      this is \(family), but it does not fit completely:
      \(Self.list(problems, of: count))\
      Nothing was written. Leave out what does not belong to the model with --drop, or write what fits, and nothing else, \
      with --force.
      """
    case .copiesDiffer(let other):
      "is stored a second time as '\(other)', with different values, but a model of this family has the same values "
        + "in both. Nothing was written; keep both under their own names with --names keep, or leave out the wrong one "
        + "with --drop."
    case .badConfiguration(let words, let place):
      "is not the configuration of a model: \(place.map { "line \($0.line), column \($0.column): " } ?? "")\(words). "
        + "Nothing was written; correct the file, or move it to another directory."
    case .otherSize(let key, let said, let found):
      "the configuration says \(key) \(said), but the weights have \(found), so it belongs to another model. "
        + "Nothing was written; move this file to another directory, and put the model's own here if you have it."
    case .chooseLibrary(let names) where names.isEmpty:
      "the pack has the names of only one library, and the source has them already. Add another library to 'names'."
    case .chooseLibrary(let names):
      "the pack has the names of several other libraries: \(list: names). Name one of them, as in --names "
        + "FILE:\(names.first ?? "LIBRARY")."
    }
  }

  /// One line for each problem, and one for those that are not shown.
  private static func list(_ problems: [Message], of count: Int) -> Message {
    let rest: Message = "  … and \(count - problems.count) more\n"
    return .lines(problems) + (count > problems.count ? rest : "")
  }
}
