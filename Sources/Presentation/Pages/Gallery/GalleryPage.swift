package import Captioning
package import Files
internal import Images
internal import Markup
package import Messages
package import Vocabulary

/// A page of pictures with their captions, written picture by picture.
///
/// Each picture's part is kept in a file without a name until all are done, because the page begins with their counts;
/// memory does not grow with the number of pictures. The page appears complete or not at all.
package struct GalleryPage: ~Copyable {
  private let header: GalleryHeader
  private let vocabulary: Vocabulary
  private let file: OutputFile
  private let sections: Spool
  private var counts = GalleryCounts()

  /// Pixels of a picture's longer side on the page.
  package static let pictureSide = PicturePreview.side

  /// If there are more pictures than this, their words are folded.
  private static let openLimit = 24

  /// Begins a page.
  ///
  /// - Parameters:
  ///   - path: the page's file.
  ///   - header: what is known before the first picture.
  ///   - vocabulary: the words by ID.
  ///   - replacesExisting: whether an existing file may be replaced.
  ///   - permissions: who may read the page: only those who may read the pictures.
  /// - Throws: `FileError` if the page cannot be created.
  package init(
    path: String, header: GalleryHeader, vocabulary: Vocabulary, replacesExisting: Bool = false,
    permissions: OutputPermissions = .ofNewFile
  ) throws(FileError) {
    self.header = header
    self.vocabulary = vocabulary
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
    let shown = GalleryPicture(
      number: counts.total + 1, picture: picture, vocabulary: vocabulary, confidence: header.confidence, notes: notes,
      isOpen: header.pictureCount <= Self.openLimit)
    counts.add(shown.state)
    try sections.append(Array(shown.html.markup.utf8))
  }

  /// Writes the page and gives it its name.
  ///
  /// - Throws: `FileError` if it cannot be written; then there is no page.
  package consuming func finish() throws {
    let frame = PageFrame(title: title, lead: lead)
    let page = Page(title: title, body: "", styles: [.gallery], scripts: [.gallery])
    var offset = 0
    func write(_ bytes: RawSpan, to file: borrowing OutputFile) throws(FileError) {
      try file.write(bytes, at: offset)
      offset += bytes.byteCount
    }
    let opening = Array((page.opening + frame.opening + tools).markup.utf8)
    // Every byte of an array of bytes is initialized, here and below.
    try write(unsafe opening.span.bytes, to: file)
    try sections.drain { try write($0, to: file) }
    let closing = Array((explanation + frame.closing + page.closing).markup.utf8)
    try write(unsafe closing.span.bytes, to: file)
    try file.commit()
  }

  // MARK: The page around the pictures

  private var title: Message { "Captions of \(HumanText.count(counts.total, "picture"))" }

  private var lead: HTML {
    let remarks = header.remarks.map { "<p class=\"warn\">\($0)</p>\n" as HTML }
    return """
      <p class="soft">by <bdi class="name">\(header.modelName)</bdi>, \
      \(header.options.beamSize == 1 ? "the likeliest word at each step" : "beam search of \(header.options.beamSize)"). \
      \(counts.message). <a href="#reading">How to read this page</a></p>
      \(remarks)
      """
  }

  /// The tools that the script makes visible; without it, all pictures are shown.
  private var tools: HTML {
    """
    <form class="tools no-print" role="search" hidden>
    <label>Find <input type="search" id="find" placeholder="word or file name"></label>
    <label>Show <select id="kind"><option value="">all \(counts.total)</option>\
    <option value="sure">sure: \(counts.sure)</option><option value="unsure">not sure: \(counts.unsure)</option>\
    <option value="failed">failed: \(counts.failed)</option></select></label>
    <button type="button" id="fold">Fold all words</button>
    <output class="soft" id="shown"></output>
    </form>

    """
  }

  private var explanation: HTML {
    .section(
      id: "reading", title: "How to read this page",
      """
      <p>The large line is the best caption as a sentence. Under it are all captions that the search kept, as the model \
      says them, with their probabilities. A caption's probability is the product of its words' probabilities, so long \
      captions have small ones.</p>
      <p><b>Word by word</b> shows the best caption as the model says it. Each word has the probability that the model \
      gives it after the picture and the words before it. The four likeliest other words are under it. A word below 50 % is marked: the \
      model gives all other words together more. <i>end</i> is the model's sign that the caption is complete.</p>
      <p><b>Not sure.</b> \(header.confidence.explanation)</p>
      <p><b>What the network sees</b> is not quite what you see. It gets the stored pixels: squeezed to a square, the middle cut out, \
      299 × 299 pixels, never turned. Transparent parts have the colors that are stored under them.</p>
      """)
  }
}
