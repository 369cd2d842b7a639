/// Short names of the 94 convolutions in the order they run: module, branch, kernel; `s2` for stride 2; a letter where a
/// branch has several of a kind.
enum LayerNames {
  static let convolutions: [String] =
    ["Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "Conv2d_3b_1x1", "Conv2d_4a_3x3"]
    + ["5b", "5c", "5d"].flatMap {
      module($0, ["b0_1x1", "b1_1x1", "b1_5x5", "b2_1x1", "b2_3x3a", "b2_3x3b", "b3_1x1"])
    }
    + module("6a", ["b0_3x3s2", "b1_1x1", "b1_3x3", "b1_3x3s2"])
    + ["6b", "6c", "6d", "6e"].flatMap {
      module(
        $0, ["b0_1x1", "b1_1x1", "b1_1x7", "b1_7x1", "b2_1x1", "b2_7x1a", "b2_1x7a", "b2_7x1b", "b2_1x7b", "b3_1x1"])
    }
    + module("7a", ["b0_1x1", "b0_3x3s2", "b1_1x1", "b1_1x7", "b1_7x1", "b1_3x3s2"])
    + ["7b", "7c"].flatMap {
      module($0, ["b0_1x1", "b1_1x1", "b1_1x3", "b1_3x1", "b2_1x1", "b2_3x3", "b2_1x3", "b2_3x1", "b3_1x1"])
    }

  private static func module(_ name: String, _ layers: [String]) -> [String] {
    layers.map { "Mixed_\(name)/\($0)" }
  }
}
