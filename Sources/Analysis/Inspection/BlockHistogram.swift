internal import Essentials
package import Messages

/// Histograms in one line of characters.
package enum BlockHistogram {
  private static let blocks: [Message] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// One character for each interval, as high as the logarithm of its count, so that a single value is visible next to
  /// millions; a space for an empty interval, except at the end.
  package static func text(_ histogram: ValueHistogram) -> Message {
    let largest = log(Double(histogram.largestCount) + 1)
    let shown = histogram.counts.prefix((histogram.counts.lastIndex { $0 > 0 } ?? -1) + 1)
    let heights = shown.map { count -> Message in
      guard count > 0 else { return " " }
      return blocks[min(max(Int(log(Double(count) + 1) / largest * 8) - 1, 0), 7)]
    }
    return heights.joined(separator: "")
  }
}
