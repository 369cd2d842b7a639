import Conversion
import Messages
import Patterns

extension MessageGroup {
  static func patterns() -> [MessageGroup] {
    [
      MessageGroup(
        "NamePatternError", in: "ConversionError", NamePatternError.Reason.self,
        at: "Core/Patterns/NamePatternParser.swift",
        of("(logits", .unfinished, at: 7), of("*_embedding", .misplaced("*"), at: 0),
        of("lstm(?=/kernel)", .unsupported("(?="), at: 4), of("layer_[9-0]", .backwards, at: 7),
        of("((w{100}){100}){100}", .tooLarge, at: 0))
    ]
  }

  private static func of(_ expression: String, _ reason: NamePatternError.Reason, at offset: Int)
    -> MessageGroup.Batch<NamePatternError.Reason>
  {
    .init([reason]) {
      ConversionError(.badExpression(expression, NamePatternError(reason: $0, offset: offset)), file: "model.h5")
    }
  }
}
