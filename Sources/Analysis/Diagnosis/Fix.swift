internal import Messages
package import TransferDamage

/// What Decant can fix without losing anything, by writing new files elsewhere.
package enum Fix: Sendable, Equatable {
  /// Copies a file to the name that it should have.
  case copy(String, name: String)
  /// Copies the beginning of a file, because the rest was added.
  case copyFirst(String, byteCount: Int, name: String)
  /// Undoes what a program did to files that it treated as text.
  case restore([Restoration])
  /// Joins parts.
  case join([String], name: String)
  /// Writes the bare words of a vocabulary, line by line.
  case cleanVocabulary(String)
  /// Writes the words of a vocabulary with the lines of `<S>` and `</S>` swapped.
  case exchangeMarkers(String)
  /// Writes a `checkpoint` file with paths relative to it, beside copies of the checkpoints that it names.
  case stateFile(latest: String, all: [String])
}

extension FindingKind {
  /// Why nothing is done about it, in a sentence.
  var refusal: Message {
    switch self {
    case .lfsPointer, .webPage, .emptyFile, .brokenLink, .missingIndex, .missingData, .missingShard, .missingGraph,
      .missingAsset,
      .unfinishedDownload,
      .unfinishedSave, .stateMissingCheckpoint, .splitPartsIncomplete:
      "the missing files are not here"
    case .movedAside: "the next run that writes the checkpoint puts its files back"
    case .unreadable, .notRegular: "files that cannot be read cannot be copied"
    case .archive: "unpacking would write files whose names are not known in advance"
    case .translated: "the original bytes cannot be derived from the files"
    case .pickle: "Decant never loads pickles"
    case .truncatedData, .truncatedTable, .damagedData, .damagedTable, .damagedEntries, .damagedWeightFile:
      "bytes are lost or wrong; 'decant recover' saves what is intact"
    case .differentSaves, .shardCount: "Decant cannot know which of the files is the right one"
    case .vocabularyDamaged, .vocabularyUnreadable: "Decant cannot know what the words were"
    case .vocabularyMarkers, .vocabularySize, .vocabularyOrder, .vocabularyTooLarge:
      "the right order of the words is not in these files"
    case .mixedNames, .missingVariables, .wrongShapes: "Decant cannot know which variables belong together"
    default: "nothing in these files says what would be right"
    }
  }
}
