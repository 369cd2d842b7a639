import Conversion
import Messages
import ModelMapping
import Patterns

extension MessageGroup {
  static func conversion() -> [MessageGroup] {
    [
      MessageGroup(
        "ConversionError", ConversionDefect.self, at: "Conversion/Conversion/ConversionError.swift",
        .init([
          .outputIsSource("model.ckpt-3000000"),
          .badExpression("*_embedding", NamePatternError(reason: .misplaced("*"), offset: 0)),
          .nothingSelected(of: 384, refusal: nil),
          .nothingSelected(of: 2, refusal: "tensor 'table' has dtype resource, which safetensors cannot hold"),
          .noAverages, .vocabularyTooLong(words: 12_001, rows: 12_000), .renamingChangesLayout(.pytorch),
          .cannotQuantize(format: "safetensors"),
          .noPlaceForVocabulary(format: "V2 checkpoint"), .noGraph("logits/biases is missing"),
          .foldingForLibrary, .noDirectory, .keras3WeightsFile,
          .graphNames("lstm/basic_lstm_cell/bias"), .listDiffers("logits/weights"), .listDiffers(nil),
          .valuesDiffer("logits/weights"), .valuesDiffer("a\u{1b}[31m\nb"),
        ]) { ConversionError($0, file: "model.safetensors") })
    ]
  }
}
