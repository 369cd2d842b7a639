internal import Bytes
internal import Files
internal import Messages
internal import ProtobufWire
internal import SSTable
internal import Tensors

extension CheckpointError.Reason {
  /// The reason as a sentence.
  var words: String {
    switch self {
    case .notFound(let lookedFor, _): "no such checkpoint. Looked for \(Self.list(lookedFor))."
    case .danglingLink(let target): "a link to '\(target.escapedForDisplay)', which does not exist."
    case .ambiguous(let names): "several checkpoints fit: \(Self.list(names))."
    case .indexMissing(let index):
      "the index \(index.escapedForDisplay) is missing; a data file holds neither names nor shapes."
    case .variablesMissing(let name): "the SavedModel has no \(name.escapedForDisplay)."
    case .noCheckpointInDirectory(let leftovers):
      "the directory holds no checkpoint."
        + (leftovers.isEmpty ? "" : " There are leftovers of a save that did not finish: \(Self.list(leftovers)).")
    case .otherDirectory(let words, _): words
    case .badStateFile(let defect, let line): "line \(line): \(defect.words)."
    case .stateNamesMissing(let path, let lookedFor):
      "names the checkpoint '\(path.escapedForDisplay)', which is not there. Looked for \(Self.list(lookedFor)).\(Self.address(path))"
    case .statePathLeadsOut(let path, let lookedFor, _):
      "names the checkpoint '\(path.escapedForDisplay)'. Decant does not follow paths out of the file's own directory"
        + (lookedFor.isEmpty ? "." : ", and \(Self.list(lookedFor)) is not there.") + Self.address(path)
    case .file(let error): error.description
    case .table(let error): error.reason.words
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
    case .missingShard(let name): "the file \(name.escapedForDisplay) is missing."
    default: tensorWords
    }
  }

  private var tensorWords: String {
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
      "needs \(byteCount.counted("byte")) at byte \(offset), but the file has \(shardByteCount.counted("byte"))"
        + (offset.addingChecked(byteCount).map { ", \($0 - shardByteCount) too few." } ?? ".")
    case .shardTooShort(let needed, let byteCount, _):
      "the file has \(byteCount.counted("byte")); its tensors need \(needed), \(needed - byteCount) more."
    case .foreignShard: "the file does not hold tensor data."
    case .overlapsTensor(let name): "shares bytes with '\(name.escapedForDisplay)'."
    case .orphan(let key): "the entry '\(String(escapingInvalidUTF8: key).escapedForDisplay)' belongs to no tensor."
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
    case .recordName(let name): "the record belongs to '\(name.escapedForDisplay)'."
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
  var advice: String? {
    switch self {
    case .notFound(_, let present):
      present.isEmpty ? "Check the spelling and the directory." : "There are: \(Self.list(present))."
    case .danglingLink:
      "Fetch the file itself: checkouts of git-annex and DVC, and caches, have links to files that are kept elsewhere."
    case .table(let error): error.reason.advice
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
      "If you trust that path, give it on the command line: '\(typed.escapedForDisplay)'."
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

  private static func hex(_ value: UInt32) -> String { "0x" + String(value, radix: 16) }

  /// What is worth saying of a path in a file that is an address on another machine.
  private static func address(_ path: String) -> String {
    RemoteAddress(path).map { " That is \($0.noun), and Decant fetches nothing." } ?? ""
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(10).map { $0.escapedForDisplay }.joined(separator: ", ")
    return names.count > 10 ? shown + " and \(names.count - 10) more" : shown
  }
}

extension ObjectGraphDefect {
  fileprivate var words: String {
    switch self {
    case .notOneString(let shape): "has shape \(shape); an object graph is a single string."
    case .unreadable(let why): "the object graph cannot be read: \(why)"
    case .dangling(let count): "\(count) references of the object graph lead to objects that are not there."
    case .missingTensors(let count, let first):
      "the object graph names \(count.counted("tensor")) that \(count.noun("is", "are")) not there; the first is '\(first.escapedForDisplay)'."
    case .sharedKeys(let count, let first):
      "\(count.counted("value")) of the object graph \(count.noun("is", "are")) stored as others already are; the first is '\(first.escapedForDisplay)'."
    }
  }
}
