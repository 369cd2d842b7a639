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
}
