/// The cases that the doctor distinguishes. The raw values are stable and appear in the JSON.
public enum FindingKind: String, Sendable, CaseIterable {
  // One file.

  /// A Git LFS pointer in place of the data.
  case lfsPointer = "lfs-pointer"
  /// A web page in place of the data.
  case webPage = "web-page"
  /// A packed archive in place of the data.
  case archive
  /// A Python pickle or a PyTorch file in place of the data.
  case pickle
  /// An empty file.
  case emptyFile = "empty-file"
  /// An image, text or another format in place of the data.
  case otherFormat = "other-format"
  /// Weights in a format that Decant does not read.
  case foreignWeights = "foreign-weights"
  /// A file that a program treated as text and changed.
  case translated
  /// A symbolic link whose target does not exist.
  case brokenLink = "broken-link"
  /// A file that cannot be read.
  case unreadable
  /// A pipe, socket or device.
  case notRegular = "not-regular"
  /// An unfinished download.
  case unfinishedDownload = "unfinished-download"
  /// Leftovers of an unfinished save.
  case unfinishedSave = "unfinished-save"
  /// What an interrupted run of Decant left.
  case decantTemporary = "decant-temporary"
  /// Files that an interrupted run of Decant was about to replace.
  case movedAside = "moved-aside"

  // Parts and names.

  /// A file that was split into parts, all of which are here.
  case splitParts = "split-parts"
  /// A file that was split into parts, some of them missing or short.
  case splitPartsIncomplete = "split-parts-incomplete"
  /// A name that hides what the file is: a V1 file named `.index`, an index without `.index`.
  case misnamed
  /// A name that a browser, an archiver or another system changed: ` (1)`, `.txt`, capitals.
  case alteredName = "altered-name"
  /// A name with characters that TensorFlow treats as a pattern.
  case patternName = "pattern-name"
  /// A file of a set was named, but TensorFlow requires the prefix.
  case prefixNotFile = "prefix-not-file"

  // One checkpoint.

  /// Data without an index.
  case missingIndex = "missing-index"
  /// An index without any data.
  case missingData = "missing-data"
  /// Some of several files are missing.
  case missingShard = "missing-shard"
  /// Data files whose names say a different number of shards from the index.
  case shardCount = "shard-count"
  /// Index and data are from different saves.
  case differentSaves = "different-saves"
  /// A data file that ends too early.
  case truncatedData = "truncated-data"
  /// A data file with more bytes than its index accounts for.
  case surplusData = "surplus-data"
  /// Tensors whose checksums fail.
  case damagedData = "damaged-data"
  /// A V1 file or an index that ends too early.
  case truncatedTable = "truncated-table"
  /// A V1 file or an index with bytes after its end.
  case trailingBytes = "trailing-bytes"
  /// A V1 file or an index that is damaged.
  case damagedTable = "damaged-table"
  /// Entries in the list of tensors that make no sense.
  case damagedEntries = "damaged-entries"
  /// Oddities that cause no loss.
  case oddEntries = "odd-entries"
  /// A checkpoint without variables.
  case noVariables = "no-variables"
  /// A table that is not a checkpoint.
  case foreignTable = "foreign-table"
  /// A V1 file and a V2 checkpoint under one name.
  case bothVersions = "both-versions"
  /// The number in the name and the `global_step` inside differ.
  case stepMismatch = "step-mismatch"
  /// A weight file that does not open.
  case damagedWeightFile = "damaged-weight-file"
  /// A GraphDef with variables, whose values are in a checkpoint.
  case graphNotFrozen = "graph-not-frozen"

  // The `checkpoint` file.

  /// It names a path on another machine, but the checkpoint is beside it.
  case stateAbsolutePath = "state-absolute-path"
  /// It names a checkpoint that does not exist.
  case stateMissingCheckpoint = "state-missing-checkpoint"
  /// It lists older checkpoints that are gone.
  case stateOldEntries = "state-old-entries"
  /// It cannot be read.
  case stateDamaged = "state-damaged"

  // The graph.

  /// The `.meta` or `saved_model.pb` cannot be read.
  case graphUnreadable = "graph-unreadable"
  /// A graph in text, or in chunks, which Decant does not read.
  case graphNotRead = "graph-not-read"
  /// A SavedModel without its graph.
  case missingGraph = "missing-graph"
  /// Files that the graph of a SavedModel reads are missing.
  case missingAsset = "missing-asset"
  /// Several versions of one model, as a server keeps them.
  case servingVersions = "serving-versions"
  /// The graph's variables are not those of the checkpoint.
  case graphMismatch = "graph-mismatch"

  // The model.

  /// Recurrent cells under the names of an older TensorFlow.
  case olderNames = "older-names"
  /// Recurrent cells under the names of several eras.
  case mixedNames = "mixed-names"
  /// im2txt's variables under names that differ from its own by a rule.
  case otherNames = "other-names"
  /// Variables that im2txt needs are missing.
  case missingVariables = "missing-variables"
  /// Variables that im2txt needs have shapes that do not fit.
  case wrongShapes = "wrong-shapes"
  /// The checkpoint is from another model.
  case anotherModel = "another-model"
  /// Only the image network is there: the starting point of training, not a captioning model.
  case imageNetworkOnly = "image-network-only"
  /// Variables that only training needs.
  case trainingLeftovers = "training-leftovers"

  // The vocabulary.

  /// It cannot be read.
  case vocabularyUnreadable = "vocabulary-unreadable"
  /// Words that were damaged, repeated or lost.
  case vocabularyDamaged = "vocabulary-damaged"
  /// Words written as Python literals.
  case vocabularyLiterals = "vocabulary-literals"
  /// More words than the model has rows.
  case vocabularyTooLarge = "vocabulary-too-large"
  /// A different number of words from the one that the model was trained with.
  case vocabularySize = "vocabulary-size"
  /// `<S>` and `</S>` are swapped, or elsewhere.
  case vocabularyMarkers = "vocabulary-markers"
  /// The words are not in the order that the model was trained with.
  case vocabularyOrder = "vocabulary-order"
  /// There is no evidence against the vocabulary.
  case vocabularyFits = "vocabulary-fits"
  /// The weights do not show whether the vocabulary is theirs.
  case vocabularyUndecided = "vocabulary-undecided"
  /// A captioning model without a vocabulary.
  case vocabularyMissing = "vocabulary-missing"

  // The survey.

  /// More files than are examined.
  case tooManyFiles = "too-many-files"
  /// Pictures of formats that are not decoded.
  case otherPictures = "other-pictures"
  /// Decant recognizes none of the files.
  case nothingFound = "nothing-found"
}
