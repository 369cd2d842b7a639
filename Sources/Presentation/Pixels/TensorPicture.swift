package import Images
package import Inspection
package import Messages
internal import Portraits
package import Tensors

/// A tensor as one picture, with the words that explain it, for terminals, which have no room for charts.
///
/// Kernels over pictures become pictures, a matrix or the slices of a tensor with more axes become heat maps, and a
/// vector becomes bars. The tensor is read in pieces and scaled down at the same time.
package struct TensorPicture: Sendable {
  /// The tensor's name, dtype and shape.
  package let title: Message
  /// The picture; nil if there is nothing to draw.
  package let image: DrawnImage?
  /// What the axes and colors of the picture mean, one line each; if there is no picture, why.
  package let legend: [Message]
  /// The range and the counts of values that are not finite, one line each.
  package let facts: [Message]

  /// Reads and draws a tensor.
  ///
  /// - Parameters:
  ///   - descriptor: one of the source's.
  ///   - source: where to read.
  ///   - axes: which axis of a tensor counts its channels.
  ///   - maximumWidth: the picture's maximum width in pixels; only a heat map with one pixel per cell may exceed it.
  ///   - progress: called after each piece with the number of bytes read so far.
  /// - Throws: what the source throws; if checksums are on, a result means that they matched.
  package init(
    of descriptor: TensorDescriptor, in source: some TensorSource, axes: ChannelAxis, maximumWidth: Int,
    progress: (_ doneByteCount: Int) -> Void = { _ in }
  ) throws {
    let shape = descriptor.shape
    title = """
      \(.name(descriptor.name)): \(descriptor.dtype.name) \(.shape(descriptor)), \
      \(HumanText.count(shape.elementCount, "value"))
      """
    guard let profile = try TensorProfile(of: descriptor, in: source, detail: .pictures, progress: progress) else {
      (image, facts) = (nil, [])
      legend = ["no picture: \(descriptor.dtype.name) has no numbers"]
      return
    }
    let drawing: Drawing
    if let sheet = try KernelSheet(of: descriptor, in: source) {
      drawing = Drawing(kernels: sheet, maximumWidth: maximumWidth)
    } else if profile.grids.isEmpty {
      drawing = Drawing(without: Self.reason(descriptor))
    } else if let grid = profile.grids.first, grid.rows.isEmpty {
      drawing = Drawing(vector: grid, maximumWidth: maximumWidth)
    } else {
      drawing = Drawing(
        grids: profile.grids, channelAxis: axes.axis(of: descriptor), rank: shape.rank, maximumWidth: maximumWidth)
    }
    image = drawing.image
    let statistics = profile.statistics
    let isBroken = image != nil && statistics.finiteCount < statistics.valueCount
    legend = drawing.notes + (isBroken ? ["magenta is NaN or infinite"] : [])
    facts = Self.facts(statistics)
  }

  private static func reason(_ descriptor: TensorDescriptor) -> Message {
    if descriptor.shape.elementCount == 0 { return "no picture: it has no values" }
    if descriptor.shape.rank == 0 { return "no picture: it is a single value" }
    return "no picture: its values are complex; 'decant inspect --values' prints them"
  }

  private static func facts(_ statistics: TensorStatistics) -> [Message] {
    var facts: [Message] = []
    if let value = statistics.minimum, statistics.valueCount == 1 {
      facts.append("value \(value)")
    } else if let minimum = statistics.minimum, let maximum = statistics.maximum {
      var range: Message = "values from \(minimum) to \(maximum)"
      if let mean = statistics.mean { range += ", mean \(HumanText.significant(mean, 4))" }
      if let deviation = statistics.standardDeviation {
        range += ", standard deviation \(HumanText.significant(deviation, 4))"
      }
      facts.append(range)
    }
    var broken: [Message] = []
    if statistics.nanCount > 0 { broken.append("\(HumanText.grouped(statistics.nanCount)) NaN") }
    if statistics.infinityCount > 0 { broken.append("\(HumanText.grouped(statistics.infinityCount)) infinite") }
    if !broken.isEmpty { facts.append(broken.joined(separator: " and ")) }
    return facts
  }
}
