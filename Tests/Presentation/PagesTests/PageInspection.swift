import Foundation
import Markup
import Testing

/// What must be true of every page: links lead somewhere, IDs are unique, and nothing runs or loads that the page does not say.
func expectSound(_ page: Page, sourceLocation: SourceLocation = #_sourceLocation) throws {
  let markup = page.html.markup
  func matches(_ pattern: String) throws -> [String] {
    let expression = try NSRegularExpression(pattern: pattern)
    let text = markup as NSString
    return expression.matches(in: markup, range: NSRange(location: 0, length: text.length)).map {
      text.substring(with: $0.range(at: 1))
    }
  }
  let ids = try matches("\\sid=\"([^\"]*)\"")
  #expect(Set(ids).count == ids.count, "an ID is there twice", sourceLocation: sourceLocation)
  let links = try matches("\\shref=\"#([^\"]*)\"")
  #expect(Set(links).subtracting(ids).isEmpty, "links lead nowhere", sourceLocation: sourceLocation)
  for list in try matches("\\saria-labelledby=\"([^\"]*)\"") {
    #expect(Set(list.split(separator: " ").map(String.init)).isSubset(of: ids), sourceLocation: sourceLocation)
  }
  // Inside of tags only: an attribute ends in a quote.
  #expect(try matches("<[^>\"]*(\\sstyle=|\\son[a-z]+=)").isEmpty, sourceLocation: sourceLocation)
  #expect(try matches("(src=\"(?!data:)[^\"]*\")").isEmpty, sourceLocation: sourceLocation)
  #expect(try matches("href=\"(?!#|data:,)([^\"]*)\"").isEmpty, sourceLocation: sourceLocation)
  #expect(markup.components(separatedBy: "<script").count - 1 == page.scripts.count, sourceLocation: sourceLocation)
}
