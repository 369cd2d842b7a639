internal import Files

/// The files of a gallery: one page, or several if there are many pictures, so that a browser opens each quickly.
package struct GalleryPaths: Sendable {
  /// Pictures on one page.
  package static let picturesPerPage = 250

  /// The files, in the order of the pictures: `gallery.html`, `gallery-2.html` and so on.
  package let paths: [String]

  /// The files for a number of pictures; one if there are none.
  package init(first path: String, pictureCount: Int) {
    let count = max(1, (pictureCount + Self.picturesPerPage - 1) / Self.picturesPerPage)
    let name = path.lastPart
    let dot = name.lastIndex(of: ".").flatMap { $0 == name.startIndex ? nil : $0 } ?? name.endIndex
    let stem = path.dropLast(name[dot...].count)
    paths = [path] + (1..<count).map { "\(stem)-\($0 + 1)\(name[dot...])" }
  }

  /// What links from one page to another contain: names, because all pages are in one directory.
  func name(_ page: Int) -> String { paths[page].lastPart }
}
