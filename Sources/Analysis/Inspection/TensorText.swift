package import Messages
package import Tensors

/// Lists of tensors as text for a terminal. Names are escaped.
package enum TensorText {
  /// A tree by scope: each scope with its sums, each tensor with its dtype and shape.
  ///
  /// A scope that holds only another scope shares its line.
  ///
  /// - Parameters:
  ///   - tree: what to show.
  ///   - maximumDepth: how many levels are shown; deeper scopes show their sums only. Nil shows all.
  ///   - note: what else is shown about a tensor, at the end of its line.
  /// - Returns: lines with a header.
  package static func tree(
    _ tree: ScopeTree, maximumDepth: Int? = nil, note: (TensorDescriptor) -> Message = { _ in "" }
  ) -> Message {
    var table = TextTable([.left, .right, .right, .left, .left, .left])
    table.add(["name", "parameters", "bytes", "dtype", "shape"])
    add(tree.root, tree.separator, depth: 0, maximumDepth: maximumDepth ?? .max, note: note, to: &table)
    return table.render()
  }

  /// One line for each tensor, in the order given.
  ///
  /// - Parameters:
  ///   - descriptors: what to show.
  ///   - files: the source's files, for the names of shards.
  ///   - note: what else is shown about a tensor, at the end of its line.
  /// - Returns: lines with a header.
  package static func flat(
    _ descriptors: [TensorDescriptor], files: [SourceFile], note: (TensorDescriptor) -> Message = { _ in "" }
  ) -> Message {
    var table = TextTable([.left, .left, .left, .right, .left, .right, .left])
    table.add(["name", "dtype", "shape", "bytes", "shard", "offset"])
    let shards = files.map(shard)
    for descriptor in descriptors {
      let place = descriptor.location.map { location -> [Message] in
        [
          "\(shards.indices.contains(location.file) ? shards[location.file] : "\(location.file)")",
          HumanText.grouped(location.offset),
        ]
      }
      let whole: [Message] = [
        "\(descriptor.name)", "\(descriptor.dtype)", "\(descriptor.shape)",
        HumanText.grouped(descriptor.byteCount),
      ]
      let note = note(descriptor)
      table.add(
        whole + (place ?? [descriptor.sliceCount > 1 ? "\(descriptor.sliceCount) slices" : "", ""])
          + (note.isEmpty ? [] : [note]))
    }
    return table.render()
  }

  /// One line of statistics for each tensor. Tensors without numbers, and those that failed, are named.
  ///
  /// - Parameters:
  ///   - rows: tensors, and what their values are like. Percentiles of a sample have a tilde.
  ///   - withHistograms: whether each line ends with a histogram in eight heights.
  /// - Returns: lines with a header.
  package static func statistics(
    _ rows: [(descriptor: TensorDescriptor, summary: ValueSummary?)], withHistograms: Bool = false
  ) -> Message {
    let percents: [Double] = [1, 50, 99]
    let numbers = 7 + percents.count
    var table = TextTable([.left, .left] + [TextTable.Alignment](repeating: .right, count: numbers) + [.left])
    let header: [Message] = [
      "name", "dtype", "min", "1 %", "50 %", "99 %", "max", "mean", "std", "zeros", "nan", "inf",
    ]
    table.add(header + (withHistograms ? ["min to max, log"] : []))
    for (descriptor, summary) in rows {
      var cells: [Message] = ["\(descriptor.name)", "\(descriptor.dtype)"]
      if let summary {
        let statistics = summary.statistics
        let mark: Message = summary.sampleCount == nil ? "" : "~"
        cells.append(rounded(statistics.minimum))
        cells += percents.map { percent in
          summary.percentile(percent).map { "\(mark)\(HumanText.significant($0, 3))" } ?? "-"
        }
        cells.append(rounded(statistics.maximum))
        cells += [statistics.mean, statistics.standardDeviation].map { $0.map(HumanText.rounded) ?? "-" }
        cells += [statistics.zeroCount, statistics.nanCount, statistics.infinityCount].map(HumanText.grouped)
        if withHistograms, let histogram = summary.histogram { cells.append(BlockHistogram.text(histogram)) }
      } else {
        cells += [Message](repeating: "-", count: numbers)
      }
      table.add(cells)
    }
    return table.render()
  }

  /// The first values of a tensor, one per line, each after its index.
  package static func values(_ values: TensorValues) -> Message {
    let descriptor = values.descriptor
    let count = HumanText.count(descriptor.shape.elementCount, "value")
    var text: Message = "\(descriptor.name)  \(descriptor.dtype) \(descriptor.shape)  "
    if let reason = descriptor.dtype.reasonWithoutValues { return "\(text)no values: it \(reason)\n" }
    text +=
      values.texts.count == descriptor.shape.elementCount
      ? "\(count)\n" : "first \(HumanText.grouped(values.texts.count)) of \(count)\n"
    var table = TextTable([.left, .right])
    for (element, value) in values.texts.enumerated() {
      table.add(["\(values.index(of: element).description)", "\(value)"])
    }
    return text + table.render(indent: 2)
  }

  /// A whole number as it is; other numbers with six digits.
  private static func rounded(_ value: ElementValue?) -> Message {
    switch value {
    case .signed, .unsigned: "\(value?.description ?? "-")"
    case .single(let number)?: HumanText.rounded(Double(number))
    case .double(let number)?: HumanText.rounded(number)
    case nil: "-"
    }
  }

  /// Recurses at most `ScopeTree.maximumDepth` times.
  private static func add(
    _ scope: Scope, _ separator: String, depth: Int, maximumDepth: Int, note: (TensorDescriptor) -> Message,
    to table: inout TextTable
  ) {
    guard depth < maximumDepth else { return }
    let margin = String(repeating: "  ", count: depth)
    for var inner in scope.scopes {
      var name = inner.name
      while inner.tensors.isEmpty, inner.scopes.count == 1 {
        inner = inner.scopes[0]
        name += separator + inner.name
      }
      table.add([
        "\(margin)\(name)\(separator)", HumanText.grouped(inner.parameterCount),
        HumanText.bytes(inner.byteCount),
      ])
      add(inner, separator, depth: depth + 1, maximumDepth: maximumDepth, note: note, to: &table)
    }
    for tensor in scope.tensors {
      let descriptor = tensor.descriptor
      table.add([
        "\(margin)\(tensor.name)",
        descriptor.dtype.byteCount == nil ? "" : HumanText.grouped(descriptor.shape.elementCount),
        HumanText.bytes(descriptor.byteCount), "\(descriptor.dtype)", shape(descriptor), note(descriptor),
      ])
    }
  }

  private static func shape(_ descriptor: TensorDescriptor) -> Message {
    "\(descriptor.shape)\(descriptor.sliceCount > 1 ? " in \(descriptor.sliceCount) slices" : "")"
  }

  /// A data shard's number, as in its file name; for other files, the name.
  private static func shard(_ file: SourceFile) -> String {
    let name = file.name
    guard let range = name.firstRange(of: ".data-") else { return name }
    return String(name[range.upperBound...])
  }
}
