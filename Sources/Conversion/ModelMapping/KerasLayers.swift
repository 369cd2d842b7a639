/// A layer of a Keras model that has weights.
package struct KerasLayer: Sendable, Equatable {
  /// The layer's name, also that of its group in a weights file.
  package let name: String
  /// The names of its weights in Keras' order, such as `kernel`.
  package let weights: [String]

  /// The path of a weight's dataset in a weights file: the layer's group, and in it a name that begins with the layer's
  /// name again.
  package func path(of weight: String) -> String { "\(name)/\(weightName(weight))" }

  /// The name that a weights file lists for a weight.
  package func weightName(_ weight: String) -> String { "\(name)/\(weight):0" }
}

/// The layers of `keras.applications.InceptionV3` in the order in which a weights file lists them.
///
/// Keras numbers layers as they are made and lists them by their depth in the graph.
/// - Source: `model.layers` of Keras 3.15, checked with a list that it printed.
package enum KerasLayers {
  /// All 188 layers, of convolutions and of normalizations.
  package static let encoder: [KerasLayer] = depths.flatMap { depth in
    depth.convolutions.map { KerasLayer(name: "conv2d\(suffix($0))", weights: ["kernel", "bias"]) }
      + (depth.normalizations ?? depth.convolutions).map {
        KerasLayer(
          name: "batch_normalization\(suffix($0))", weights: ["gamma", "beta", "moving_mean", "moving_variance"])
      }
  }

  /// The layers that Show and Tell has after the encoder; no application of Keras' lists them.
  package static let decoder = [
    KerasLayer(name: "image_embedding", weights: ["kernel"]),
    KerasLayer(name: "seq_embedding", weights: ["embeddings"]),
    KerasLayer(name: "lstm_cell", weights: ["kernel", "recurrent_kernel", "bias"]),
    KerasLayer(name: "logits", weights: ["kernel", "bias"]),
  ]

  /// What follows a layer's kind: nothing for the first, `_1` for the second.
  static func suffix(_ index: Int) -> String { index == 0 ? "" : "_\(index)" }

  /// Convolutions at one depth, and the normalizations after them, which have the same numbers unless listed.
  private static let depths: [(convolutions: [Int], normalizations: [Int]?)] = [
    ([0], nil), ([1], nil), ([2], nil), ([3], nil), ([4], nil),
    // mixed0, mixed1, mixed2
    ([8], nil), ([6, 9], nil), ([5, 7, 10, 11], nil),
    ([15], nil), ([13, 16], nil), ([12, 14, 17, 18], nil),
    ([22], nil), ([20, 23], nil), ([19, 21, 24, 25], nil),
    // mixed3
    ([27], nil), ([28], nil), ([26, 29], nil),
    // mixed4 to mixed7
    ([34], nil), ([35], nil), ([31, 36], nil), ([32, 37], nil), ([30, 33, 38, 39], nil),
    ([44], nil), ([45], nil), ([41, 46], nil), ([42, 47], nil), ([40, 43, 48, 49], nil),
    ([54], nil), ([55], nil), ([51, 56], nil), ([52, 57], nil), ([50, 53, 58, 59], nil),
    ([64], nil), ([65], nil), ([61, 66], nil), ([62, 67], nil), ([60, 63, 68, 69], nil),
    // mixed8
    ([72], nil), ([73], nil), ([70, 74], nil), ([71, 75], nil),
    // mixed9, whose first branch is one layer shallower than the two that end in a concatenation of their own; mixed10
    ([80], nil), ([77, 81], nil), ([78, 79, 82, 83, 76], [78, 79, 82, 83]), ([84], [76, 84]),
    ([89], nil), ([86, 90], nil), ([87, 88, 91, 92, 85], [87, 88, 91, 92]), ([93], [85, 93]),
  ]
}
