import Foundation

/// The embedded captioning model and what TensorFlow 0.12.1 makes of its images.
public enum Scenes {
  /// The V1 checkpoint, whose name ends in its step.
  public static let checkpoint: String = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: Fixture.path("scenes"))) ?? []
    let name = names.first { $0.hasPrefix("model.ckpt-") && !$0.hasSuffix(".meta") }
    return Fixture.path("scenes/\(name ?? "model.ckpt")")
  }()

  /// The directory of the same weights as a V2 checkpoint under the modern names.
  public static let v2 = Fixture.path("scenes/v2")

  /// The vocabulary.
  public static let vocabulary = Fixture.path("scenes/word_counts.txt")

  /// The directory of the sample images.
  public static let images = Fixture.path("scenes/images")

  /// The path of a golden file.
  public static func golden(_ name: String) -> String { Fixture.path("scenes/golden/\(name)") }
}
