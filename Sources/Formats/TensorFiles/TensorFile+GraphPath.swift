internal import Checkpoints
internal import Files
internal import Messages
internal import MetaGraph

extension TensorFile {
  /// The file with the graph of a model; see `graphPath(of:)`.
  ///
  /// - Throws: an error that says what a directory holds in place of a model, or `MetaGraphDefect.noGraph`.
  public static func requireGraphPath(of path: String) throws -> String {
    if let found = graphPath(of: path) { return found }
    do throws(CheckpointError) {
      _ = try CheckpointPath.resolve(path)
    } catch {
      switch error.reason {
      case .search(.otherDirectory), .search(.ambiguous): throw error
      default: break
      }
    }
    throw MetaGraphError(RemoteAddress(path).map { .address($0) } ?? .noGraph, file: path)
  }

  /// The file with the graph of a model: the `.meta` file beside a checkpoint, the `saved_model.pb` of a SavedModel's
  /// directory, or a frozen graph itself; nil if there is none.
  public static func graphPath(of path: String) -> String? {
    guard let path = try? ArchivedModel.path(of: path) else { return nil }
    if let meta = metaPath(of: path) { return meta }
    if (try? isGraphName(path)) == true, (try? InputFile(path: path)) != nil { return path }
    if let saved = savedModelPath(of: path) { return saved }
    let saved = path.joined("saved_model.pb")
    return (try? InputFile(path: saved)) == nil ? nil : saved
  }
}
