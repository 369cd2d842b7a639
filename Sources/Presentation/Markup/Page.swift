package import Messages

/// A self-contained page: it loads nothing, and works without its script.
package struct Page: Sendable {
  /// Who shows the page.
  package enum Place: Sendable, Equatable {
    /// A file: nothing is loaded.
    case file
    /// The local server: a script may ask the server that the page came from, and show pictures that a person dropped.
    case server
  }

  /// What the browser's tab says.
  package var title: Message
  /// The content of `<body>`, including the landmarks.
  package var body: HTML
  /// Rules in addition to those that all pages share.
  package var styles: [Style]
  /// Scripts for sorting, searching and the like.
  package var scripts: [Script]
  /// Who shows the page.
  package var place: Place

  /// A page with the given content.
  package init(title: Message, body: HTML, styles: [Style] = [], scripts: [Script] = [], place: Place = .file) {
    self.title = title
    self.body = body
    self.styles = styles
    self.scripts = scripts
    self.place = place
  }

  /// What the page may load and run. It lists hashes, so that injected markup can do neither.
  package var policy: String {
    func sources(_ hashes: [String]) -> String {
      hashes.isEmpty ? "'none'" : hashes.map { "'\($0)'" }.joined(separator: " ")
    }
    let allStyles = [Style.base] + styles
    return [
      "default-src 'none'",
      "style-src \(sources(allStyles.map(\.hash)))",
      "script-src \(sources(scripts.map(\.hash)))",
      "img-src data:\(place == .server ? " blob: 'self'" : "")",
      place == .server ? "connect-src 'self'" : nil,
      "base-uri 'none'",
      "form-action \(place == .server ? "'self'" : "'none'")",
    ].compactMap(\.self).joined(separator: "; ")
  }

  /// The document, from the doctype on.
  package var html: HTML { opening + body + closing }

  /// What comes before the body's content; with `closing` for pages that are written piece by piece.
  package var opening: HTML {
    let styles = ([Style.base] + styles).map { HTML(safe: "<style>\($0.text)</style>\n") }
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(policy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="generator" content="Decant \(DecantVersion.current)">
      <title>\(title)</title>
      <link rel="icon" href="data:,">
      \(styles)</head>
      <body>

      """
  }

  /// What comes after the body's content.
  package var closing: HTML {
    let scripts = scripts.map { HTML(safe: "<script>\($0.text)</script>\n") }
    return """

      \(scripts)</body>
      </html>

      """
  }
}
