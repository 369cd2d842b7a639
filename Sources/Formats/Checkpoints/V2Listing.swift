internal import Bytes
internal import Files
internal import Messages
internal import Tensors

/// Turns the entries of an index into descriptors, and reports what is wrong with the others.
struct V2Listing {
  let index: V2Index
  let shards: ShardFiles
  private(set) var files: [SourceFile] = []
  private(set) var tensors: [(descriptor: TensorDescriptor, content: V2Checkpoint.Content)] = []
  private(set) var problems: [SourceProblem] = []
  /// The index of each shard in `files`.
  private var fileOfShard: [Int: Int] = [:]
  private var usedSlices: Set<[UInt8]> = []

  init(index: V2Index, shards: ShardFiles) {
    self.index = index
    self.shards = shards
  }

  private var path: String { index.file.path }

  /// The number of shards that are looked for even if no entry names them; a header may declare more than there ever were.
  private static let unnamedShardLimit = 1024

  mutating func build() {
    listFiles()
    for (name, entry) in index.tensors { add(name, entry) }
    // Names that are not UTF-8 are escaped, which may change their order.
    let isSorted = zip(tensors, tensors.dropFirst()).allSatisfy {
      !$1.descriptor.name.precedesInBytes($0.descriptor.name)
    }
    if !isSorted { tensors.sort { $0.descriptor.name.precedesInBytes($1.descriptor.name) } }
    let runs = runs
    noteShortShards(runs)
    noteOrphans()
    noteOverlaps(runs)
  }

  private mutating func listFiles() {
    files = [SourceFile(index.file)]
    var named: Set<Int> = []
    func name(_ entry: Result<BundleEntry, CheckpointError>) {
      guard case .success(let entry) = entry, entry.slices.isEmpty, (0..<shards.count).contains(entry.shard) else {
        return
      }
      named.insert(entry.shard)
    }
    for tensor in index.tensors { name(tensor.entry) }
    for slice in index.slices.values { name(slice) }
    for shard in named.union(0..<min(shards.count, Self.unnamedShardLimit)).sorted() {
      var file = SourceFile(path: shards.path(shard), byteCount: shards.byteCount(shard))
      file.state = file.byteCount.flatMap { _ in FileState(path: file.path) }
      guard file.byteCount != nil || named.contains(shard) else { continue }
      fileOfShard[shard] = files.count
      files.append(file)
      if file.byteCount == nil {
        problems.append(
          SourceProblem(
            tensor: nil, error: CheckpointError(.shard(.missing(file.name)), file: file.path), severity: .unreadable))
      }
    }
  }

  private mutating func add(_ name: [UInt8], _ result: Result<BundleEntry, CheckpointError>) {
    let text = String(escapingInvalidUTF8: name)
    let entry: BundleEntry
    switch result {
    case .success(let found): entry = found
    case .failure(let error):
      problems.append(SourceProblem(tensor: text, error: error, severity: .incomplete))
      return
    }
    if entry.isReference {
      let error = CheckpointError(.entry(.referenceDType(Int(entry.dtype.rawValue) + 100)), file: path, tensor: text)
      problems.append(SourceProblem(tensor: text, error: error, severity: .note))
    }
    let content: V2Checkpoint.Content
    do throws(CheckpointDefect) {
      content = try entry.slices.isEmpty ? whole(entry) : sliced(name, entry)
    } catch {
      let error = CheckpointError(error, file: path, tensor: text)
      problems.append(SourceProblem(tensor: text, error: error, severity: .unreadable))
      content = .broken(error)
    }
    tensors.append((descriptor(text, entry, content), content))
  }

  private func descriptor(_ name: String, _ entry: BundleEntry, _ content: V2Checkpoint.Content) -> TensorDescriptor {
    var descriptor = TensorDescriptor(
      name: name, dtype: entry.dtype, shape: entry.shape,
      byteCount: entry.shape.byteCount(of: entry.dtype) ?? max(entry.byteCount, 0))
    switch content {
    case .whole(let stored):
      descriptor.location = fileOfShard[stored.shard].map { TensorLocation(file: $0, offset: stored.offset) }
    case .sliced(let slices):
      descriptor.sliceCount = slices.count
      if entry.dtype.byteCount == nil { descriptor.byteCount = slices.reduce(0) { $0 + $1.stored.byteCount } }
    case .broken: break
    }
    return descriptor
  }

  private func whole(_ entry: BundleEntry) throws(CheckpointDefect) -> V2Checkpoint.Content {
    try entry.checkLocation(shardCount: shards.count)
    return .whole(V2Checkpoint.Stored(entry))
  }

  private mutating func sliced(
    _ name: [UInt8], _ parent: BundleEntry
  ) throws(CheckpointDefect) -> V2Checkpoint.Content {
    let keys = parent.slices.map { $0.key(ofTensor: name) }
    usedSlices.formUnion(keys)
    let ranges: [[Range<Int>]]
    do throws(SliceDefect) {
      guard parent.shape.rank > 0 else { throw .scalar }
      ranges = try SliceCover.check(parent.slices, of: parent.shape)
    } catch {
      throw .slices(error)
    }
    var parts: [(slice: TensorSlice, stored: V2Checkpoint.Stored)] = []
    for (slice, (key, ranges)) in zip(parent.slices, zip(keys, ranges)) {
      guard let result = index.slices[key] else { throw .slices(.missing(slice)) }
      let entry: BundleEntry
      switch result {
      case .success(let found): entry = found
      case .failure(let error): throw error.reason
      }
      guard entry.dtype == parent.dtype else {
        throw .slices(.dtype(slice, expected: parent.dtype, found: Int(entry.dtype.rawValue)))
      }
      guard entry.shape.dimensions == ranges.map(\.count) else {
        throw .slices(.shape(slice, expected: ranges.map(\.count), found: entry.shape.dimensions))
      }
      try entry.checkLocation(shardCount: shards.count)
      parts.append((slice, V2Checkpoint.Stored(entry)))
    }
    return .sliced(parts)
  }

  /// A slice that no tensor lists is never read.
  private mutating func noteOrphans() {
    let orphans = index.slices.keys.filter { !usedSlices.contains($0) }
    for key in orphans.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
      let error = CheckpointError(.entry(.orphan(key: key)), file: path)
      problems.append(SourceProblem(tensor: nil, error: error, severity: .note))
    }
  }

  /// A run of bytes that a tensor is made of.
  private typealias Run = (name: String, stored: V2Checkpoint.Stored, end: Int)

  /// Every run of bytes that a tensor is made of, in the order of the shards.
  private var runs: [Run] {
    var runs: [Run] = []
    func add(_ name: String, _ stored: V2Checkpoint.Stored) {
      guard stored.byteCount > 0, let end = stored.offset.addingChecked(stored.byteCount) else { return }
      runs.append((name, stored, end))
    }
    for (descriptor, content) in tensors {
      switch content {
      case .whole(let stored): add(descriptor.name, stored)
      case .sliced(let parts): for part in parts { add(descriptor.name, part.stored) }
      case .broken: break
      }
    }
    func precedes(_ left: Run, _ right: Run) -> Bool {
      if left.stored.shard != right.stored.shard { return left.stored.shard < right.stored.shard }
      if left.stored.offset != right.stored.offset { return left.stored.offset < right.stored.offset }
      return left.name < right.name
    }
    // Writers store tensors in the order of their names, so usually there is nothing to sort.
    let isSorted = zip(runs, runs.dropFirst()).allSatisfy { !precedes($1, $0) }
    return isSorted ? runs : runs.sorted(by: precedes)
  }

  /// Reports an interrupted download, or a pointer in place of the data, once and not for each tensor.
  private mutating func noteShortShards(_ runs: [Run]) {
    var ends: [Int: Int] = [:]
    for run in runs { ends[run.stored.shard] = max(run.end, ends[run.stored.shard] ?? 0) }
    for (shard, needed) in ends.sorted(by: { $0.key < $1.key }) {
      guard let index = fileOfShard[shard], let byteCount = files[index].byteCount, byteCount < needed else { continue }
      let kind = (try? FileKind(of: shards.file(shard))) ?? .unknown
      let error = CheckpointError(
        .shard(.tooShort(needed: needed, byteCount: byteCount, kind: kind)), file: files[index].path)
      problems.append(SourceProblem(tensor: nil, error: error, severity: .unreadable))
    }
  }

  /// TensorFlow's writers never let tensors share bytes; two that do can still be read if their checksums match.
  private mutating func noteOverlaps(_ runs: [Run]) {
    for (first, second) in zip(runs, runs.dropFirst())
    where first.stored.shard == second.stored.shard && second.stored.offset < first.end {
      let error = CheckpointError(
        .entry(.overlaps(first.name)), file: shards.path(second.stored.shard), offset: second.stored.offset,
        tensor: second.name)
      problems.append(SourceProblem(tensor: second.name, error: error, severity: .note))
    }
  }
}
