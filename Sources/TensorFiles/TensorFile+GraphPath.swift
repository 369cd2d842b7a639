internal import Bytes

extension TensorFile {
  /// The file with the graph that belongs to a model: the `.meta` beside a checkpoint, or the `saved_model.pb` of a
  /// SavedModel's directory, or a frozen graph itself; nil where there is none.
  public static func graphPath(of path: String) -> String? {
    if let meta = metaPath(of: path) { return meta }
    if (try? isGraphName(path)) == true, (try? InputFile(path: path)) != nil { return path }
    let saved = path.hasSuffix("/") ? "\(path)saved_model.pb" : "\(path)/saved_model.pb"
    return (try? InputFile(path: saved)) == nil ? nil : saved
  }
}
