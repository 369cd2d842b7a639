import Messages

@testable import Explanation

extension MessageGroup {
  static func explanation() -> [MessageGroup] {
    [
      MessageGroup(
        "ExplanationError", ExplanationDefect.self, at: "Inference/Explanation/ExplanationError.swift",
        .init([.gridSide(1000)]) { ExplanationError($0) },
        .init([.noWords]) { ExplanationError($0, file: "photo.jpg") },
        .init([.outputIsSource("photo.jpg")]) { ExplanationError($0, file: "link.html") })
    ]
  }
}
