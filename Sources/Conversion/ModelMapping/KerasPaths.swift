/// Names of weights in Keras files, spelled as the first model of a program has them.
enum KerasPaths {
  /// The kinds of layers that some known model leaves for Keras to name.
  private static let numberedKinds = ["conv2d", "batch_normalization"]

  /// The paths of weights, such as `conv2d_1/kernel`.
  ///
  /// Keras calls a program's first convolution `conv2d` and the next one `conv2d_1`. Keras up to 2.3, when it
  /// was not part of TensorFlow, counted from 1, and a program's second model continues the numbers of the first. If every layer of a kind has a number and no number
  /// is missing, all of them are counted anew.
  ///
  /// - Parameter names: all names of a file, since one name alone does not show where its numbers begin.
  /// - Returns: a path for each name, in their order; a name of another form as it is.
  /// - Source: `auto_name` in `keras/src/utils/naming.py` of Keras 3.15; `Layer` in `keras/engine/base_layer.py` of 2.2.
  static func of(_ names: [String]) -> [String] {
    let paths = names.map(FrameworkNames.normalizeKerasName)
    var numbers: [String: Set<Int>] = [:]
    for path in paths {
      guard let layer = NumberedLayer(path) else { continue }
      numbers[layer.kind, default: []].insert(layer.number ?? 0)
    }
    let firsts = numbers.compactMapValues { numbers -> Int? in
      guard let first = numbers.min(), let last = numbers.max(), first > 0, last - first < numbers.count else {
        return nil
      }
      return first
    }
    guard !firsts.isEmpty else { return paths }
    return paths.map { path in
      guard let layer = NumberedLayer(path), let number = layer.number, let first = firsts[layer.kind] else {
        return path
      }
      return layer.kind + KerasLayers.suffix(number - first) + layer.rest
    }
  }

  /// A path that begins with a layer that Keras named.
  private struct NumberedLayer {
    let kind: String
    /// Nil if the layer has none.
    let number: Int?
    /// What follows the layer's name.
    let rest: Substring

    /// Nil if the layer has a name of its own.
    init?(_ path: String) {
      guard let kind = KerasPaths.numberedKinds.first(where: path.hasPrefix) else { return nil }
      let suffix = path.utf8.dropFirst(kind.utf8.count).prefix { $0 != UInt8(ascii: "/") }
      self.kind = kind
      rest = path[suffix.endIndex...]
      if suffix.isEmpty {
        number = nil
      } else {
        guard suffix.first == UInt8(ascii: "_"), let number = Int(Substring(suffix.dropFirst())), number > 0 else {
          return nil
        }
        self.number = number
      }
    }
  }
}
