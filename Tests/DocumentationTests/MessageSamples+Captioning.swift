import Files
import Messages

@testable import Captioning

extension MessageGroup {
  static func captioning() -> [MessageGroup] {
    // There is no such directory, so that the names alone count.
    var pictures = PassedPictures(directory: "/nonexistent")
    for name in ["a.bmp", "b.webp", "c.webp"] { pictures.add(name) }
    return [
      MessageGroup(
        "CaptionError", CaptionDefect.self, at: "Inference/Captioning/CaptionError.swift",
        .init([
          .beamSize(0), .maximumLength(2000), .lengthNormalization(-1), .notANumber(wordCount: 3),
          .predictionSize(rows: 3, probabilities: 12_000, states: 1),
        ]) { CaptionError($0) },
        .init([.noVocabulary, .anotherModel]) { CaptionError($0, file: "model.ckpt-3000000") },
        .init([
          .noImages, .onlyOtherPictures(pictures), .cannotList(FileError(.cannotOpen(13), file: "images")),
        ]) { CaptionError($0, file: "images") },
        .init([.notAnExpectation("it has 300000000 bytes")]) { CaptionError($0, file: "captions.json") }),
      MessageGroup(
        "SidecarError", SidecarDefect.self, at: "Inference/Captioning/SidecarError.swift",
        .init([.sameName(first: "photos/a.jpg", second: "photos/a.png"), .isInput, .isSidecar]) {
          SidecarError($0, file: "photos/a.txt")
        }),
    ]
  }
}
