package import Captioning
package import Files
internal import Images
internal import Markup
package import Messages
package import Vocabulary

/// A page of pictures with their captions, written picture by picture; for many pictures, several pages (see
/// `GalleryPaths`).
///
/// Each picture's part is kept in a file without a name until all are done, because the page begins with their counts;
/// memory does not grow with the number of pictures. Each page appears complete or not at all, and the first one last.
package struct GalleryPage: ~Copyable {
  private let header: GalleryHeader
  private let vocabulary: Vocabulary
  private let file: OutputFile
  private let sections: Spool
  private let paths: GalleryPaths
  private let replacesExisting: Bool
  private let permissions: OutputPermissions
  /// The pages so far: where the pictures of each begin in the temporary file, and their outcomes.
  private var pages = [(start: 0, counts: GalleryCounts())]

  /// Pixels of a picture's longer side on the page.
  package static let pictureSide = PicturePreview.side

  /// If there are more pictures than this, their words are folded.
  private static let openLimit = 24

  /// Begins a page.
  ///
  /// - Parameters:
  ///   - path: the first page's file.
  ///   - header: what is known before the first picture.
  ///   - vocabulary: the words by ID.
  ///   - replacesExisting: whether an existing file may be replaced.
  ///   - permissions: who may read the pages: no one who may not read the pictures.
  /// - Throws: `FileError` if a page cannot be created; `GalleryError` if a further page would replace a file that is not one.
  package init(
    path: String, header: GalleryHeader, vocabulary: Vocabulary, replacesExisting: Bool = false,
    permissions: OutputPermissions = .ofNewFile
  ) throws {
    self.header = header
    self.vocabulary = vocabulary
    self.replacesExisting = replacesExisting
    self.permissions = permissions
    paths = GalleryPaths(first: path, pictureCount: header.pictureCount)
    for other in paths.paths.dropFirst() { try OutputFile.check(other, replacesExisting: replacesExisting) }
    if replacesExisting { try paths.requireOwnPages() }
    file = try OutputFile(path: path, replacesExisting: replacesExisting, permissions: permissions)
    sections = Spool(directory: path.directoryPart)
  }

  /// Adds a picture.
  ///
  /// - Parameters:
  ///   - picture: the picture and its result.
  ///   - notes: remarks about it.
  /// - Throws: `FileError` if it cannot be stored.
  package mutating func add(_ picture: TracedImage, notes: [Message] = []) throws(FileError) {
    let isFull = pages[pages.count - 1].counts.total >= GalleryPaths.picturesPerPage
    if isFull, pages.count < paths.paths.count { pages.append((sections.byteCount, GalleryCounts())) }
    let shown = GalleryPicture(
      number: pages.reduce(1) { $0 + $1.counts.total }, picture: picture, vocabulary: vocabulary,
      confidence: header.confidence, notes: notes,
      isOpen: header.pictureCount <= Self.openLimit)
    pages[pages.count - 1].counts.add(shown.state)
    try sections.append(Array(shown.html.markup.utf8))
  }

  /// Writes the pages and gives them their names, the first one last. If it may replace files, it then removes the pages that
  /// an earlier gallery with more pictures left.
  ///
  /// - Returns: the files that were removed.
  /// - Throws: `FileError` if a page cannot be written; there is no first page then.
  @discardableResult
  package consuming func finish() throws -> [String] {
    for number in pages.indices.dropFirst() {
      let other = try OutputFile(
        path: paths.paths[number], replacesExisting: replacesExisting, permissions: permissions)
      try write(number, to: other)
      try other.commit()
    }
    try write(0, to: file)
    try file.commit()
    return replacesExisting ? paths.removeLaterPages() : []
  }

  /// Writes a page, by its number from 0.
  private func write(_ number: Int, to file: borrowing OutputFile) throws {
    let text = GalleryText(header: header, pages: pages.map(\.counts), paths: paths, page: number)
    var offset = 0
    func write(_ bytes: RawSpan) throws(FileError) {
      try file.write(bytes, at: offset)
      offset += bytes.byteCount
    }
    let (opening, closing) = (Array(text.opening.markup.utf8), Array(text.closing.markup.utf8))
    // A byte has no padding; here and below.
    try write(unsafe opening.span.bytes)
    let end = number + 1 < pages.count ? pages[number + 1].start : sections.byteCount
    try sections.read(pages[number].start..<end) { try write($0) }
    try write(unsafe closing.span.bytes)
  }
}
