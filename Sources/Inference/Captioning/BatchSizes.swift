/// How many images go through the network together, batch after batch.
///
/// A full batch takes the least time per image, but its first captions come as late as its last. The first batches are
/// therefore small: 1, 2, 4 images and so on up to `maximum`.
struct BatchSizes: Sequence, IteratorProtocol {
  private var remaining: Int
  private let maximum: Int
  private var size = 1

  /// The batches of `count` images.
  init(count: Int, maximum: Int) {
    remaining = count
    self.maximum = Swift.max(maximum, 1)
  }

  mutating func next() -> Int? {
    guard remaining > 0 else { return nil }
    let next = Swift.min(size, maximum, remaining)
    remaining -= next
    size = Swift.min(2 * size, maximum)
    return next
  }
}
