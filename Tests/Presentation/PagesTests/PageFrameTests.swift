import Foundation
import Markup
import Messages
import Pages
import Testing

@Suite("What every page has")
struct PageFrameTests {
  @Test("landmarks in order, with the title escaped")
  func landmarks() throws {
    let markup = PageFrame(title: "\("<b>")", main: .section(id: "facts", title: "Facts", "<p>x</p>")).body.markup
    let parts = [
      "href=\"#content\"", "<h1>&lt;b&gt;</h1>", "<main id=\"content\">", "<h2 id=\"facts-title\">", "<footer",
    ]
    var rest = markup[...]
    for part in parts {
      let found = try #require(rest.range(of: part), "\(part) is missing")
      rest = rest[found.upperBound...]
    }
  }

  @Test("links to the server's other pages, on the server only")
  func ways() {
    let (file, served) = (PageFrame(title: "x").body.markup, PageFrame(title: "x", place: .server).body.markup)
    #expect(served.contains("<a href=\"/\">Start</a>") && served.contains("nothing leaves it"))
    #expect(!file.contains("href=\"/") && file.contains("you can share it"))
  }
}
