/// Where two tensors of one shape, A and B, differ.
package struct DifferencePictures: Sendable {
  /// The mean of |B − A| in each cell of a grid, or of some slices; empty for single values.
  package let grids: [ValueGrid]
  /// B − A in each channel; nil for tensors with fewer than two axes or too many channels.
  package let channels: ChannelStatistics?
}
