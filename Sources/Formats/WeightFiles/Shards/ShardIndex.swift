internal import Bytes
internal import Files
internal import Messages
package import Tensors

/// An index of shards, such as `model.safetensors.index.json`: which of several files has which tensor.
///
/// `weight_map` maps each tensor to a file in the index's directory, and `metadata` says something about the model, usually the
/// number of bytes as `total_size`. Keras' `model.weights.json` maps groups of HDF5 files instead, each to one file or several.
/// - Source: `huggingface_hub/serialization/_torch.py`; Keras 3.15, `ShardedH5IOStore` in `saving/saving_lib.py`.
package struct ShardIndex {
  /// What the index says about one tensor, or about one group of tensors.
  struct Entry: Equatable {
    let name: String
    /// The file, as the index spells it.
    let shard: String
    /// Whether the name is that of a group, as Keras writes it: `/layers/dense/vars`.
    var isGroup: Bool { name.hasPrefix("/") }
  }

  let path: String
  let entries: [Entry]
  /// The values of `metadata`: strings as they are, others as JSON.
  let metadata: [String: String]
  let file: InputFile

  /// An index has a line for each tensor; a larger file is something else.
  private static let maximumByteCount = 1 << 26
  /// Memory for the text, its strings, and an entry for every 30 bytes.
  private static let bytesPerIndexByte = 8

  /// Reads an index.
  ///
  /// - Throws: `FileError` if it cannot be read, `WeightFileError` if it is not an index.
  init(path: String) throws {
    let file = try InputFile(path: path)
    func failed(_ defect: ShardIndexDefect, at offset: Int? = nil) -> WeightFileError {
      WeightFileError(.shardIndex(defect), file: path, offset: offset)
    }
    guard file.byteCount <= Self.maximumByteCount else {
      throw failed(.tooLarge(byteCount: file.byteCount, limit: Self.maximumByteCount))
    }
    guard MemoryRoom.has(file.byteCount * Self.bytesPerIndexByte) else {
      throw FileError(.outOfMemory(byteCount: file.byteCount * Self.bytesPerIndexByte), file: path)
    }
    var entries: [Entry]?
    var metadata: [String: String] = [:]
    do {
      var reader = JSONReader(try file.read(at: 0, count: file.byteCount))
      try reader.readObject { reader, key in
        switch key {
        case "weight_map": entries = try Self.readMap(&reader)
        case "metadata" where reader.peek() == UInt8(ascii: "{"):
          try reader.readObject { reader, key in metadata[key] = try Self.readText(&reader) }
        default: try reader.skipValue()
        }
      }
      try reader.readEnd()
    } catch let error as JSONError {
      throw failed(.badJSON(error.message), at: error.offset)
    }
    guard let entries else { throw failed(.noMap) }
    guard !entries.isEmpty else { throw failed(.emptyMap) }
    self.path = path
    self.entries = entries
    self.metadata = metadata
    self.file = file
  }

  private static func readMap(_ reader: inout JSONReader) throws -> [Entry] {
    var entries: [Entry] = []
    try reader.readObject { reader, name in
      let shards =
        reader.peek() == UInt8(ascii: "[")
        ? try reader.readList { try $0.readString() } : [try reader.readString()]
      entries += shards.map { Entry(name: name, shard: $0) }
    }
    return entries
  }

  /// A value as text.
  private static func readText(_ reader: inout JSONReader) throws -> String {
    if reader.peek() == UInt8(ascii: "\"") { return try reader.readString() }
    let start = reader.position
    try reader.skipValue()
    return String(decoding: reader.bytes[start..<reader.position], as: UTF8.self)
  }

  /// Whether the index lists a file of this name in its directory.
  func lists(_ name: String) -> Bool { entries.contains { $0.shard.equalsInBytes(name) } }
}

extension ShardIndex {
  /// Opens all shards of an index.
  ///
  /// - Throws: what is wrong with the index, or with the first shard if no tensor is left to show.
  package static func open(_ path: String, options: ReadOptions = ReadOptions()) throws -> any TensorSource {
    try ShardedSource(ShardListing(ShardIndex(path: path)) { try ShardFormat.open($0, options: options) })
  }

  /// Opens the whole model that a file is one shard of, judging by its name and by what is beside it.
  ///
  /// - Returns: nil if the file's name is not that of a shard.
  /// - Throws: what is wrong with the first shard if no tensor is left to show.
  package static func openModel(
    ofShard path: String, options: ReadOptions = ReadOptions()
  ) throws -> (any TensorSource)? {
    let name = path.lastPart
    let directory = path.directoryPart
    let open: ShardListing.Opener = { try ShardFormat.open($0, options: options) }
    // A damaged index says nothing; the shards may still be there.
    let index = NumberedShard.indexNames(ofShard: name).lazy.compactMap { try? ShardIndex(path: directory.joined($0)) }
      .first { $0.lists(name) }
    if let index {
      var listing = ShardListing(index, open)
      listing.addNote(.partOfModel(index: index.path.lastPart), file: path)
      return try ShardedSource(listing)
    }
    guard let shard = NumberedShard(name: name), shard.count > 1 else { return nil }
    let missing = shard.siblings.filter { FileState(path: directory.joined($0)) == nil }
    guard missing.isEmpty else {
      var listing = ShardListing(files: [path], open)
      listing.addOthers(shard, missing: missing, file: path)
      return try ShardedSource(listing)
    }
    var listing = ShardListing(files: shard.siblings.map { directory.joined($0) }, open)
    listing.addNote(.partOfModel(index: nil), file: path)
    return try ShardedSource(listing)
  }
}

/// The formats that shards have.
enum ShardFormat {
  /// Opens one shard: by its content, and if that shows nothing, by its name, so that a damaged file gets its format's own error.
  static func open(_ path: String, options: ReadOptions) throws -> any TensorSource {
    let kind = try FileKind(of: InputFile(path: path))
    switch kind {
    // Its format would take the text for a damaged header.
    case .lfsPointer, .html, .empty: throw WeightFileError(.shardIndex(.otherContent(kind)), file: path)
    case .safetensors: return try SafetensorsFile(path: path)
    case .hdf5: return try HDF5File(path: path)
    case .npy: return try NpzFile.open(path, options: options)
    case .zip where path.hasSuffix(".npz"): return try NpzFile(path: path, options: options)
    case .zip, .pickle: return try PyTorchFile.open(path, options: options)
    default: break
    }
    if path.hasSuffix(".msgpack") { return try FlaxFile.open(path, options: options) }
    if path.hasSuffix(".safetensors") { return try SafetensorsFile(path: path) }
    if path.hasSuffix(".h5") { return try HDF5File(path: path) }
    guard [".bin", ".pt", ".pth"].contains(where: path.hasSuffix) else {
      throw WeightFileError(.shardIndex(.notAShard), file: path)
    }
    return try PyTorchFile.open(path, options: options)
  }
}
