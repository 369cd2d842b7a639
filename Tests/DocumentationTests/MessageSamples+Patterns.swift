import Conversion
import Messages
import Patterns

extension MessageGroup {
  static func patterns() -> [MessageGroup] {
    [
      MessageGroup(
        "NamePatternError", in: "ConversionError", NamePatternError.Reason.self,
        at: "Core/Patterns/NamePatternParser.swift",
        .init([.unfinished, .misplaced("*"), .unsupported("(?="), .backwards, .tooLarge]) {
          ConversionError(.badExpression("*_embedding", NamePatternError(reason: $0, offset: 0)), file: "model.h5")
        })
    ]
  }
}
