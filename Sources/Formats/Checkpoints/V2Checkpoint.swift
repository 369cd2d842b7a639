internal import Bytes
package import Files
internal import SSTable
package import Tensors
internal import Threads

/// A V2 checkpoint ("tensor bundle"): an index, and data files of raw elements.
///
/// Opening reads the index and checks that every entry is consistent. Data files are opened when a tensor in them is requested,
/// so that a missing one affects only its own tensors. Several threads may read one checkpoint.
/// - Source: TensorFlow `core/util/tensor_bundle/tensor_bundle.cc`.
package final class V2Checkpoint: RandomAccessSource, ReadObservable {
  /// The checkpoint's prefix: the path of its files up to `.index` and `.data-…`.
  package let prefix: String
  /// The index's header.
  package let header: BundleHeader
  /// How the checkpoint was opened.
  package let options: ReadOptions
  /// The index, then each data file that an entry names or that exists.
  package let files: [SourceFile]
  /// Always true: every block of the index and every tensor has a checksum.
  package let hasChecksums = true
  /// Always true.
  package let isCheckpoint = true
  /// All tensors that can be described, sorted by the bytes of their names.
  package let descriptors: [TensorDescriptor]

  let listingProblems: [SourceProblem]
  let storedObjects = Guarded<CheckpointObjects?>(nil)
  let shards: ShardFiles
  /// Where the data of each of `descriptors` is.
  let contents: [Content]
  let buffers = BufferPool(byteCount: 512 << 10)

  /// Where a tensor's elements are.
  enum Content: Sendable {
    case whole(Stored)
    case sliced([(slice: TensorSlice, stored: Stored)])
    /// The entry describes a tensor, but not where it is.
    case broken(CheckpointError)
  }

  /// One run of bytes in a data file.
  struct Stored: Sendable {
    let shape: Shape
    let shard: Int
    let offset: Int
    let byteCount: Int
    let maskedChecksum: UInt32

    init(_ entry: BundleEntry) {
      shape = entry.shape
      shard = entry.shard
      offset = entry.offset
      byteCount = entry.byteCount
      maskedChecksum = entry.maskedChecksum
    }
  }

  /// Opens the checkpoint with a prefix.
  ///
  /// - Parameters:
  ///   - prefix: the path without `.index`.
  ///   - options: whether checksums are compared.
  /// - Throws: `CheckpointError` if the index cannot be read, is damaged as a whole, or is a different kind of file.
  package convenience init(prefix: String, options: ReadOptions = ReadOptions()) throws(CheckpointError) {
    try self.init(indexPath: prefix + ".index", prefix: prefix, options: options)
  }

  /// Opens an index whose name need not match its data files, to find out what belongs together.
  package convenience init(
    indexPath: String, prefix: String, options: ReadOptions = ReadOptions()
  ) throws(CheckpointError) {
    self.init(index: try V2Index(path: indexPath, options: options), prefix: prefix, options: options)
  }

  init(index: V2Index, prefix: String, options: ReadOptions) {
    let shards = ShardFiles(prefix: prefix, count: index.header.shardCount)
    var listing = V2Listing(index: index, shards: shards)
    listing.build()
    self.prefix = prefix
    self.options = options
    self.shards = shards
    header = index.header
    files = listing.files
    descriptors = listing.tensors.map(\.descriptor)
    contents = listing.tensors.map(\.content)
    listingProblems = listing.problems
  }

  /// The format in words.
  package var format: String { "TensorFlow V2 checkpoint" }

  /// Always empty: V2 checkpoints store no metadata.
  package var metadata: [String: String] { [:] }

  /// The number of data files that the header declares; there may be fewer, if a device saved nothing.
  package var shardCount: Int { header.shardCount }

  package func setReadObserver(_ observer: (any ReadObserver)?) { shards.setObserver(observer) }

  /// The path of a data file, whether it exists or not.
  package func shardPath(_ shard: Int) -> String { shards.path(shard) }
}
