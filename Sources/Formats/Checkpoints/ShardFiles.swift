internal import Files
internal import Essentials
internal import Messages
internal import Tensors
internal import Threads

/// The data files of a bundle, each opened when something in it is requested.
final class ShardFiles: Sendable {
  let prefix: String
  let count: Int
  private let open = Guarded<[Int: InputFile]>([:])
  private let observer = Guarded<(any ReadObserver)?>(nil)

  init(prefix: String, count: Int) {
    self.prefix = prefix
    self.count = count
  }

  func path(_ shard: Int) -> String { prefix + Self.suffix(shard, of: count) }

  /// `.data-00000-of-00001`; numbers from 100,000 on are simply longer.
  static func suffix(_ shard: Int, of count: Int) -> String { ".data-\(padded(shard))-of-\(padded(count))" }

  static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  func file(_ shard: Int) throws(CheckpointError) -> InputFile {
    let path = path(shard)
    let result = open.withLock { files -> Result<InputFile, FileError> in
      if let file = files[shard] { return .success(file) }
      do throws(FileError) {
        let file = try InputFile(path: path)
        file.setObserver(observer.withLock { $0 })
        files[shard] = file
        return .success(file)
      } catch {
        return .failure(error)
      }
    }
    switch result {
    case .success(let file): return file
    case .failure(let error):
      if error.category == .noInput, case .cannotOpen = error.reason {
        throw CheckpointError(.shard(.missing(SourceFile(path: path, byteCount: nil).name)), file: path)
      }
      throw CheckpointError(.file(error), file: path)
    }
  }

  func setObserver(_ observer: (any ReadObserver)?) {
    self.observer.withLock { $0 = observer }
    open.withLock { files in for file in files.values { file.setObserver(observer) } }
  }

  /// The length of a shard, or nil if there is no such file.
  func byteCount(_ shard: Int) -> Int? { FileStatus(path: path(shard)).flatMap { $0.isDirectory ? nil : $0.byteCount } }
}
