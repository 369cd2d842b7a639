internal import Checkpoints
package import MetaGraph
package import Tensors
package import WeightFiles

extension TensorFile {
  /// What a file says about the network that it computes; nil for a file of tensors alone.
  package static func network(of source: any TensorSource) -> NetworkSummary? {
    (reader(of: source) as? IndexedFile)?.network
  }

  /// The `.meta` file that was saved with a checkpoint; nil if there is none, or if the path does not refer to a checkpoint.
  public static func metaPath(of path: String) -> String? {
    (try? CheckpointPath.resolve(path))?.metaPath
  }

  /// The `saved_model.pb` whose variables a path refers to, or nil if there is none.
  public static func savedModelPath(of path: String) -> String? {
    (try? CheckpointPath.resolve(path))?.savedModelPath
  }

  /// The graph whose constants a source shows, or those of the SavedModel whose variables it shows.
  ///
  /// - Throws: `MetaGraphError` if the SavedModel's file cannot be read.
  package static func graphs(in source: any TensorSource, at path: String) throws -> [MetaGraphDefinition] {
    // A cast, because `TensorSource` is in a module below `MetaGraph` and cannot mention a graph.
    if let frozen = source as? FrozenGraph { return [frozen.definition] }
    return try savedModelPath(of: path).map { try SavedModelFile(path: $0).metaGraphs } ?? []
  }
}
