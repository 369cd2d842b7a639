internal import Kernels
package import Messages

extension InceptionV3Plan: MessageConvertible {
  /// A line per layer: name, window, shapes, millions of multiplications as defined and as left by the algorithm, the algorithm with
  /// the number of its reason below, the columns of its panels, and the place of its output in memory.
  package var message: Message {
    let layers = layers
    var reasons: [Message] = []
    var table = TextTable([.left, .left, .left, .left, .right, .right, .left, .right, .right, .right])
    table.add(["layer", "window", "input", "output", "M mult.", "left", "algorithm", "why", "panel", "offset"])
    for layer in layers {
      if !reasons.contains(layer.reason) { reasons.append(layer.reason) }
      table.add([
        "\(layer.name)", "\(layer.window)", "\(Self.text(layer.input))", "\(Self.text(layer.output))",
        "\(Self.millions(layer.multiplicationCount))", "\(Self.millions(layer.remainingMultiplicationCount))",
        "\(layer.algorithm)", "\((reasons.firstIndex(of: layer.reason) ?? 0) + 1)",
        "\(layer.panelColumns.map(String.init).joined(separator: "+"))", "\(layer.byteOffset)",
      ])
    }
    let defined = layers.reduce(0) { $0 + $1.multiplicationCount }
    let left = layers.reduce(0) { $0 + $1.remainingMultiplicationCount }
    let legend = reasons.enumerated().map { index, reason -> Message in "why \(index + 1): \(reason)\n" }.joined()
    let panels: Message =
      "panel: columns of weights that a step of a reduction reads at once; wider panels need fewer loads, "
      + "as far as the registers of the \(KernelVariant.chosen.description) kernels allow\n"
    return
      "\(table.render())\(legend)\(panels)\(defined / 1_000_000) million multiplications, \(left / 1_000_000) million "
      + "left; \(peakByteCount.counted("byte")) of activations for \(input.count.counted("image"))"
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
