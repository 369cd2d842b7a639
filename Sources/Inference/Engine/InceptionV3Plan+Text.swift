internal import Kernels
internal import Messages

extension InceptionV3Plan: CustomStringConvertible {
  /// A line per layer: name, window, shapes, millions of multiplications as defined and as left by the algorithm, the algorithm with
  /// the number of its reason below, and the place of its output in memory.
  public var description: String {
    let layers = layers
    var reasons: [String] = []
    let rows = layers.map { layer in
      if !reasons.contains(layer.reason) { reasons.append(layer.reason) }
      let reason = (reasons.firstIndex(of: layer.reason) ?? 0) + 1
      return [
        layer.name, layer.window, Self.text(layer.input), Self.text(layer.output),
        Self.millions(layer.multiplicationCount), Self.millions(layer.remainingMultiplicationCount),
        layer.algorithm, "\(reason)", "\(layer.byteOffset)",
      ]
    }
    let header = ["layer", "window", "input", "output", "M mult.", "left", "algorithm", "why", "offset"]
    let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
    let lines = ([header] + rows).map { row in
      zip(row, widths).map { text, width in
        let gap = String(repeating: " ", count: width - text.count)
        return text.allSatisfy { $0.isNumber || $0 == "." } ? gap + text : text + gap
      }.joined(separator: "  ").trimmingSpaces
    }
    let defined = layers.reduce(0) { $0 + $1.multiplicationCount }
    let left = layers.reduce(0) { $0 + $1.remainingMultiplicationCount }
    let legend = reasons.enumerated().map { "why \($0 + 1): \($1)" }
    let sum = """
      \(defined / 1_000_000) million multiplications, \(left / 1_000_000) million left; \(peakByteCount.counted("byte")) of activations for \
      \(input.count) \(input.count == 1 ? "image" : "images")
      """
    return (lines + legend + [sum]).joined(separator: "\n")
  }

  /// Rounded down to tenths.
  private static func millions(_ count: Int) -> String {
    "\(count / 1_000_000).\(count / 100_000 % 10)"
  }

  /// Such as `1x35x35x192`.
  private static func text(_ dimensions: [Int]) -> String {
    dimensions.map(String.init).joined(separator: "x")
  }
}

extension String {
  /// The text without spaces at its end.
  fileprivate var trimmingSpaces: String {
    String(reversed().drop { $0 == " " }.reversed())
  }
}
