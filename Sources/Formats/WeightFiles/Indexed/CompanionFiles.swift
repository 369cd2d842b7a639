internal import Bytes
internal import Files

/// The files beside a model that it names, each opened once, when a tensor first needs it, and only inside the
/// model's directory.
final class CompanionFiles {
  /// Why a file is not opened.
  enum Failure: Error {
    case outside, missing, tooMany
  }

  /// The files that were opened.
  private(set) var opened: [InputFile] = []
  /// The paths of those that are not there.
  private(set) var missing: Set<String> = []
  private let boundary: PathBoundary
  private let prefix: String
  private let renaming: (String) -> String
  private var found: [ByteString: Result<Int, Failure>] = [:]

  /// Some models have a file for each tensor, and a process usually opens no more than 1,024.
  static let maximumCount = 800

  /// - Parameters:
  ///   - path: the path of the model.
  ///   - prefix: what the names of the files start with besides what the model says.
  ///   - renaming: what a file that the model names is called at present.
  init(beside path: String, prefix: String = "", renaming: @escaping (String) -> String = { $0 }) {
    boundary = PathBoundary(directory: path.directoryPart)
    self.prefix = prefix
    self.renaming = renaming
  }

  /// The index among the opened files of the one that the model calls `name`.
  func index(of name: String) throws(Failure) -> Int {
    let key = ByteString(name)
    if let known = found[key] { return try known.get() }
    let result: Result<Int, Failure>
    do throws(Failure) { result = .success(try open(name)) } catch { result = .failure(error) }
    found[key] = result
    return try result.get()
  }

  private func open(_ name: String) throws(Failure) -> Int {
    guard let path = boundary.path(named: prefix + renaming(name)) else { throw .outside }
    // Two spellings may name one file.
    if let index = opened.firstIndex(where: { $0.path.equalsInBytes(path) }) { return index }
    guard opened.count < Self.maximumCount else { throw .tooMany }
    do throws(FileError) {
      opened.append(try InputFile(path: path))
      return opened.count - 1
    } catch {
      missing.insert(path)
      throw .missing
    }
  }
}

extension TensorIndex {
  /// Lists the files beside the model after it, and those that are not there.
  mutating func add(_ files: CompanionFiles) {
    inputs += files.opened
    missingFiles = files.missing.sorted { $0.precedesInBytes($1) }
  }
}
