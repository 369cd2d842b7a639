import Comparison
import Patterns

extension MessageGroup {
  static func comparison() -> [MessageGroup] {
    [
      MessageGroup(
        "DiffError", DiffError.Reason.self, at: "Analysis/Comparison/DiffError.swift",
        .init([
          .badExpression("(logits", NamePatternError(reason: .unfinished, offset: 7)), .badTolerance(-0.5),
        ]) { DiffError($0) })
    ]
  }
}
