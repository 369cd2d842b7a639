internal import Files
internal import Essentials
internal import Messages

/// The files of a gallery: one page, or several if there are many pictures, so that a browser opens each quickly.
package struct GalleryPaths: Sendable {
  /// Pictures on one page.
  package static let picturesPerPage = 250

  /// The files, in the order of the pictures: `gallery.html`, `gallery-2.html` and so on.
  package let paths: [String]
  /// What a further page's path has before and after its number.
  private let (stem, ending): (String, String)

  /// The files for a number of pictures; one if there are none.
  package init(first path: String, pictureCount: Int) {
    let count = max(1, (pictureCount + Self.picturesPerPage - 1) / Self.picturesPerPage)
    let name = path.lastPart
    let dot = name.lastIndex(of: ".").flatMap { $0 == name.startIndex ? nil : $0 } ?? name.endIndex
    (stem, ending) = (path.dropLast(name[dot...].count) + "-", String(name[dot...]))
    let (stem, ending) = (stem, ending)
    paths = [path] + (1..<count).map { "\(stem)\($0 + 1)\(ending)" }
  }

  /// What links from one page to another contain: names, because all pages are in one directory.
  func name(_ page: Int) -> String { paths[page].lastPart }

  // MARK: - Pages of an earlier gallery

  /// Refuses to replace a further page that is not a page of a gallery: nobody named that file.
  ///
  /// - Throws: `GalleryDefect.foreignPage`.
  func requireOwnPages() throws(GalleryError) {
    for (page, path) in paths.enumerated().dropFirst()
    where FileState(path: path) != nil && !Self.isPage(path, number: page + 1) {
      throw GalleryError(.foreignPage, file: path)
    }
  }

  /// Removes the pages that an earlier gallery with more pictures left after this one's last.
  ///
  /// - Returns: the files that were removed.
  func removeLaterPages() -> [String] {
    var removed: [String] = []
    while true {
      let number = paths.count + removed.count + 1
      let path = "\(stem)\(number)\(ending)"
      guard Self.isPage(path, number: number), unsafe unlink(path) == 0 else { return removed }
      removed.append(path)
    }
  }

  /// Whether a path is a regular file that begins as the page of a gallery with that number does.
  private static func isPage(_ path: String, number: Int) -> Bool {
    var status = stat()
    guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, let file = try? InputFile(path: path),
      let bytes = try? file.read(at: 0, count: min(file.byteCount, 4096))
    else { return false }
    let head = String(decoding: bytes, as: UTF8.self)
    guard head.hasPrefix("<!DOCTYPE html>"), head.contains("<meta name=\"generator\" content=\"Decant "),
      let title = head.components(separatedBy: "<title>").dropFirst().first?.components(separatedBy: "</title>").first
    else { return false }
    return title.hasPrefix("Captions of ") && title.hasSuffix(", page \(HumanText.grouped(number).text)")
  }
}
