/// How long one layer of the network took.
package struct LayerTiming: Sendable, Equatable {
  /// The layer, such as `Mixed_5b/Branch_0/Conv2d_0a_1x1`.
  package var name: String
  /// Multiplications that the layer has by its definition; an algorithm may do with fewer.
  package var multiplicationCount: Int
  /// Wall-clock time.
  package var duration: Duration
}
