import Images
import Markup
import Messages
import Testing

@Suite("HTML that nothing can break out of")
struct HTMLTests {
  @Test("text is shown, whatever it says")
  func escaping() {
    let name = "</td><script>alert('x')</script>&\"\u{202e}\u{1b}[2J\n"
    let html: HTML = "<td title=\"\(name)\">\(name)</td>"
    let shown = "&lt;/td&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;\\u{202e}\\u{1b}[2J\\n"
    #expect(html.markup == "<td title=\"\(shown)\">\(shown)</td>")
  }

  @Test("a message is escaped for HTML once, and not again for the terminal")
  func messages() {
    let message: Message = "'\("a\nb")' < 3"
    let html: HTML = "<p>\(message)</p>"
    #expect(html.markup == "<p>&#39;a\\nb&#39; &lt; 3</p>")
  }

  @Test("HTML stays as it is, alone, in lists and absent")
  func nesting() {
    let cell: HTML = "<b>\("<")</b>"
    let none: HTML? = nil
    let html: HTML = "\(cell)\([cell, cell])\(none)\(7)"
    #expect(html.markup == "<b>&lt;</b><b>&lt;</b><b>&lt;</b>7")
    #expect([cell, "x"].joined(separator: ", ").markup == "<b>&lt;</b>, x")
  }

  @Test(
    "coordinates are numbers that SVG reads",
    arguments: [
      (0, "0"), (1.5, "1.50"), (-0.25, "-0.25"), (-1.05, "-1.05"), (12, "12"), (1e-9, "0"), (.nan, "0"),
      (.infinity, "0"), (1e300, "0"), (3.999, "4"),
    ] as [(Double, String)])
  func coordinates(value: Double, text: String) {
    let html: HTML = "\(at: value)"
    #expect(html.markup == text)
  }

  @Test("a page allows its own styles and scripts by hash, and nothing else")
  func policy() {
    let page = Page(title: "\("<title>")", body: "<p>Hello</p>", scripts: ["'use strict';"])
    // From `printf "'use strict';" | openssl dgst -sha256 -binary | base64`.
    #expect(page.policy.contains("script-src 'sha256-jozHLmH/b2wMlFqXZ1bREnMsSZzWT8WyB7shP8hKHkA='"))
    #expect(page.policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
    #expect(!page.policy.contains("unsafe"))
    #expect(!page.policy.contains("connect-src"))
    #expect(page.html.markup.contains("<title>&lt;title&gt;</title>"))
  }

  @Test("a PNG is what a decoder reads back")
  func pictures() throws {
    let image = RGBImage(width: 3, height: 2, pixels: (0..<18).map { UInt8($0 * 13) })
    let bytes = try #require(PNGPicture(image).encoded())
    #expect(try RGBImage(decoding: bytes, path: "x.png") == image)
    let colors = [PNGPicture.Color(red: 1, green: 2, blue: 3), PNGPicture.Color(red: 9, green: 8, blue: 7)]
    let indexed = PNGPicture(PaletteImage(width: 2, height: 1, pixels: [1, 0], palette: colors))
    let decoded = try RGBImage(decoding: #require(indexed.encoded()), path: "y.png")
    #expect(decoded.pixels == [9, 8, 7, 1, 2, 3])
  }
}
