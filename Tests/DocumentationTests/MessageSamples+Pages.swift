import Messages
import Pages

extension MessageGroup {
  static func pages() -> [MessageGroup] {
    [
      MessageGroup(
        "ReportError", ReportDefect.self, at: "Presentation/Pages/Report/ReportError.swift",
        .init([.graph, .outputIsSource("model.ckpt-3000000")]) { ReportError($0, file: "model.ckpt-3000000.meta") }),
      MessageGroup(
        "GalleryError", GalleryDefect.self, at: "Presentation/Pages/Gallery/GalleryError.swift",
        .init([.foreignPage]) { GalleryError($0, file: "gallery-2.html") }),
    ]
  }
}
