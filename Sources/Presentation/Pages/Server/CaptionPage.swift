package import Captioning
package import Markup
package import Messages

/// A model that waits for pictures, and its captions for one that was sent without a script.
package struct CaptionPage: Sendable {
  private let id: Int
  private let name: String
  private let captions: [PrintedCaption]
  private let remarks: [Message]

  /// A model's page.
  ///
  /// - Parameters:
  ///   - id: the model's number.
  ///   - name: what it is called.
  ///   - captions: its captions for a picture; empty if none was sent.
  ///   - remarks: what a person should know.
  package init(id: Int, name: String, captions: [PrintedCaption] = [], remarks: [Message] = []) {
    (self.id, self.name, self.captions, self.remarks) = (id, name, captions, remarks)
  }

  /// The page.
  package var page: Page {
    ServerFrame.page(
      "Caption pictures",
      lead: "<p>With the model <a href=\"/item/\(id)\">\(HTML.name(name))</a></p>",
      main: """
        <form class="drop" id="caption" method="post" action="/item/\(id)/caption" enctype="multipart/form-data">
        <p><label for="picture">Drop or paste pictures here, or choose them (JPEG or PNG)</label></p>
        <div class="row"><input id="picture" type="file" name="picture" accept="image/jpeg,image/png" multiple required>
        <button>Caption</button></div>
        <p class="soft">They stay on this machine and are deleted once the answer is ready.</p></form>
        <div id="results" aria-live="polite">\(result)</div>
        """, scripts: [.caption])
  }

  private var result: HTML {
    guard let best = captions.first else { return "\(remarks.map { "<p>\($0)</p>" as HTML })" }
    let rows = captions.map { caption -> HTML in
      """
      <tr><th scope="row">\(caption.text)</th>\
      <td class="number">\(HumanText.percent(caption.caption.probability * 100)) %</td></tr>

      """
    }
    return """
      <section class="panel" aria-labelledby="said"><h2 id="said" class="said">\(best.text)</h2>
      <div class="scroll"><table class="beams"><caption>All captions that the search kept</caption>
      <thead><tr><th scope="col">Caption</th><th scope="col" class="number">Probability</th></tr></thead>
      <tbody>\(rows)</tbody></table></div>\(remarks.map { "<p class=\"soft\">\($0)</p>" as HTML })</section>
      """
  }
}
