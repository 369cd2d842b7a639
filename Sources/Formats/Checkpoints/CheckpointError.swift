internal import Files
public import Messages
internal import SSTable
public import Tensors

extension LocatedError<CheckpointDefect> {
  /// What is wrong with a table of a checkpoint, or with one tensor's part of it.
  init(_ error: TableError, file: String? = nil, tensor: String? = nil) {
    let reason: CheckpointDefect =
      if case .file(let refusal) = error.reason { .file(refusal) } else { .table(error.reason) }
    self.init(reason, file: error.file ?? file, offset: error.offset, tensor: tensor)
  }

  /// Evaluates `body`, and wraps what the file system says about the file.
  static func wrap<Value>(
    _ path: String, _ body: @autoclosure () throws(FileError) -> Value
  ) throws(CheckpointError) -> Value {
    do throws(FileError) { return try body() } catch { throw CheckpointError(.file(error), file: path) }
  }

  /// Evaluates `body`, and wraps what it throws, keeping the file and the offset.
  static func wrap<Value>(_ body: @autoclosure () throws(TableError) -> Value) throws(CheckpointError) -> Value {
    do throws(TableError) { return try body() } catch { throw CheckpointError(error) }
  }
}

extension LocatedError<CheckpointDefect>: FileWideError {
  /// The file, if it is missing or is not tensor data at all: that is one problem, not one per tensor.
  public var fileAtFault: (path: String, message: Message)? {
    let whole: CheckpointDefect
    switch reason {
    case .shard(.missing), .shard(.foreign): whole = reason
    case .shard(.outside(_, _, _, let kind)), .shard(.tooShort(_, _, let kind)):
      switch kind {
      case .lfsPointer, .html, .gzip, .zip, .tar, .empty: whole = .shard(.foreign(kind))
      default: return nil
      }
    default: return nil
    }
    return file.map { ($0, CheckpointError(whole, file: $0).message) }
  }
}
