package import Markup
package import Messages

/// The landmarks that every page has: a way to skip to the content, the heading, the content, and who made it.
package struct PageFrame: Sendable {
  /// The heading, which is the tab's title too.
  package var title: Message
  /// What stands under the heading.
  package var lead: HTML
  /// The content: sections with headings.
  package var main: HTML
  /// What stands at the end; nil for what is true of a page that is a file.
  package var footer: HTML?

  /// The landmarks around content.
  package init(title: Message, lead: HTML = "", main: HTML = "", footer: HTML? = nil) {
    self.title = title
    self.lead = lead
    self.main = main
    self.footer = footer
  }

  /// What a page has in its body.
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
    This page is whole in itself: it loads nothing, and you can pass it on as one file.
    """
}
