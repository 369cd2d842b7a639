internal import Checkpoints
internal import Files
package import Messages

/// What a file is in a set of files, judging by its content if possible, otherwise by its name.
package enum FileRole: Sendable, Equatable {
  /// A V1 checkpoint, or one file of a sharded one.
  case v1
  /// The index of a V2 checkpoint.
  case index
  /// A data file of a V2 checkpoint.
  case data(shard: Int, count: Int)
  /// A graph: `.meta`.
  case meta
  /// A table of another program, or one of an unknown kind.
  case table
  /// The `checkpoint` file.
  case stateFile
  /// A list of words.
  case vocabulary
  /// A list of words that may be a vocabulary of im2txt, if such a model is beside it.
  case wordList
  /// The graph of a SavedModel.
  case savedModel
  /// A file that the graph of a SavedModel reads: words, labels.
  case asset
  /// A file of another program, described by a noun; nothing is wrong with it.
  case known(Message)
  /// Weights in another format: safetensors, HDF5, npz.
  case weights
  /// What a trainer keeps beside a model to continue: optimizer, schedule, random numbers.
  case trainingState
  /// A part of a split file.
  case part
  /// A leftover of an unfinished save.
  case unfinishedSave
  /// An unfinished download.
  case unfinishedDownload
  /// What an interrupted run of Decant left.
  case decantTemporary
  /// A file that an interrupted run of Decant was about to replace.
  case movedAside
  /// A packed archive.
  case archive
  /// A file that the doctor does not check.
  case other

  /// The role in words.
  package var title: Message {
    switch self {
    case .v1: "V1 checkpoint"
    case .index: "V2 index: names, shapes and checksums"
    case .data(let shard, let count): count == 1 ? "V2 data" : "V2 data, file \(shard + 1) of \(count)"
    case .meta: "graph"
    case .table: "another program's table, or damaged"
    case .stateFile: "state file: which checkpoint is the latest"
    case .vocabulary: "vocabulary"
    case .wordList: "list of words"
    case .savedModel: "graph of a SavedModel"
    case .asset: "asset of a SavedModel"
    case .known(let title): title
    case .weights: "weight file"
    case .trainingState: "state of training"
    case .part: "part of a split file"
    case .unfinishedSave: "left by a save that did not finish"
    case .unfinishedDownload: "unfinished download"
    case .decantTemporary: "left by an interrupted run of Decant"
    case .movedAside: "moved aside by an interrupted run of Decant"
    case .archive: "archive"
    case .other: "another file"
    }
  }

  /// The role as a noun within a sentence, without an article.
  var noun: Message {
    switch self {
    case .index: "V2 index"
    case .data: "V2 data file"
    case .stateFile: "checkpoint state file"
    default: title
    }
  }

  /// Whether the file carries a checkpoint's content.
  var isPartOfCheckpoint: Bool {
    switch self {
    case .v1, .index, .data, .meta: true
    default: false
    }
  }
}

extension FileRole {
  /// The role that a name shows; nil for a name that shows none.
  init?(name: String) {
    if let temporary = TemporaryName(name) {
      self = temporary.isAside ? .movedAside : .decantTemporary
    } else if let shard = ShardName(name, marker: ".data-") {
      self = .data(shard: shard.shard ?? 0, count: shard.count)
    } else if name.contains(/\.tempstate\d+$/) || name.contains(/_temp_[0-9a-f]+$/) {
      self = .unfinishedSave
    } else if let ending = name.split(separator: ".").last, Self.downloadEndings.contains(ending.lowercased()) {
      self = .unfinishedDownload
    } else if name.hasSuffix(".index") {
      self = .index
    } else if name.hasSuffix(".meta") {
      self = .meta
    } else if name == "checkpoint" {
      self = .stateFile
    } else if ["saved_model.pb", "saved_model.pbtxt", "saved_model.cpb"].contains(name) {
      self = .savedModel
    } else if name.contains(/ckpt(-\d+)?$/) || name.contains(/ckpt(-\d+)?-\d{5,}-of-\d{5,}$/) {
      self = .v1
    } else {
      return nil
    }
  }

  private static let downloadEndings: Set<String> = ["crdownload", "part", "partial", "aria2", "opdownload"]
}
