internal import Files
public import Messages

/// What keeps a checkpoint's files from being found.
public enum SearchDefect: Error, Equatable {
  /// Nothing with that name is a checkpoint; what was looked for, and what was found instead.
  case notFound(lookedFor: [String], present: [String])
  /// The path, or its index, is a link to something that does not exist.
  case danglingLink(to: String)
  /// Several checkpoints fit.
  case ambiguous([String])
  /// A data file without an index beside it.
  case indexMissing(String)
  /// A SavedModel without its variables.
  case variablesMissing(String)
  /// A directory without a checkpoint.
  case noCheckpointInDirectory(leftovers: [String])
  /// A directory that holds something other than a checkpoint: what it holds, and what to do about it, in sentences.
  case otherDirectory(Message, advice: Message)
  /// The `checkpoint` file is not text in its format; `line` counts from 1.
  case badStateFile(StateFile.Defect, line: Int)
  /// The `checkpoint` file names a checkpoint that does not exist.
  case stateNamesMissing(String, lookedFor: [String])
  /// The `checkpoint` file names a path outside its own directory, and nothing with that name is beside it; `typed` is how
  /// to give that path on the command line.
  case statePathLeadsOut(String, lookedFor: [String], typed: String)

  /// `noInput` if nothing was found.
  var category: ErrorCategory {
    switch self {
    case .ambiguous: .usage
    case .badStateFile: .badData
    default: .noInput
    }
  }

  /// The defect as a sentence.
  var words: Message {
    switch self {
    case .notFound(let lookedFor, _): "there is no such checkpoint. Decant looked for \(list: lookedFor, upTo: 10)."
    case .danglingLink(let target): "is a link to '\(target)', which does not exist."
    case .ambiguous(let names): "several checkpoints match: \(list: names, upTo: 10)."
    case .indexMissing(let index):
      "the index \(index) is missing; a data file holds neither names nor shapes."
    case .variablesMissing(let name): "the SavedModel has no \(name)."
    case .noCheckpointInDirectory(let leftovers):
      """
      the directory holds no checkpoint.\
      \(leftovers.isEmpty ? "" : " It holds the remains of a save that did not finish: \(list: leftovers, upTo: 10).")
      """
    case .otherDirectory(let words, _): words
    case .badStateFile(let defect, let line): "line \(line): \(defect.words)."
    case .stateNamesMissing(let path, let lookedFor):
      "names the checkpoint '\(path)', which Decant did not find. It looked for \(list: lookedFor, upTo: 10)."
        + Self.address(path)
    case .statePathLeadsOut(let path, let lookedFor, _):
      "names the checkpoint '\(path)'. Decant does not follow paths out of the file's own directory"
        + "\(lookedFor.isEmpty ? "" : ", and \(list: lookedFor, upTo: 10) does not exist").\(Self.address(path))"
    }
  }

  /// What to try.
  var advice: Message? {
    switch self {
    case .notFound(_, let present):
      present.isEmpty ? "Check the spelling and the directory." : "Checkpoints found here: \(list: present, upTo: 10)."
    case .danglingLink:
      "Fetch the file itself: git-annex, DVC and caches use links to files that are stored elsewhere."
    case .ambiguous: "Name one of them."
    case .indexMissing:
      "Copy the .index file from the data file's source; without it, only TensorFlow's graph (.meta) could help you guess them."
    case .variablesMissing: "Copy the directory 'variables' from the model's source."
    case .noCheckpointInDirectory: "Copy the checkpoint's files there, or name another directory."
    case .otherDirectory(_, let advice): advice.isEmpty ? nil : advice
    case .stateNamesMissing(let path, _) where RemoteAddress(path) != nil,
      .statePathLeadsOut(let path, _, _) where RemoteAddress(path) != nil:
      "Copy the files of that checkpoint to the directory of this file, or name a checkpoint on this machine."
    case .badStateFile, .stateNamesMissing:
      "Name the checkpoint itself instead of the directory or its 'checkpoint' file."
    case .statePathLeadsOut(_, _, let typed):
      "If you trust that path, give it on the command line: '\(typed)'."
    }
  }

  /// What to add about a path in a file that is an address on another machine.
  private static func address(_ path: String) -> Message {
    RemoteAddress(path).map { " The checkpoint's path is \($0.noun); Decant does not download files." } ?? ""
  }
}
