internal import Bytes
internal import Tensors

/// Turns the entries of an index into descriptors, and says what is wrong with those that it cannot turn.
struct V2Listing {
  let index: V2Index
  let shards: ShardFiles
  private(set) var files: [SourceFile] = []
  private(set) var tensors: [(descriptor: TensorDescriptor, content: V2Checkpoint.Content)] = []
  private(set) var problems: [SourceProblem] = []
  /// The place of each shard in `files`.
  private var fileOfShard: [Int: Int] = [:]
  private var usedSlices: Set<[UInt8]> = []

  init(index: V2Index, shards: ShardFiles) {
    self.index = index
    self.shards = shards
  }

  private var path: String { index.file.path }

  /// Shards that are looked for even where no entry names them; a header may declare more than there ever were.
  private static let unnamedShardLimit = 1024

  mutating func build() {
    listFiles()
    for (name, entry) in index.tensors { add(name, entry) }
    // Names that are not UTF-8 are escaped, which may change their place.
    tensors.sort { $0.descriptor.name.utf8.lexicographicallyPrecedes($1.descriptor.name.utf8) }
    noteShortShards()
    noteOrphans()
    noteOverlaps()
  }

  private mutating func listFiles() {
    files = [SourceFile(path: path, byteCount: index.file.byteCount)]
    let entries = index.tensors.map(\.entry) + index.slices.values
    let named = Set(entries.compactMap { entry in (try? entry.get()).flatMap { $0.slices.isEmpty ? $0.shard : nil } })
      .filter { (0..<shards.count).contains($0) }
    for shard in named.union(0..<min(shards.count, Self.unnamedShardLimit)).sorted() {
      let file = SourceFile(path: shards.path(shard), byteCount: shards.byteCount(shard))
      guard file.byteCount != nil || named.contains(shard) else { continue }
      fileOfShard[shard] = files.count
      files.append(file)
      if file.byteCount == nil {
        problems.append(
          SourceProblem(
            tensor: nil, error: CheckpointError(.missingShard(file.name), file: file.path), severity: .unreadable))
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
      let error = CheckpointError(.referenceDType(Int(entry.dtype.rawValue) + 100), file: path, tensor: text)
      problems.append(SourceProblem(tensor: text, error: error, severity: .note))
    }
    let content: V2Checkpoint.Content
    do throws(CheckpointError.Reason) {
      content = try entry.slices.isEmpty ? whole(entry) : sliced(name, entry)
    } catch {
      let error = CheckpointError(error, file: path, tensor: text)
      problems.append(SourceProblem(tensor: text, error: error, severity: .unreadable))
      content = .broken(error)
    }
    tensors.append((descriptor(text, entry, content), content))
  }

  private func descriptor(
    _ name: String, _ entry: BundleEntry, _ content: V2Checkpoint.Content
  ) -> TensorDescriptor {
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

  private func whole(_ entry: BundleEntry) throws(CheckpointError.Reason) -> V2Checkpoint.Content {
    try entry.checkLocation(shardCount: shards.count)
    return .whole(V2Checkpoint.Stored(entry))
  }

  private mutating func sliced(
    _ name: [UInt8], _ parent: BundleEntry
  ) throws(CheckpointError.Reason) -> V2Checkpoint.Content {
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
      guard let result = index.slices[key] else { throw .sliceMissing(slice) }
      let entry: BundleEntry
      switch result {
      case .success(let found): entry = found
      case .failure(let error): throw error.reason
      }
      guard entry.dtype == parent.dtype else {
        throw .sliceDType(slice, expected: parent.dtype, found: Int(entry.dtype.rawValue))
      }
      guard entry.shape.dimensions == ranges.map(\.count) else {
        throw .sliceShape(slice, expected: ranges.map(\.count), found: entry.shape.dimensions)
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
      let error = CheckpointError(.orphan(key: key), file: path)
      problems.append(SourceProblem(tensor: nil, error: error, severity: .note))
    }
  }

  /// Every run of bytes that a tensor is made of, in the order of the shards.
  private var runs: [(name: String, stored: V2Checkpoint.Stored, end: Int)] {
    var runs: [(name: String, stored: V2Checkpoint.Stored, end: Int)] = []
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
    return runs.sorted { ($0.stored.shard, $0.stored.offset, $0.name) < ($1.stored.shard, $1.stored.offset, $1.name) }
  }

  /// An interrupted download, or a pointer in place of the data, is said at once and not tensor by tensor.
  private mutating func noteShortShards() {
    for (shard, runs) in Dictionary(grouping: runs, by: \.stored.shard).sorted(by: { $0.key < $1.key }) {
      let needed = runs.map(\.end).max() ?? 0
      guard let index = fileOfShard[shard], let byteCount = files[index].byteCount, byteCount < needed else { continue }
      let kind = (try? FileKind(of: shards.file(shard))) ?? .unknown
      let error = CheckpointError(
        .shardTooShort(needed: needed, byteCount: byteCount, kind: kind), file: files[index].path)
      problems.append(SourceProblem(tensor: nil, error: error, severity: .unreadable))
    }
  }

  /// No writer of TensorFlow's lets tensors share bytes; two that do read as they should if their checksums hold.
  private mutating func noteOverlaps() {
    let runs = runs
    for (first, second) in zip(runs, runs.dropFirst())
    where first.stored.shard == second.stored.shard && second.stored.offset < first.end {
      let error = CheckpointError(
        .overlapsTensor(first.name), file: shards.path(second.stored.shard), offset: second.stored.offset,
        tensor: second.name)
      problems.append(SourceProblem(tensor: second.name, error: error, severity: .note))
    }
  }
}
