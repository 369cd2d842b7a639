internal import Bytes
internal import Files
internal import Messages
internal import Tensors

/// Puts together what a model's shards hold, and compares it with the index if there is one.
struct ShardListing {
  /// Opens one shard.
  typealias Opener = (String) throws -> any TensorSource

  /// A tensor, and which of the sources has it.
  struct Tensor {
    var descriptor: TensorDescriptor
    let shard: Int
    /// What the shard calls it there.
    let stored: TensorDescriptor
  }

  private(set) var sources: [any TensorSource] = []
  /// The index first, if there is one.
  private(set) var files: [SourceFile] = []
  private(set) var tensors: [Tensor] = []
  private(set) var metadata: [String: String] = [:]
  private(set) var problems: [SourceProblem] = []
  private let index: ShardIndex?
  private let open: Opener
  /// For each of `sources`, its path.
  private var paths: [String] = []
  /// The shard in which the index says that a tensor is: its path.
  private var listed: [ByteString: String] = [:]
  /// Where each tensor of `tensors` is.
  private var places: [ByteString: Int] = [:]
  /// The paths of groups that the index lists, without the slash at the start.
  private var groups: Set<ByteString> = []
  /// What the index says is in a shard that does not have it, and the shard's path.
  private var lacking: [(entry: ShardIndex.Entry, path: String)] = []
  /// The checksums of all shards.
  private var digests = ShardDigests()
  /// The first file that has a key of `metadata`.
  private var metadataFiles: [String: String] = [:]

  /// Opens the shards of an index.
  ///
  /// A shard that cannot be opened is a problem of the tensors that the index says are in it.
  init(_ index: ShardIndex, _ open: @escaping Opener) {
    self.index = index
    self.open = open
    files = [SourceFile(index.file)]
    let boundary = PathBoundary(directory: index.path.directoryPart)
    var shards: [(path: String, entries: [ShardIndex.Entry])] = []
    var numbers: [ByteString: Int] = [:]
    // Many tensors name the same file.
    var resolved: [ByteString: String?] = [:]
    for entry in index.entries {
      let key = ByteString(entry.shard)
      let known = resolved[key]
      let path = known ?? boundary.path(named: entry.shard)
      if known == nil { resolved[key] = path }
      guard let path else {
        addProblem(.leadsOut(entry.shard), entry.name, file: index.path)
        continue
      }
      if entry.isGroup {
        groups.insert(ByteString(String(entry.name.dropFirst())))
      } else {
        listed[ByteString(entry.name)] = path
      }
      let number = numbers[ByteString(path), default: shards.count]
      if number == shards.count {
        numbers[ByteString(path)] = number
        shards.append((path, []))
      }
      shards[number].entries.append(entry)
    }
    for (path, entries) in shards.sorted(by: { $0.path.precedesInBytes($1.path) }) { add(path, entries) }
    // A tensor that is in another shard is only noted.
    for (entry, path) in lacking where places[ByteString(entry.name)] == nil {
      addProblem(.notInShard(shard: path.lastPart), entry.name, file: index.path)
    }
    reportUnlisted(index)
    joinDigests()
    addMetadata(of: index)
  }

  /// Opens files that belong together by their names.
  init(files paths: [String], _ open: @escaping Opener) {
    index = nil
    self.open = open
    for path in paths { add(path, []) }
    joinDigests()
  }

  /// Notes something unusual that loses no data.
  mutating func addNote(_ defect: ShardIndexDefect, file: String, tensor: String? = nil) {
    let error = WeightFileError(.shardIndex(defect), file: file, tensor: tensor)
    problems.append(SourceProblem(tensor: tensor, error: error, severity: .note))
  }

  /// Notes that only one shard of a model is there.
  ///
  /// A shard that Decant wrote is checked against checksums, and those of the other shards are missing too.
  mutating func addOthers(_ shard: NumberedShard, missing: [String], file: String) {
    let isChecked = metadata[ContentDigests.key] != nil
    addProblem(
      .others(number: shard.number, count: shard.count, missing: missing), nil, file: file,
      isChecked ? .unreadable : .note)
  }

  private mutating func addProblem(
    _ defect: ShardIndexDefect, _ tensor: String?, file: String, _ severity: SourceProblem.Severity = .incomplete
  ) {
    let error = WeightFileError(.shardIndex(defect), file: file, tensor: tensor)
    problems.append(SourceProblem(tensor: tensor, error: error, severity: severity))
  }

  // MARK: - Shards

  /// Opens a shard that should have these tensors.
  private mutating func add(_ path: String, _ entries: [ShardIndex.Entry]) {
    guard let state = FileState(path: path) else {
      files.append(SourceFile(path: path, byteCount: nil))
      if entries.isEmpty { addProblem(.missing, nil, file: path) }
      for entry in entries { addProblem(.missing, entry.name, file: path) }
      return
    }
    let source: any TensorSource
    do {
      source = try open(path)
    } catch let error as any DecantError {
      files.append(SourceFile(path: path, byteCount: state.byteCount))
      let names = entries.isEmpty ? [nil] : entries.map { Optional($0.name) }
      problems += names.map { SourceProblem(tensor: $0, error: error, severity: .incomplete) }
      return
    } catch {
      return addProblem(.notAShard, nil, file: path)
    }
    let firstFile = files.count
    files += source.files
    problems += source.problems
    sources.append(source)
    paths.append(path)
    for descriptor in source.descriptors { add(descriptor, in: sources.count - 1, path, firstFile: firstFile) }
    addMetadata(of: source, path)
    findLacking(entries, in: source, path)
  }

  private mutating func add(_ stored: TensorDescriptor, in shard: Int, _ path: String, firstFile: Int) {
    var descriptor = stored
    descriptor.location?.file += firstFile
    let tensor = Tensor(descriptor: descriptor, shard: shard, stored: stored)
    let name = ByteString(stored.name)
    guard let place = places[name] else {
      places[name] = tensors.count
      tensors.append(tensor)
      return
    }
    // The index decides which of two counts.
    let first = paths[tensors[place].shard]
    switch listed[name] {
    case path?: tensors[place] = tensor
    case let listed? where listed.equalsInBytes(first): break
    default: addProblem(.twice(first: first.lastPart, second: path.lastPart), stored.name, file: path)
    }
  }

  /// Finds what the index says is in a shard and is not.
  private mutating func findLacking(_ entries: [ShardIndex.Entry], in source: any TensorSource, _ path: String) {
    // transformers' indexes of HDF5 files name variables in another way than the files do.
    let entries = source is HDF5File ? entries.filter(\.isGroup) : entries
    let troubled = Set(source.problems.compactMap { $0.tensor.map { ByteString($0) } })
    for entry in entries where !troubled.contains(ByteString(entry.name)) {
      let name = entry.isGroup ? "\(entry.name.dropFirst())/" : entry.name
      let place = source.descriptors.firstIndex(notBefore: name)
      let found = place < source.descriptors.count ? source.descriptors[place].name : nil
      let isThere = entry.isGroup ? found?.hasPrefix(name) == true : found?.equalsInBytes(name) == true
      if !isThere { lacking.append((entry, path)) }
    }
  }

  /// Notes the tensors that the index does not list where they are.
  ///
  /// The programs that write indexes do not count strings as tensors.
  private mutating func reportUnlisted(_ index: ShardIndex) {
    for tensor in tensors where tensor.descriptor.dtype != .string {
      if groups.isEmpty, sources[tensor.shard] is HDF5File { continue }
      let name = tensor.descriptor.name
      let path = paths[tensor.shard]
      if listed[ByteString(name)]?.equalsInBytes(path) == true || groups.contains(ByteString(name.directoryPart)) {
        continue
      }
      addNote(.notInIndex(index: index.path.lastPart), file: path, tensor: name)
    }
  }

  // MARK: - Metadata

  private mutating func addMetadata(of source: any TensorSource, _ path: String) {
    for (key, value) in source.metadata.sorted(by: { $0.key.precedesInBytes($1.key) }) {
      let isFirst = metadata[key] == nil
      if key == ContentDigests.key, digests.add(value) {
        if isFirst { metadataFiles[key] = path }
        // `joinDigests` replaces it once all shards are known.
        metadata[key] = metadata[key] ?? value
        continue
      }
      guard let first = metadata[key] else {
        metadata[key] = value
        metadataFiles[key] = path
        continue
      }
      guard !first.equalsInBytes(value) else { continue }
      // Decant writes the same metadata into all shards.
      let severity: SourceProblem.Severity = key.hasPrefix("decant.") ? .unreadable : .note
      addProblem(
        .metadataDiffers(key, first: (metadataFiles[key] ?? path).lastPart), nil, file: path, severity)
    }
  }

  /// States the checksums of all shards together.
  private mutating func joinDigests() {
    if let text = digests.text { metadata[ContentDigests.key] = text }
  }

  /// Adds what the index says about the model.
  ///
  /// Metadata that Decant wrote has a digest, which covers no other keys; there the index only repeats how many bytes there are.
  private mutating func addMetadata(of index: ShardIndex) {
    guard metadata[ContentDigests.key] != nil else {
      return metadata.merge(index.metadata) { own, _ in own }
    }
    let found = tensors.reduce(0) {
      $0.addingChecked($1.descriptor.dtype == .string ? 0 : $1.descriptor.byteCount) ?? .max
    }
    let declared = index.metadata["total_size"] ?? "none"
    if problems.allSatisfy({ $0.severity == .note }), declared != "\(found)" {
      addProblem(.totalSize(declared: declared, found: found), nil, file: index.path, .unreadable)
    }
  }
}
