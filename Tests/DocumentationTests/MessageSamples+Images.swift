import Files
import Images
import Messages

extension MessageGroup {
  static func images() -> [MessageGroup] {
    [
      MessageGroup(
        "ImageError", ImageDefect.self, at: "Inference/Images/ImageError.swift",
        .init([
          .file(FileError(.cannotOpen(2), file: "dog.jpg")), .notAnImage(.empty), .notAnImage(.webp),
          .notAnImage(.avif), .notAnImage(.html), .notAnImage(.unknown), .formatNotAccepted(.png),
          .truncated(.jpeg, rows: 120, height: 480), .truncated(.png, rows: 0, height: 0),
          .damaged(.jpeg, message: "Unsupported marker type 0xc9"), .tooManyBytes(3_000_000_000, limit: 1_073_741_824),
          .tooManyPixels(width: 60_000, height: 60_000, limit: 134_217_728),
          .moreThanFileHolds(width: 20_000, height: 5000, byteCount: 1234), .tooManyScans(500), .outOfMemory,
        ]) { ImageError($0, file: "dog.jpg") },
        .init([.notAnImage(.unknown)]) { ImageError($0, file: "a\u{1b}[31m\nb.jpg") })
    ]
  }
}
