import Testing

@testable import PageServer

@Suite("Requests are taken apart strictly")
struct RequestTests {
  @Test(
    "a path leads to a page only if it is one of ours, letter by letter",
    arguments: [
      ("/", .start), ("/search", .search), ("/item/0", .item(0)), ("/item/12/tensor/3", .tensor(12, 3)),
      ("/item/1/report", .report(1)), ("/item/1/doctor", .diagnosis(1)), ("/item/1/caption", .caption(1)),
      ("/doctor", .examination), ("/compare?a=1&b=2", .compare),
      ("/..", nil), ("/../etc/passwd", nil), ("/%2e%2e/etc/passwd", nil), ("//item/0", nil), ("/item/", nil),
      ("/item/-1", nil), ("/item/+1", nil), ("/item/0x1", nil), ("/item/1e3", nil), ("/item/9999999999", nil),
      ("/item/0/..", nil), ("/item/0/tensor", nil), ("/item/0/tensor/../../1", nil), ("/item/%30", nil),
      ("/etc/passwd", nil), ("/item/\u{661}", nil),
    ] as [(String, Route?)])
  func routes(target: String, route: Route?) {
    #expect(RequestTarget(target).flatMap { Route($0.path) } == route)
  }

  @Test(
    "a target is a path of this server, not an address and not text",
    arguments: ["", "*", "http://127.0.0.1/", "item/0", "/a b", "/a\u{0}", "/?q=%zz", "/?q=%f", "/?q=%ff", "/?q=%+1"])
  func badTargets(target: String) {
    #expect(RequestTarget(target) == nil)
  }

  @Test("a query's values are decoded once, and the first of a name counts")
  func query() {
    #expect(RequestTarget("/search?q=a%2Bb+c%3d&q=2&x&=y")?.query == ["q": "a+b c=", "x": "", "": "y"])
    #expect(RequestTarget("/search?q=%252e")?.query["q"] == "%2e")
    #expect(RequestTarget("/" + String(repeating: "a", count: 9000)) == nil)
  }

  @Test("only this machine's own names with the port are hosts and origins")
  func hosts() {
    let hosts = LocalHosts(port: 8123)
    for host in ["127.0.0.1:8123", "localhost:8123", "LOCALHOST:8123", "[::1]:8123"] {
      #expect(hosts.contains(host: host))
      #expect(hosts.contains(origin: "http://\(host)"))
    }
    for host in [
      "", "127.0.0.1", "localhost", "127.0.0.1:8124", "evil.example:8123", "localhost:8123.evil.example",
      "127.0.0.1:8123@evil.example", "0.0.0.0:8123", "[::]:8123", "127.0.0.2:8123", " 127.0.0.1:8123",
    ] {
      #expect(!hosts.contains(host: host), "\(host)")
    }
    for origin in ["null", "https://127.0.0.1:8123", "http://evil.example", "file://", "127.0.0.1:8123"] {
      #expect(!hosts.contains(origin: origin), "\(origin)")
    }
  }

  @Test("a token is long, another at every start, and a ticket opens the page once")
  func token() {
    let (token, other) = (AccessToken(), AccessToken())
    #expect(token.text.utf8.count == 64 && token.text != other.text)
    #expect(token.admits(token.text) && token.admits(token.text) && !token.admits(other.text))
    for wrong in ["", String(token.text.dropLast()), token.text + "0", token.text.uppercased() + "x"] {
      #expect(!token.isToken(wrong))
    }
    let ticket = token.issueTicket()
    #expect(!token.isToken(ticket))
    #expect(token.admits(ticket))
    #expect(!token.admits(ticket))
    #expect(!token.admits(""))
  }
}
