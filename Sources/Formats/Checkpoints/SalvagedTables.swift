internal import Files
internal import Messages
internal import SSTable
internal import Tensors

/// The tables of a damaged checkpoint, combined into a source of all tensors that they still name.
struct SalvagedTables {
  let version: CheckpointVersion
  let source: any TensorSource
  let findings: SalvageFindings

  /// One V1 file, or all files of a sharded set.
  init(v1 paths: [String]) throws(CheckpointError) {
    var findings = SalvageFindings()
    var files: [(file: V1File, metadata: V1Metadata)?] = []
    var firstError: CheckpointError?
    for path in paths {
      do throws(CheckpointError) {
        files.append(try findings.takeV1File(path))
      } catch {
        files.append(nil)
        findings.isListProven = false
        if paths.count > 1 { findings.notes.append("\(error)") }
        if firstError == nil { firstError = error }
      }
    }
    if let firstError, !files.contains(where: { $0 != nil }) { throw firstError }
    version = .v1
    source = V1Checkpoint(salvaged: files, paths: paths)
    self.findings = findings
  }

  /// A V2 checkpoint.
  init(v2 prefix: String) throws(CheckpointError) {
    var findings = SalvageFindings()
    let path = prefix + ".index"
    let salvage = try findings.takeTable(path)
    findings.isListProven = salvage.isComplete
    let index = try V2Index(salvaged: salvage.table, prefix: prefix)
    if !index.hasHeader, !salvage.table.dataBlocks.isEmpty {
      let count = index.header.shardCount
      findings.notes.append(
        "\(path): the header is lost; assuming \(count) data \(count.noun("file")) and little-endian numbers.")
    }
    version = .v2
    source = V2Checkpoint(index: index, prefix: prefix, options: ReadOptions())
    self.findings = findings
  }
}

/// What was found along the way.
struct SalvageFindings {
  private(set) var doubts: [String: [SalvageDoubt]] = [:]
  private(set) var gone: [Salvage.Gone] = []
  private(set) var lost: [Salvage.LostBytes] = []
  var isListProven = true
  var notes: [Message] = []

  /// A V1 file, with its list of tensors or with one made from its records.
  mutating func takeV1File(_ path: String) throws(CheckpointError) -> (file: V1File, metadata: V1Metadata) {
    let salvage = try takeTable(path)
    let file = V1File(table: salvage.table)
    do throws(CheckpointError) {
      let metadata = try V1Metadata(of: file)
      // The list names every record of the file, so the names of lost tensors are known.
      return (file, metadata)
    } catch {
      switch error.reason {
      case .header(.otherVersion), .header(.tooNew): throw error
      default: break
      }
    }
    isListProven = false
    let list = RecoveredList(file)
    for (name, found) in list.doubts { doubts[String(escapingInvalidUTF8: name)] = found }
    for (name, reason) in list.failures {
      let text = String(escapingInvalidUTF8: name)
      gone.append(Salvage.Gone(name: text, error: CheckpointError(reason, file: path, tensor: text)))
    }
    if !salvage.table.dataBlocks.isEmpty {
      notes.append("\(path): the list of tensors is lost; names, dtypes and element counts come from the records.")
    }
    return (file, V1Metadata(recovered: list.entries))
  }

  /// What is left of a table.
  mutating func takeTable(_ path: String) throws(CheckpointError) -> TableSalvage {
    let file = try CheckpointError.wrap(path, InputFile(path: path))
    let salvage = TableSalvage(file)
    lost += salvage.lost.map { Salvage.LostBytes(file: path, range: $0) }
    if salvage.table.dataBlocks.isEmpty, let kind = try? FileKind(of: file), let advice = kind.advice {
      notes.append("\(path): \(advice)")
    }
    if !salvage.hasIndex, !salvage.table.dataBlocks.isEmpty {
      notes.append("\(path): the table's own index is lost; its blocks were found by their checksums.")
    }
    return salvage
  }
}
