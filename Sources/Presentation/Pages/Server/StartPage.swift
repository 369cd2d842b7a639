package import Markup
package import Messages

/// What was named when the server was started.
package struct StartPage: Sendable {
  private let things: [ServerThing]

  /// A page that lists things.
  package init(things: [ServerThing]) { self.things = things }

  /// The page.
  package var page: Page {
    let main: HTML =
      things.isEmpty
      ? """
      <p>You named no files or folders. Start the command with some: <code>decant serve model.ckpt-3000000 downloads/</code></p>
      <p>You can still <a href="/doctor">drop a checkpoint's files</a> and see what <code>doctor</code> says.</p>
      """
      : """
      <section aria-labelledby="named"><h2 id="named">What you named</h2>
      \(ServerThing.list(things))</section>
      """
    return ServerFrame.page("Look into weights", lead: "<p>Choose what to look at.</p>", main: main)
  }
}

/// What is in a folder.
package struct FolderPage: Sendable {
  /// What the folder is called.
  package var name: String
  /// The folder's number.
  package var id: Int
  /// The folder that contains it.
  package var parent: Int?
  /// What is in it.
  package var things: [ServerThing]
  /// Names of links that lead out.
  package var links: [String]
  /// The number of entries that are not listed.
  package var omittedCount: Int

  /// A folder's page.
  package init(name: String, id: Int, parent: Int?, things: [ServerThing], links: [String], omittedCount: Int) {
    (self.name, self.id, self.parent) = (name, id, parent)
    (self.things, self.links, self.omittedCount) = (things, links, omittedCount)
  }

  /// The page.
  package var page: Page {
    let up: HTML? = parent.map { "<a href=\"/item/\($0)\">The folder above</a> " }
    let linkNote: HTML =
      links.isEmpty
      ? ""
      : """
      <p class="soft">Not shown, because they are links to places outside this folder: \
      \(links.prefix(10).map { HTML.name($0) as HTML }.joined(separator: ", "))\
      \(links.count > 10 ? " and \(links.count - 10) more" as HTML : "").</p>
      """
    let rest: HTML =
      omittedCount == 0 ? "" : "<p class=\"soft\">\(HumanText.count(omittedCount, "more entry", "more entries")).</p>"
    let empty: HTML = things.isEmpty ? "<p>This folder is empty, apart from hidden files.</p>" : ""
    return ServerFrame.page(
      ServerFrame.title(name),
      lead: "<p>\(up)<a href=\"/item/\(id)/doctor\">What the doctor says about this folder</a></p>",
      main: """
        <section aria-labelledby="inside"><h2 id="inside">In this folder</h2>
        \(empty)\(ServerThing.list(things))\(rest)\(linkNote)</section>
        """)
  }
}

/// Why there is no page.
package struct ProblemPage: Sendable {
  private let title: Message
  private let explanation: Message

  /// What happened, in a few words and in sentences.
  package init(title: Message, explanation: Message) { (self.title, self.explanation) = (title, explanation) }

  /// The page.
  package var page: Page {
    let paragraphs = HTML(text: explanation.text)
    return ServerFrame.page(title, main: "<p>\(paragraphs)</p>")
  }
}
