package import Markup
package import Messages

/// The landmarks that every page has: a link to skip to the content, the heading, the content, and the footer.
package struct PageFrame: Sendable {
  /// The heading, which is the tab's title too.
  package var title: Message
  /// What is under the heading.
  package var lead: HTML
  /// The content: sections with headings.
  package var main: HTML
  /// Who shows the page. On the local server it has links to the server's other pages.
  package var place: Page.Place
  /// The footer; nil for the one that suits the place.
  package var footer: HTML?

  /// The landmarks around content.
  package init(title: Message, lead: HTML = "", main: HTML = "", place: Page.Place = .file, footer: HTML? = nil) {
    (self.title, self.lead, self.main) = (title, lead, main)
    (self.place, self.footer) = (place, footer)
  }

  /// The content of the page's body.
  package var body: HTML { opening + main + closing }

  /// What comes before the content; with `closing` for pages that are written piece by piece.
  package var opening: HTML {
    """
    <a class="skip" href="#content">Skip to the content</a>
    <header class="page">
    \(place == .server ? Self.ways : nil)<h1>\(title)</h1>
    \(lead)
    </header>
    <main id="content">

    """
  }

  /// What comes after the content.
  package var closing: HTML {
    """

    </main>
    <footer class="page"><p>\(footer ?? usualFooter)</p></footer>
    """
  }

  private var usualFooter: HTML {
    let promise: HTML =
      switch place {
      case .file: "This page is self-contained: it loads nothing, and you can share it as one file."
      case .server: "This page comes from your own machine; nothing leaves it."
      }
    return "Made by Decant \(DecantVersion.current). \(promise)"
  }

  private static let ways: HTML = """
    <nav class="ways no-print" aria-label="Pages"><a href="/">Start</a> <a href="/search">Search</a> \
    <a href="/compare">Compare</a> <a href="/doctor">Doctor</a></nav>

    """
}
