import ArgumentParser
import Captioning

/// Which words a model's captions use; the same in every command that captions for a person.
struct WordOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The word_counts.txt (default: the words in the model's file, or those beside it).", valueName: "file"),
    completion: .file())
  var vocab: String?

  @Option(
    help: ArgumentHelp(
      "Which IDs <S> and </S> have: auto, as-given or exchanged.", valueName: "choice"))
  var markers = MarkerChoice.auto
}
