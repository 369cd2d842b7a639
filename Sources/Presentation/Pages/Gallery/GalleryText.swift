internal import Captioning
internal import Markup
internal import Messages

/// What is around the pictures of one page of a gallery.
struct GalleryText {
  let header: GalleryHeader
  /// The outcomes of the pictures on each page.
  let pages: [GalleryCounts]
  let paths: GalleryPaths
  /// The page, from 0.
  let page: Int

  private var document: Page { Page(title: title, body: "", styles: [.gallery], scripts: [.gallery]) }
  private var frame: PageFrame {
    let footer: HTML = "Made by Decant \(DecantVersion.current). These pages load nothing; share them together."
    return PageFrame(title: title, lead: lead, footer: pages.count > 1 ? footer : nil)
  }
  private var ways: GalleryPages { GalleryPages(paths: paths, page: page, count: pages.count) }

  /// What comes before the pictures.
  var opening: HTML { document.opening + frame.opening + "\(ways.ways("Pages"))\(tools)" }

  /// What comes after them.
  var closing: HTML { "\(ways.ways("Pages, again"))" + explanation + frame.closing + document.closing }

  private var all: GalleryCounts {
    pages.reduce(into: GalleryCounts()) { $0.add($1) }
  }

  private var title: Message {
    let title: Message = "Captions of \(HumanText.count(all.total, "picture"))"
    return pages.count > 1 ? "\(title), page \(HumanText.grouped(page + 1))" : title
  }

  private var lead: HTML {
    let remarks = header.remarks.map { "<p class=\"warn\">\($0)</p>\n" as HTML }
    return """
      <p class="soft">by <bdi class="name">\(header.modelName)</bdi>, \
      \(header.options.beamSize == 1 ? "the likeliest word at each step" : "beam search of \(header.options.beamSize)"). \
      \(all.message). \(range)<a href="#reading">How to read this page</a></p>
      \(remarks)
      """
  }

  private var range: Message {
    guard pages.count > 1 else { return "" }
    let before = pages[..<page].reduce(0) { $0 + $1.total }
    let (first, last) = (HumanText.grouped(before + 1), HumanText.grouped(before + pages[page].total))
    return "This page has pictures \(first) to \(last); the other pages are beside it. "
  }

  /// Controls that only the script shows; without it, all pictures are visible.
  private var tools: HTML {
    let counts = pages[page]
    return """
      <form class="tools no-print" role="search" hidden>
      <label>Find\(pages.count > 1 ? " on this page" : "" as HTML) \
      <input type="search" id="find" placeholder="word or file name"></label>
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
