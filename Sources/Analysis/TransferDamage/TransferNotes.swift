internal import Essentials
package import Messages

/// The changes that show in files that a command could not read, to be printed after its error.
package enum TransferNotes {
  /// Examines the files that arguments name, as files or as the prefix of a checkpoint.
  ///
  /// - Parameter arguments: the arguments as they were typed.
  /// - Returns: a line for each file that was treated as text; at most four.
  package static func lines(forFilesIn arguments: [String]) -> [Message] {
    var lines: [Message] = []
    for argument in arguments {
      let path =
        argument.hasPrefix("-") ? argument.split(separator: "=", maxSplits: 1).last.map(String.init) ?? "" : argument
      for end in ["", ".index", ".data-00000-of-00001", ".meta"] where lines.count < 4 {
        guard let change = try? TextChange.recognize(path + end) else { continue }
        let undoing: Message =
          " Or undo it in a copy, which Decant reads completely before it keeps it: decant doctor --fix -o DIRECTORY"
        lines.append("\(path + end): \(change.words) \(change.remedy)\(change.canBeUndone ? undoing : "")")
      }
    }
    return lines
  }
}
