public import Files
public import Messages
public import ProtobufWire
public import SSTable

/// What is wrong with a checkpoint: where, what was found, what was expected.
public typealias CheckpointError = LocatedError<CheckpointDefect>

/// What can be wrong with a checkpoint, by the part that is wrong.
public enum CheckpointDefect: ErrorReason {
  /// The files are not found.
  case search(SearchDefect)
  /// The file system refused.
  case file(FileError)
  /// The table that holds everything, or its list of tensors, is damaged.
  case table(TableDefect)
  /// The first entry of the table is not the header of a checkpoint that Decant reads.
  case header(HeaderDefect)
  /// A message that protobuf cannot read.
  case message(Message, WireDefect)
  /// A data file is missing, is too short, or does not hold data.
  case shard(ShardDefect)
  /// One tensor's entry makes no sense.
  case entry(EntryDefect)
  /// A slice does not fit the tensor, or the slices do not cover it.
  case slices(SliceDefect)
  /// The data of a tensor is damaged.
  case data(DataDefect)
  /// The elements of a string tensor are damaged.
  case strings(StringsDefect)
  /// What is odd about the graph of an object-based checkpoint.
  case objectGraph(ObjectGraphDefect)
  /// A checkpoint cannot be written.
  case writing(WritingDefect)

  /// `noInput` if nothing was found, the file system's category if it refused, otherwise usually `badData`.
  public var category: ErrorCategory {
    switch self {
    case .search(let defect): defect.category
    case .file(let error): error.category
    case .shard(let defect): defect.category
    case .entry(let defect): defect.category
    default: .badData
    }
  }

  /// What the file system says; nil for the rest.
  public var wholeMessage: Message? {
    if case .file(let error) = self { error.message } else { nil }
  }

  /// The reason, then what to try.
  public var sentence: Message { advice.map { "\(words) \($0)" } ?? words }

  /// The reason as a sentence.
  var words: Message {
    switch self {
    case .search(let defect): defect.words
    case .file(let error): error.message
    case .table(let defect): defect.words
    case .header(let defect): defect.words
    case .message(let name, let defect): "the \(name) \(defect.words)."
    case .shard(let defect): defect.words
    case .entry(let defect): defect.words
    case .slices(let defect): defect.words
    case .data(let defect): defect.words
    case .strings(let defect): defect.words
    case .objectGraph(let defect): defect.words
    case .writing(let defect): defect.words
    }
  }

  /// The likely cause, and what to try.
  private var advice: Message? {
    switch self {
    case .search(let defect): defect.advice
    case .file: nil
    case .table(let defect): defect.advice
    case .header(let defect): defect.advice
    case .shard(let defect): defect.advice
    case .entry(let defect): defect.advice
    case .data(let defect): defect.advice
    case .strings(let defect): defect.advice
    case .objectGraph: "You can still read the tensors under their keys."
    case .writing(let defect): defect.advice
    case .message, .slices: Self.damaged
    }
  }

  static let damaged: Message =
    "The file is damaged, or was not written by TensorFlow; copy it again from its source."
  static let changed: Message =
    "The data changed after TensorFlow wrote it, or the index and data are from different saves; copy all files again."
}
