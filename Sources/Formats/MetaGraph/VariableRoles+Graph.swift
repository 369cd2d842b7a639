package import Tensors

extension VariableRoles {
  /// The roles that the `.meta` file beside a checkpoint gives its variables; nil if there is none, or if it cannot be read.
  ///
  /// - Parameter source: any source; weight files have no graph beside them.
  package init?(beside source: any TensorSource) {
    guard let path = source.files.first?.path, source.isCheckpoint else { return nil }
    let prefix =
      path.hasSuffix(Self.indexSuffix)
      ? String(path.dropLast(Self.indexSuffix.count)) : Self.withoutShard(path)
    // If it is missing or damaged, there is still other evidence; `inspect` and `doctor` say what is wrong with it.
    guard let summary = try? GraphSummary(path: prefix + ".meta") else { return nil }
    self.init(summary)
  }

  /// The roles that a graph gives its variables; nil for a graph without trainable ones, such as one made for inference.
  package init?(_ summary: GraphSummary) {
    guard summary.variables.contains(where: \.isTrainable) else { return nil }
    self.init()
    for variable in summary.variables where !variable.isLocal {
      insert(variable.savedName, isTrainable: variable.isTrainable, isOfModel: variable.isOfModel)
    }
  }

  private static let indexSuffix = ".index"

  /// The path of a V1 checkpoint without the number of its shard, such as `-00000-of-00002`.
  private static func withoutShard(_ path: String) -> String {
    let end = Array(path.utf8.suffix(15))
    let isShard =
      end.count == 15 && String(decoding: end[6..<10], as: UTF8.self) == "-of-" && end[0] == UInt8(ascii: "-")
      && (end[1..<6] + end[10...]).allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    return isShard ? String(path.dropLast(15)) : path
  }
}
