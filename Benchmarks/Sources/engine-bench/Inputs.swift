import ArgumentParser
import Engine
import Foundation
import Images

/// Writes what every measured library gets: preprocessed images and a state of the decoder.
struct Inputs: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the images as the network sees them, and the first one's decoder state, as raw float32 files.")

  static let imagesName = "images.f32"
  static let stateName = "state.f32"

  @OptionGroup var model: ModelArguments

  @Option(help: "The folder for \(imagesName) and \(stateName).")
  var out: String

  @Argument(help: "JPEG or PNG files.")
  var images: [String]

  func run() throws {
    let folder = URL(filePath: out)
    let model = try model.load()
    let inputs = try images.map { ImagePreprocessor.input(from: try RGBImage(path: $0)) }
    try Floats.write(inputs.flatMap { $0 }, to: folder.appending(path: Self.imagesName))
    guard let first = inputs.first, let state = try model.encode(first, count: 1).first?.initialState else {
      throw ValidationError("no image")
    }
    try Floats.write(state.cell + state.hidden, to: folder.appending(path: Self.stateName))
  }
}
