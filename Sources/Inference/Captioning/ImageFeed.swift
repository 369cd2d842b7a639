internal import Engine
internal import Essentials
package import Images

/// Image files on their way to the network: read and decoded ahead on other threads, and passed on in batches.
///
/// Which images make up a batch depends only on their number, not on how fast they are decoded.
package struct ImageFeed: Sequence, IteratorProtocol {
  /// An image file that was read.
  package struct Item: Sendable {
    /// The file, as it was given.
    let path: String
    /// What the network sees, or why there is none.
    let input: Result<NetworkInput, ImageError>
  }

  /// Enough threads to keep pace with the network, with few large pictures in memory at a time.
  static let maximumThreadCount = 4

  /// The most images in memory: the batch that the network takes next, and one that is being read meanwhile.
  static let depth = 2 * ShowAndTell.maximumBatchCount

  private let items: ReadAhead<Item>
  private var batches: BatchSizes

  /// Starts reading.
  ///
  /// - Parameters:
  ///   - paths: the files.
  ///   - limits: how large a picture may be.
  ///   - previewSide: makes a preview of each, of at most this many pixels per side.
  ///   - threadCount: threads that read; nil for as many as the machine has active cores, clamped to 1...4.
  package init(
    paths: [String], limits: ImageLimits = ImageLimits(), previewSide: Int? = nil, threadCount: Int? = nil
  ) {
    batches = BatchSizes(count: paths.count, maximum: ShowAndTell.maximumBatchCount)
    let threadCount = threadCount ?? ProcessInfo.processInfo.activeProcessorCount
    items = ReadAhead(
      count: paths.count, depth: Self.depth, threadCount: Swift.min(Swift.max(threadCount, 1), Self.maximumThreadCount)
    ) { index in
      let path = paths[index]
      let input = Result { () throws(ImageError) in
        try NetworkInput(path: path, limits: limits, previewSide: previewSide)
      }
      return Item(path: path, input: input)
    }
  }

  /// The next batch, in order; nil when all images have been taken.
  package mutating func next() -> [Item]? {
    batches.next().map(items.next)
  }
}
