internal import Essentials

/// The name that a file has while it is not finished: `NAME.decant-PROCESS-RANDOM.tmp`.
///
/// In a set of files that appear together, all have the prefix's temporary name followed by their own ending, and
/// `.lock` is the ending of the file whose lock shows that the set is being written.
/// `NAME.decant-PROCESS-RANDOM.tmp.old` is the file NAME itself, moved aside by a set that replaces it.
package struct TemporaryName: Sendable, Equatable {
  /// What the finished file is called, or the prefix of a set.
  package let finalName: String
  /// `PROCESS-RANDOM`: the same for all files of one set, and for all files that the set has moved aside.
  package let run: String
  /// What follows `.tmp`.
  package let ending: String

  /// The ending of a file that was moved aside.
  package static let asideEnding = ".old"
  /// The ending of the file that locks a set.
  package static let lockEnding = ".lock"

  /// A name that no other run uses and that this run has not used before.
  package init(for finalName: String, ending: String = "") {
    self.init(finalName: finalName, run: "\(getpid())-\(UInt32.random(in: 0 ... .max))", ending: ending)
  }

  package init(finalName: String, run: String, ending: String) {
    self.finalName = finalName
    self.run = run
    self.ending = ending
  }

  /// Takes a name apart; nil if it is not such a name.
  package init?(_ name: String) {
    guard name.contains(".decant-"), let match = name.wholeMatch(of: /(?s)(.+)\.decant-(\d+-\d+)\.tmp(.*)/) else {
      return nil
    }
    self.init(finalName: String(match.1), run: String(match.2), ending: String(match.3))
  }

  /// Whether it is a finished file that was moved aside.
  package var isAside: Bool { ending == Self.asideEnding }

  /// The name as it is in the directory.
  package var name: String { "\(finalName).decant-\(run).tmp\(ending)" }
}
