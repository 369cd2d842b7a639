/// The format of a file beside a picture.
package enum SidecarFormat: String, Sendable, CaseIterable {
  /// The caption as a sentence and a line end, for scripts that want an `alt` text.
  case txt
  /// XMP with the sentence as `dc:description`, which photo programs read.
  case xmp
  /// The document of `--json`, with only this picture.
  case json

  /// The path of a picture's sidecar: the picture's path, with the format's extension instead of the picture's.
  ///
  /// Adobe's programs use such names (`photo.xmp` beside `photo.jpg`). An extension that is not a picture's stays, so
  /// that a sidecar never has its own picture's name.
  /// - Source: Adobe, "XMP Specification Part 3: Storage in Files", 2020, section 2.3.1 (external storage of metadata).
  package func path(beside picture: String) -> String {
    let name = picture.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? picture
    guard ImageList.hasImageExtension(name), let dot = picture.lastIndex(of: ".") else {
      return "\(picture).\(rawValue)"
    }
    return "\(picture[..<dot]).\(rawValue)"
  }
}
