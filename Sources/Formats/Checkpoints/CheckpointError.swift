public import Bytes
public import Files
public import Messages
public import ProtobufWire
public import SSTable
public import Tensors

/// What is wrong with a checkpoint: where, what was found, what was expected.
public struct CheckpointError: DecantError, Equatable {
  /// What went wrong.
  public enum Reason: Error, Equatable, Sendable {
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
    case otherDirectory(String, advice: String)
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
    case table(TableError)

    // The whole checkpoint.

    /// The table has no entry under the empty key.
    case headerMissing
    /// The entry under the empty key is neither of a V1 nor of a V2 checkpoint.
    case notACheckpoint
    /// A V1 file where a V2 index should be, or the other way round.
    case otherVersion(found: CheckpointVersion)
    /// A message that protobuf cannot read.
    case message(String, WireError.Reason)
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
    case refused(String)
    /// A tensor received more bytes than it was declared with.
    case moreThanDeclared(Int)
    /// A tensor received fewer bytes than it was declared with.
    case lessThanDeclared(Int, written: Int)
    /// The list of tensors does not fit one message.
    case listTooLong(byteCount: Int)
  }

  /// What went wrong.
  public let reason: Reason
  /// The path of the file or directory.
  public let file: String
  /// The offset in the file, in bytes, where one can be named.
  public let offset: Int?
  /// The tensor, where it is one.
  public let tensor: String?

  /// An error in a file.
  public init(_ reason: Reason, file: String, offset: Int? = nil, tensor: String? = nil) {
    self.reason = reason
    self.file = file
    self.offset = offset
    self.tensor = tensor
  }

  /// `noInput` where nothing was found, the file system's category where it refused, otherwise `badData`.
  public var category: ErrorCategory {
    switch reason {
    case .notFound, .danglingLink, .indexMissing, .variablesMissing, .noCheckpointInDirectory, .otherDirectory,
      .stateNamesMissing,
      .statePathLeadsOut, .missingShard:
      .noInput
    case .ambiguous, .wrongKind: .usage
    case .file(let error): error.category
    case .table(let error): error.category
    default: .badData
    }
  }

  /// Place and reason in one sentence, then what to try.
  public var description: String {
    switch reason {
    case .file(let error): return error.description
    case .table(let error) where tensor == nil: return error.description
    default: break
    }
    var place = file.escapedForDisplay
    if let offset { place += ": byte \(offset)" }
    if let tensor { place += ": tensor '\(tensor.escapedForDisplay)'" }
    return ([place + ": " + reason.words] + [reason.advice].compactMap(\.self)).joined(separator: " ")
  }
}

extension CheckpointError: FileWideError {
  /// The file that is missing, or is not tensor data at all: one problem then, not one per tensor.
  public var fileAtFault: (path: String, message: String)? {
    let reason: Reason
    switch self.reason {
    case .missingShard, .foreignShard: reason = self.reason
    case .outsideShard(_, _, _, let kind), .shardTooShort(_, _, let kind):
      switch kind {
      case .lfsPointer, .html, .gzip, .zip, .tar, .empty: reason = .foreignShard(kind)
      default: return nil
      }
    default: return nil
    }
    return (file, CheckpointError(reason, file: file).description)
  }
}

/// The two formats of TensorFlow's checkpoints.
public enum CheckpointVersion: String, Sendable {
  /// One table with all values in it; TensorFlow before 1.0 wrote it by default.
  case v1 = "V1"
  /// An index and data files ("tensor bundle").
  case v2 = "V2"
}
