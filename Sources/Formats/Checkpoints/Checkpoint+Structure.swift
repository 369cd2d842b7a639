internal import Files
internal import SSTable
package import Tensors

extension Checkpoint {
  /// Checks everything in a checkpoint except the values of its tensors, and continues after each failure.
  ///
  /// The blocks of an index (V2) and the lists of records (V1) are read one by one, so that every damaged one is reported; opening
  /// stops at the first. What opening finds comes last. To check the values too, read every tensor of an open source.
  ///
  /// - Parameters:
  ///   - path: as for `open`.
  ///   - options: whether checksums are compared.
  /// - Returns: what is wrong, in the order of the files; empty for a sound checkpoint.
  package static func structureProblems(_ path: String, options: ReadOptions = ReadOptions()) -> [SourceProblem] {
    var errors: [CheckpointError] = []
    let resolved: CheckpointPath
    do throws(CheckpointError) {
      resolved = try CheckpointPath.resolve(path)
    } catch {
      return [SourceProblem(tensor: nil, error: error, severity: .incomplete)]
    }
    let version: CheckpointVersion
    let tables: [String]
    switch resolved.kind {
    case .v1(let files): (version, tables) = (.v1, files.filter { FileStatus(path: $0) != nil })
    case .v2(let prefix): (version, tables) = (.v2, [prefix + ".index"])
    }
    for path in tables {
      errors += tableErrors(path, version: version, options: options).map {
        CheckpointError($0, file: path)
      }
    }
    var problems = errors.map { SourceProblem(tensor: nil, error: $0, severity: .incomplete) }
    problems += openingProblems(resolved, options: options).filter { problem in
      // What keeps a checkpoint from being opened has usually been found already, block by block.
      !errors.contains { $0 == problem.error as? CheckpointError }
    }
    return problems
  }

  private static func openingProblems(_ path: CheckpointPath, options: ReadOptions) -> [SourceProblem] {
    do throws(CheckpointError) {
      return try open(path, options: options).source.problems
    } catch {
      return [SourceProblem(tensor: nil, error: error, severity: .incomplete)]
    }
  }

  /// The failures of the blocks of one table. The large blocks of a V1 file are stepped through, not read.
  private static func tableErrors(_ path: String, version: CheckpointVersion, options: ReadOptions) -> [TableError] {
    do throws(TableError) {
      let table = try TableReader(path: path, verifiesChecksums: options.verifiesChecksums)
      var errors: [TableError] = []
      for handle in [table.footer.metaindex] + table.dataBlocks.map(\.handle) {
        do throws(TableError) {
          if version == .v1, handle != table.footer.metaindex, try table.locateEntries(of: handle) != nil { continue }
          try table.checkBlock(handle)
        } catch {
          errors.append(error)
        }
      }
      return errors
    } catch {
      return [error]
    }
  }
}
