public import Bytes
public import Files
public import Messages
public import ProtobufWire
public import SSTable
public import Tensors

/// What is wrong with a checkpoint: where, what was found, what was expected.
public typealias CheckpointError = LocatedError<CheckpointDefect>

/// What can be wrong with a checkpoint.
public enum CheckpointDefect: ErrorReason {
  // Finding the files.

  /// Nothing of that name is a checkpoint; what was looked for, and what else is there.
  case notFound(lookedFor: [String], present: [String])
  /// The path, or its index, is a link to something that is not there.
  case danglingLink(to: String)
  /// Several checkpoints fit.
  case ambiguous([String])
  /// A data file, and no index beside it.
  case indexMissing(String)
  /// A SavedModel, and no variables in it.
  case variablesMissing(String)
  /// A directory without a checkpoint.
  case noCheckpointInDirectory(leftovers: [String])
  /// A directory that holds something else than a checkpoint: what, and what to do about it, in sentences.
  case otherDirectory(Message, advice: Message)
  /// The `checkpoint` file is not text in its format; `line` counts from 1.
  case badStateFile(StateFile.Defect, line: Int)
  /// The `checkpoint` file names a checkpoint that is not there.
  case stateNamesMissing(String, lookedFor: [String])
  /// The `checkpoint` file names a path outside its own directory, and nothing of that name is beside it; `typed` is how
  /// that path would be given on the command line.
  case statePathLeadsOut(String, lookedFor: [String], typed: String)
  /// The file system refused.
  case file(FileError)
  /// The table that holds everything, or its list of tensors, is damaged.
  case table(TableDefect)

  // The whole checkpoint.

  /// The table has no entry under the empty key.
  case headerMissing
  /// The entry under the empty key is neither of a V1 nor of a V2 checkpoint.
  case notACheckpoint
  /// A V1 file where a V2 index should be, or the other way round.
  case otherVersion(found: CheckpointVersion)
  /// A message that protobuf cannot read.
  case message(Message, WireDefect)
  /// A number of shards outside 1...100 000.
  case badShardCount(Int)
  /// A byte order that is neither little (0) nor big (1).
  case badEndianness(Int)
  /// Written for readers of at least this version.
  case tooNew(minimumConsumer: Int)
  /// The writer excluded readers of version 1.
  case consumerExcluded
  /// The version of the writer is negative.
  case badProducer(Int)
  /// A data file, or one file of a sharded V1 set, is missing.
  case missingShard(String)

  // One tensor's entry.

  /// Two tensors have the same name.
  case duplicateTensor
  /// Two files of a set give the tensor different dtypes.
  case dtypesDiffer(DType, DType)
  /// Two files of a set give the tensor different shapes.
  case shapesDiffer(Shape, Shape)
  /// Dtype 0.
  case noDType
  /// A number that no dtype has.
  case unknownDType(Int)
  /// A reference type, which only graphs should have; it is read as the type that it refers to.
  case referenceDType(Int)
  /// A dtype that has no plain values, or that the format cannot hold.
  case unreadableDType(DType)
  /// A shape without a number of axes.
  case unknownRank
  /// Extents that are not a shape.
  case badShape(ShapeError)
  /// The bytes of all elements cannot be counted in 64 bits.
  case tooManyBytes(Shape, DType)
  /// A shard that the checkpoint does not have.
  case badShard(Int, count: Int)
  /// An offset below 0.
  case negativeOffset(Int)
  /// A number of bytes below 0.
  case negativeByteCount(Int)
  /// A number of bytes that does not fit shape and dtype.
  case badByteCount(expected: Int, found: Int)
  /// A tensor that ends past the end of its shard.
  case outsideShard(offset: Int, byteCount: Int, shardByteCount: Int, kind: FileKind)
  /// A shard that ends before its tensors do.
  case shardTooShort(needed: Int, byteCount: Int, kind: FileKind)
  /// A shard that is something else in place of data.
  case foreignShard(FileKind)
  /// A tensor that shares bytes with another.
  case overlapsTensor(String)
  /// An entry or record that belongs to no tensor.
  case orphan(key: [UInt8])
  /// The tensor is to be read as strings, or is to be read as numbers, and is the other.
  case wrongKind(DType)

  // Slices.

  /// A slice does not fit the tensor, or the slices do not make it up.
  case slices(SliceDefect)
  /// A slice that the tensor lists, and that has no entry or record.
  case sliceMissing(TensorSlice)
  /// A slice's dtype differs from its tensor's.
  case sliceDType(TensorSlice, expected: DType, found: Int)
  /// A slice's shape differs from its extents.
  case sliceShape(TensorSlice, expected: [Int], found: [Int])

  // The data.

  /// The checksum (unmasked) of a tensor's bytes.
  case checksum(stored: UInt32, computed: UInt32)
  /// A number of values that is not the number of elements.
  case badValueCount(expected: Int, found: Int)
  /// A value that the dtype cannot have.
  case valueOutOfRange(Int64, DType)
  /// A packed run that does not divide into values.
  case raggedRun(byteCount: Int, width: Int)
  /// A record whose name is not that of its key.
  case recordName(String)
  /// A record whose slice is not that of its key.
  case recordSlice(TensorSlice)
  /// A record whose dtype is not that of the list.
  case recordDType(Int, expected: DType)
  /// A record without data.
  case recordWithoutData
  /// More strings than the tensor's bytes can hold.
  case tooManyStrings(count: Int, byteCount: Int)
  /// A string's length cannot be read, or is more than what is left.
  case badStringLength(ByteError.Reason)
  /// The checksum (unmasked) of the strings' lengths.
  case stringLengthChecksum(stored: UInt32, computed: UInt32)
  /// Bytes after the last string.
  case bytesLeftOver(Int)

  // The object graph.

  /// What is odd about the graph of an object-based checkpoint.
  case objectGraph(ObjectGraphDefect)

  // Writing.

  /// The format cannot hold the tensor.
  case refused(Message)
  /// A tensor received more bytes than it was declared with.
  case moreThanDeclared(Int)
  /// A tensor received fewer bytes than it was declared with.
  case lessThanDeclared(Int, written: Int)
  /// The list of tensors does not fit one message.
  case listTooLong(byteCount: Int)

  /// `noInput` where nothing was found, the file system's category where it refused, otherwise `badData`.
  public var category: ErrorCategory {
    switch self {
    case .notFound, .danglingLink, .indexMissing, .variablesMissing, .noCheckpointInDirectory, .otherDirectory,
      .stateNamesMissing, .statePathLeadsOut, .missingShard:
      .noInput
    case .ambiguous, .wrongKind: .usage
    case .file(let error): error.category
    case .table(let defect): defect.category
    default: .badData
    }
  }

  /// What the file system says; nil for the rest.
  public var wholeMessage: Message? {
    if case .file(let error) = self { error.message } else { nil }
  }

  /// The reason, then what to try.
  public var sentence: Message { advice.map { "\(words) \($0)" } ?? words }
}

extension CheckpointDefect {
  /// The reason as a sentence.
  var words: Message {
    switch self {
    case .notFound(let lookedFor, _): "no such checkpoint. Looked for \(list: lookedFor, upTo: 10)."
    case .danglingLink(let target): "a link to '\(target)', which does not exist."
    case .ambiguous(let names): "several checkpoints fit: \(list: names, upTo: 10)."
    case .indexMissing(let index):
      "the index \(index) is missing; a data file holds neither names nor shapes."
    case .variablesMissing(let name): "the SavedModel has no \(name)."
    case .noCheckpointInDirectory(let leftovers):
      """
      the directory holds no checkpoint.\
      \(leftovers.isEmpty ? "" : " There are leftovers of a save that did not finish: \(list: leftovers, upTo: 10).")
      """
    case .otherDirectory(let words, _): words
    case .badStateFile(let defect, let line): "line \(line): \(defect.words)."
    case .stateNamesMissing(let path, let lookedFor):
      """
      names the checkpoint '\(path)', which is not there. Looked for \(list: lookedFor, upTo: 10).\
      \(Self.address(path))
      """
    case .statePathLeadsOut(let path, let lookedFor, _):
      """
      names the checkpoint '\(path)'. Decant does not follow paths out of the file's own directory\
      \(lookedFor.isEmpty ? "" : ", and \(list: lookedFor, upTo: 10) is not there").\(Self.address(path))
      """
    case .file(let error): error.message
    case .table(let defect): defect.words
    case .headerMissing: "the table has no checkpoint header (the entry with the empty key)."
    case .notACheckpoint: "the table's header is neither that of a V1 nor that of a V2 checkpoint."
    case .otherVersion(.v1): "a V1 checkpoint, where the index of a V2 checkpoint was expected."
    case .otherVersion(.v2): "the index of a V2 checkpoint, where a V1 checkpoint was expected."
    case .message(let name, let reason): "the \(name) \(reason.words)."
    case .badShardCount(let count):
      "the header declares \(count.counted("shard")); expected 1 to \(BundleHeader.maximumShardCount)."
    case .badEndianness(let value):
      "the header has the unknown byte order \(value); expected 0 (little-endian) or 1 (big-endian)."
    case .tooNew(let version):
      "written for readers of version \(version) and above; this one knows \(BundleHeader.consumerVersion)."
    case .consumerExcluded: "the writer excludes readers of version \(BundleHeader.consumerVersion)."
    case .badProducer(let version): "the writer's version is \(version)."
    case .missingShard(let name): "the file \(name) is missing."
    default: tensorWords
    }
  }

  private var tensorWords: Message {
    switch self {
    case .duplicateTensor: "is listed twice."
    case .dtypesDiffer(let first, let second): "has dtype \(first) in one file and \(second) in another."
    case .shapesDiffer(let first, let second): "has shape \(first) in one file and \(second) in another."
    case .noDType: "has no dtype."
    case .unknownDType(let number): "has dtype \(number), which is unknown."
    case .referenceDType(let number): "has dtype \(number), a reference; it is read as dtype \(number - 100)."
    case .unreadableDType(let dtype):
      "\(dtype.reasonWithoutValues ?? "has dtype \(dtype), which V1 files do not hold")."
    case .unknownRank: "has a shape of unknown rank."
    case .badShape(let error): "\(error)."
    case .tooManyBytes(let shape, let dtype): "has shape \(shape) of \(dtype), more bytes than 64 bits can count."
    case .badShard(let shard, let count):
      "lies in shard \(shard), which does not exist; there are \(count), numbered from 0."
    case .negativeOffset(let offset): "has a negative offset, \(offset)."
    case .negativeByteCount(let count): "has a negative size, \(count)."
    case .badByteCount(let expected, let found): "has \(found.counted("byte")); its shape and dtype take \(expected)."
    case .outsideShard(let offset, let byteCount, let shardByteCount, _):
      """
      needs \(byteCount.counted("byte")) at byte \(offset), but the file has \(shardByteCount.counted("byte"))\
      \(offset.addingChecked(byteCount).map { ", \($0 - shardByteCount) too few" } ?? "").
      """
    case .shardTooShort(let needed, let byteCount, _):
      "the file has \(byteCount.counted("byte")); its tensors need \(needed), \(needed - byteCount) more."
    case .foreignShard: "the file does not hold tensor data."
    case .overlapsTensor(let name): "shares bytes with '\(name)'."
    case .orphan(let key): "the entry '\(String(escapingInvalidUTF8: key))' belongs to no tensor."
    case .wrongKind(.string): "holds strings; it cannot be read as numbers."
    case .wrongKind(let dtype): "holds \(dtype); it cannot be read as strings."
    case .slices(let defect): defect.words
    case .sliceMissing(let slice): "slice \(slice) is missing."
    case .sliceDType(let slice, let expected, let found): "slice \(slice) has dtype \(found), the tensor \(expected)."
    case .sliceShape(let slice, let expected, let found):
      "slice \(slice) has shape \(found); its extents say \(expected)."
    case .checksum(let stored, let computed): "CRC-32C is \(Self.hex(computed)), but \(Self.hex(stored)) was stored."
    case .badValueCount(let expected, let found): "has \(found.counted("value")); its shape takes \(expected)."
    case .valueOutOfRange(let value, let dtype): "holds \(value), which \(dtype) cannot have."
    case .raggedRun(let byteCount, let width): "a run of \(byteCount.counted("byte")) is not a multiple of \(width)."
    case .recordName(let name): "the record belongs to '\(name)'."
    case .recordSlice(let slice): "the record belongs to slice \(slice)."
    case .recordDType(let found, let expected): "the record has dtype \(found), the list of tensors \(expected)."
    case .recordWithoutData: "the record holds no data."
    case .tooManyStrings(let count, let byteCount):
      "\(count.counted("string")) cannot lie in \(byteCount.counted("byte"))."
    case .badStringLength(let reason): "a string \(ByteError(reason, offset: 0))."
    case .stringLengthChecksum(let stored, let computed):
      "CRC-32C of the strings' lengths is \(Self.hex(computed)), but \(Self.hex(stored)) was stored."
    case .bytesLeftOver(let count):
      "\(count.counted("byte")) \(count.noun("is", "are")) left over after the last string."
    case .objectGraph(let defect): defect.words
    case .refused(let why): "cannot be written: \(why)."
    case .moreThanDeclared(let count): "received more than the \(count.counted("byte")) that its shape takes."
    case .lessThanDeclared(let count, let written):
      "received \(written) of the \(count.counted("byte")) that its shape takes."
    case .listTooLong(let count):
      "the list of tensors takes \(count.counted("byte")), and a V1 checkpoint has room for \(V1Limits.maximumMessageByteCount)."
    default: "is damaged."
    }
  }

  /// What is likely, and what to try.
  var advice: Message? {
    switch self {
    case .notFound(_, let present):
      present.isEmpty ? "Check the spelling and the directory." : "There are: \(list: present, upTo: 10)."
    case .danglingLink:
      "Fetch the file itself: checkouts of git-annex and DVC, and caches, have links to files that are kept elsewhere."
    case .table(let defect): defect.advice
    case .foreignShard(let kind): kind.advice
    case .variablesMissing: "Copy the directory 'variables' from where the model came."
    case .ambiguous: "Name one of them."
    case .indexMissing:
      "Copy the .index file from where the data file came; without it only TensorFlow's graph (.meta) could guess."
    case .otherDirectory(_, let advice): advice.isEmpty ? nil : advice
    case .noCheckpointInDirectory: "Copy the checkpoint's files there, or name another directory."
    case .badStateFile, .stateNamesMissing:
      "Name the checkpoint itself, without the directory's 'checkpoint' file."
    case .statePathLeadsOut(let path, _, _) where RemoteAddress(path) != nil:
      "Copy the files of that checkpoint beside this file, or name a checkpoint that is here."
    case .statePathLeadsOut(_, _, let typed):
      "If you trust that path, give it on the command line: '\(typed)'."
    case .otherVersion(.v2): "Rename the index so that it ends in .index, and keep it beside its .data files."
    case .otherVersion(.v1): "Rename the file: remove .index from its name."
    case .tooNew, .consumerExcluded: "Update Decant."
    case .missingShard: "Copy it from where the other files came; its name must not change."
    case .outsideShard(_, _, _, let kind), .shardTooShort(_, _, let kind):
      switch kind {
      case .empty, .lfsPointer, .html, .gzip, .zip, .tar: kind.advice
      default:
        "A short file is usually an interrupted download; or index and data come from different saves. Copy both again."
      }
    case .checksum, .stringLengthChecksum:
      "The data changed after TensorFlow wrote it, or index and data come from different saves; copy all files again."
    case .headerMissing, .notACheckpoint: "It may be another program's LevelDB table."
    case .objectGraph: "The tensors can still be read under their keys."
    case .referenceDType, .orphan, .wrongKind, .unreadableDType, .unknownDType: nil
    case .refused, .moreThanDeclared, .lessThanDeclared: "Nothing was written."
    case .listTooLong: "Nothing was written; write a V2 checkpoint."
    default: "The file is damaged, or was not written by TensorFlow; copy it again from where it came."
    }
  }

  private static func hex(_ value: UInt32) -> Message { "0x\(String(value, radix: 16))" }

  /// What is worth saying of a path in a file that is an address on another machine.
  private static func address(_ path: String) -> Message {
    RemoteAddress(path).map { " That is \($0.noun), and Decant fetches nothing." } ?? ""
  }
}

extension ObjectGraphDefect {
  fileprivate var words: Message {
    switch self {
    case .notOneString(let shape): "has shape \(shape); an object graph is a single string."
    case .unreadable(let why): "the object graph cannot be read: \(why)"
    case .dangling(let count): "\(count) references of the object graph lead to objects that are not there."
    case .missingTensors(let count, let first):
      "the object graph names \(count.counted("tensor")) that \(count.noun("is", "are")) not there; the first is '\(first)'."
    case .sharedKeys(let count, let first):
      "\(count.counted("value")) of the object graph \(count.noun("is", "are")) stored as others already are; the first is '\(first)'."
    }
  }
}
