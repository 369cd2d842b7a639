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
  /// The footer; nil for the one that suits a page in a file.
  package var footer: HTML?

  /// The landmarks around content.
  package init(title: Message, lead: HTML = "", main: HTML = "", footer: HTML? = nil) {
    self.title = title
    self.lead = lead
    self.main = main
    self.footer = footer
  }

  /// The content of the page's body.
  package var body: HTML { opening + main + closing }

  /// What comes before the content; with `closing` for pages that are written piece by piece.
  package var opening: HTML {
    """
    <a class="skip" href="#content">Skip to the content</a>
    <header class="page">
    <h1>\(title)</h1>
    \(lead)
    </header>
    <main id="content">

    """
  }

  /// What comes after the content.
  package var closing: HTML {
    """

    </main>
    <footer class="page"><p>\(footer ?? Self.usualFooter)</p></footer>
    """
  }

  private static let usualFooter: HTML = """
    Made by Decant \(DecantVersion.current). \
    This page is self-contained: it loads nothing, and you can share it as one file.
    """
}
