import Foundation
import TestSupport
import Testing

@Suite("decant serve", .serialized)
struct ServeTests {
  private static let model = Fixture.path("scenes/model.ckpt-4222")

  private static func status(_ answer: String) -> Int? {
    answer.wholeMatch(of: /(?s)HTTP\/1\.1 (\d{3}) .*/).flatMap { Int($0.1) }
  }

  private static func body(_ answer: String) -> String {
    answer.range(of: "\r\n\r\n").map { String(answer[$0.upperBound...]) } ?? ""
  }

  @Test("prints an address whose token becomes a cookie that only this server's pages have")
  func token() throws {
    let page = try ServedPage([Self.model])
    let first = try page.answer(
      "GET /?token=\(page.token) HTTP/1.1\r\nHost: 127.0.0.1:\(page.port)\r\nConnection: close\r\n\r\n")
    #expect(Self.status(first) == 303)
    #expect(first.contains("\r\nLocation: /\r\n"))
    let cookie = "decant-\(page.port)=\(page.token)"
    #expect(first.contains("\r\nSet-Cookie: \(cookie); Path=/; HttpOnly; SameSite=Strict\r\n"))
    let second = try page.answer(
      "GET / HTTP/1.1\r\nHost: localhost:\(page.port)\r\nCookie: a=b; \(cookie)\r\nConnection: close\r\n\r\n")
    #expect(Self.status(second) == 200)
    #expect(second.contains("model.ckpt-4222"))
    for header in [
      "Content-Security-Policy: default-src 'none'", "frame-ancestors 'none'", "X-Content-Type-Options: nosniff",
      "Referrer-Policy: no-referrer", "Cache-Control: no-store", "Cross-Origin-Opener-Policy: same-origin",
      "Cross-Origin-Resource-Policy: same-origin", "Cross-Origin-Embedder-Policy: require-corp",
    ] { #expect(second.contains(header), "\(header)") }
    // An address that begins with two slashes is one of another server.
    let other = try page.answer(
      "GET //evil.example?token=\(page.token) HTTP/1.1\r\nHost: 127.0.0.1:\(page.port)\r\nConnection: close\r\n\r\n")
    #expect(other.contains("\r\nLocation: /\r\n"))
  }

  @Test("answers no one without the token, under another name, from another page, or with paths of their own")
  func refusals() throws {
    let page = try ServedPage([Fixture.path("scenes")])
    let host = "Host: 127.0.0.1:\(page.port)\r\n"
    let bearer = "Authorization: Bearer \(page.token)\r\n"
    func first(_ line: String, _ headers: String) -> String {
      "\(line) HTTP/1.1\r\n\(headers)Connection: close\r\n\r\n"
    }
    let wrong = String(page.token.reversed())
    let cases: [(request: String, statuses: [Int])] = [
      (first("GET /", host), [403]), (first("GET /?token=\(wrong)", host), [403]), (first("GET /?token=", host), [403]),
      (first("GET /", host + "Cookie: decant-\(page.port)=\(wrong)\r\n"), [403]),
      (first("GET /", host + "Authorization: Bearer \(wrong)\r\n"), [403]),
      (first("GET /", "Host: evil.example\r\n" + bearer), [421]),
      (first("GET /", "Host: evil.example:\(page.port)\r\n" + bearer), [421]),
      (first("GET /?token=\(page.token)", "Host: evil.example:\(page.port)\r\n"), [421]),
      (first("GET /", bearer), [400]), (first("GET /", host + host + bearer), [400]),
      (first("GET /", host + bearer + "Origin: http://evil.example\r\n"), [403]),
      (first("GET /", host + bearer + "Origin: null\r\n"), [403]),
      (first("GET /", host + bearer + "Sec-Fetch-Site: same-site\r\n"), [403]),
      (first("GET /../../etc/passwd", host + bearer), [404]),
      (first("GET /%2e%2e/%2e%2e/etc/passwd", host + bearer), [404]),
      (first("GET /item/0/../../../etc/passwd", host + bearer), [404]),
      (first("GET /etc/passwd", host + bearer), [404]),
      (first("GET /item/77", host + bearer), [404]),
      (first("GET http://127.0.0.1:\(page.port)/", host + bearer), [400]),
      (first("GET /compare?a=/etc/passwd&b=../x", host + bearer), [200]),
      (first("GET /compare?a=-1&b=0", host + bearer), [404]),
      (first("GET /compare?a=9223372036854775807&b=-9223372036854775808", host + bearer), [404]),
      (first("GET /item/0?from=-9223372036854775808&q=%00", host + bearer), [200]),
      (first("DELETE /", host + bearer), [405]), (first("PUT /item/0", host + bearer + "Content-Length: 0\r\n"), [405]),
      (first("POST /", host + bearer + "Content-Length: 0\r\n"), [405]), (first("TRACE /", host + bearer), [405]),
      (first("CONNECT evil.example:443", host + bearer), [400, 405]), (first("BREW /", host + bearer), [400, 405]),
      (first("GET /", host + bearer + "Content-Length: 5\r\n") + "hello", [400]),
      (
        first(
          "POST /doctor", host + bearer + "Content-Length: 99999999999999\r\nContent-Type: application/octet-stream\r\n"
        ), [413]
      ),
      (first("POST /doctor", host + bearer + "Content-Length: 5\r\n") + "hello", [415]),
      (first("GET /", host + bearer + "X: \(String(repeating: "x", count: 100_000))\r\n"), [431, 400]),
      (first("GET /", host + bearer + String(repeating: "X: y\r\n", count: 1000)), [431, 400]),
      (
        "GET /\(String(repeating: "a", count: 20_000)) HTTP/1.1\r\n\(host)\(bearer)Connection: close\r\n\r\n",
        [400, 431]
      ),
      ("garbage\r\n\r\n", [400]), ("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\r\n\r\n", [400]),
      (
        "GET / HTTP/1.1\r\n\(host)\(bearer)Transfer-Encoding: chunked\r\nContent-Length: 5\r\nConnection: close\r\n\r\nxyz",
        [400]
      ),
      (
        "POST /doctor HTTP/1.1\r\n\(host)\(bearer)Content-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        [400]
      ),
    ]
    for (request, statuses) in cases {
      let answer = try page.answer(request, seconds: 20)
      let found = Self.status(answer)
      #expect(found.map(statuses.contains) ?? false, "\(request.prefix(90)): \(answer.prefix(60))")
      #expect(!answer.contains("root:"))
      #expect(try Self.status(page.page("/")) == 200, "alive after \(request.prefix(90))")
    }
  }

  @Test("answers requests one after the other on one connection, and HEAD without a body")
  func pipelining() throws {
    let page = try ServedPage([Self.model])
    let keep = "HTTP/1.1\r\n\(page.allowed)"
    let answer = try page.answer(
      "GET / \(keep)\r\nGET /item/99 \(keep)\r\nHEAD /item/0 \(keep)\r\nGET /item/0?q=lstm \(keep)Connection: close\r\n\r\n"
    )
    let statuses = answer.matches(of: /HTTP\/1\.1 (\d{3})/).compactMap { Int($0.1) }
    #expect(statuses == [200, 404, 200, 200])
    #expect(answer.matches(of: /<!DOCTYPE html>/).count == 3)
    #expect(answer.contains("lstm"))
  }

  @Test("stays well with 1,000 connections that say nothing, garbage, and bodies that stop")
  func manyConnections() throws {
    let page = try ServedPage([Self.model])
    var limit = rlimit()
    unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = min(limit.rlim_max, 4096)
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    var connections: [LocalConnection] = []
    for number in 0..<1000 {
      let connection = try LocalConnection(port: page.port)
      switch number % 4 {
      case 0: break
      case 1: try connection.send(Array("GET / HT".utf8))
      case 2:
        try connection.send(
          Array(
            "POST /doctor HTTP/1.1\r\n\(page.allowed)Content-Type: application/octet-stream\r\nContent-Length: 100\r\n\r\nx"
              .utf8))
      default: try connection.send((0..<200).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ number) })
      }
      connections.append(connection)
      if number % 100 == 99 { #expect(try Self.status(page.page("/")) == 200) }
    }
    #expect(try page.page("/item/0").contains("Tensors"))
    connections = []
    #expect(try Self.status(page.page("/")) == 200)
    #expect(page.isRunning)
  }

  @Test("ends a body that does not go on, and one that does not end")
  func endlessBodies() throws {
    let page = try ServedPage([Self.model])
    let head =
      "POST /item/0/caption HTTP/1.1\r\n\(page.allowed)Content-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n"
    let slow = try LocalConnection(port: page.port)
    try slow.send(Array((head + "4\r\nabcd\r\n").utf8))
    let endless = try LocalConnection(port: page.port)
    try endless.send(Array(head.utf8))
    let piece = Array("100000\r\n".utf8) + [UInt8](repeating: 1, count: 1 << 20) + Array("\r\n".utf8)
    // The limit for pictures is 64 MiB.
    for _ in 0..<70 { try endless.send(piece) }
    #expect(Self.status(String(decoding: try endless.readAll(seconds: 30), as: UTF8.self)) == 413)
    #expect(Self.status(String(decoding: try slow.readAll(seconds: 40), as: UTF8.self)) == 408)
    #expect(try Self.status(page.page("/")) == 200)
  }

  @Test("captions a picture as `decant caption` does, as a page, as JSON and in lines, and refuses what is none")
  func captions() throws {
    let images = try FileManager.default.contentsOfDirectory(atPath: Fixture.path("scenes/images")).sorted()
    let image = try #require(images.first { $0.hasSuffix(".png") || $0.hasSuffix(".jpg") })
    let bytes = try Fixture.bytes("scenes/images/\(image)")
    let expected = try DecantCommand.run(["caption", Self.model, Fixture.path("scenes/images/\(image)"), "--json"])
    let texts = expected.output.matches(of: /"text": "([^"]*)"/).map { String($0.1) }
    #expect(texts.count == 3)
    let page = try ServedPage([Self.model])
    let json = try page.answer(page.form("/item/0/caption", name: image, bytes, accept: "application/json"))
    #expect(Self.status(json) == 200)
    let document = Self.body(json).replacing(/"path": "[^"]*", |,?\s*"path": "[^"]*"/, with: "")
    let wanted = expected.output.replacing(/"path": "[^"]*", |,?\s*"path": "[^"]*"/, with: "")
    #expect(document == wanted)
    let lines = Self.body(
      try page.answer(page.form("/item/0/caption", name: image, bytes, accept: "application/x-ndjson")))
    for event in ["picture", "model", "captions", "words", "end"] {
      #expect(lines.contains("{\"event\": \"\(event)\""))
    }
    for text in texts { #expect(lines.contains("\"text\": \"\(text)\"")) }
    let html = try page.answer(page.form("/item/0/caption", name: image, bytes, accept: "text/html"))
    #expect(html.contains(">\(texts[0])</h2>"))
    // What is none.
    let none = try page.answer(
      page.form("/item/0/caption", name: "<b>.png", Array("<script>".utf8), accept: "application/json"))
    #expect(Self.status(none) == 422 && none.contains("error"))
    let noneInLines = try page.answer(
      page.form("/item/0/caption", name: "x", Array(bytes.prefix(bytes.count / 2)), accept: "application/x-ndjson"))
    #expect(noneInLines.contains("{\"event\": \"error\""))
    let noneInPage = try page.answer(page.form("/item/0/caption", name: "<b>.png", [1, 2], accept: "*/*"))
    #expect(Self.status(noneInPage) == 422 && noneInPage.contains("&lt;b&gt;.png") && !noneInPage.contains("<b>"))
    #expect(try Self.status(page.page("/")) == 200)
  }

  @Test("shows tensors, their values, a search, a comparison and what doctor says")
  func pages() throws {
    let page = try ServedPage([Self.model, Fixture.path("scenes")])
    let source = try page.page("/item/0?q=logits")
    let tensor = try #require(source.firstMatch(of: /\/item\/0\/tensor\/\d+/)).0
    #expect(try page.page(String(tensor) + "?row=3").contains("Rows 3 to"))
    #expect(Self.status(try page.page("/item/0/tensor/99999")) == 404)
    #expect(try page.page("/search?q=logits").contains("logits"))
    let chosen = try page.page("/compare?a=0").matches(of: /<option value="(\d+)" selected>/).map { String($0.1) }
    #expect(chosen.count == 2 && chosen.first == "0" && chosen.last != "0")
    let compared = try page.page("/compare?a=0&b=0")
    #expect(compared.contains("What was compared") && compared.contains("What did not change"))
    for markup in [compared, source, try page.page("/item/0/report")] {
      #expect(markup.contains("<a href=\"/\">Start</a>") && markup.contains("comes from your own machine"))
    }
    #expect(try page.page("/item/0/doctor").contains("What belongs together"))
    #expect(try page.page("/item/1").contains("model.ckpt-4222"))
  }

  @Test(
    "answers in JSON by the schemas",
    arguments: [
      ("/", "serve", "\"things\""), ("/item/1", "serve", "\"omitted_count\":0"), ("/compare", "serve", "\"things\""),
      ("/search?q=logits/w", "serve", "\"name\":\"logits/weights\""), ("/search?q=", "serve", "\"hits\":[]"),
      ("/item/0", "inspect", "\"tensors\""), ("/item/0/report", "inspect", "\"standard_deviation\""),
      ("/item/0/tensor/0", "inspect", "\"row_count\":"),
      ("/item/0/tensor/0?row=1&rows=2&column=1&columns=3", "inspect", "\"row\":1,\"row_count\":2,"),
      ("/item/0/tensor/0?rows=99999999999&columns=-7&row=9223372036854775807", "inspect", "\"values\":[]"),
      ("/compare?a=0&b=0", "diff", "\"is_equal\":true"), ("/item/0/doctor", "doctor", "\"findings\""),
    ])
  func json(target: String, schema: String, content: String) throws {
    let page = try ServedPage([Self.model, Fixture.path("scenes")])
    let answer = try page.page(target, "Accept: application/json\r\n")
    #expect(answer.contains("Content-Type: application/json"))
    #expect(try JSONSchema(named: "\(schema).schema.json").violations(in: Self.body(answer)) == [])
    #expect(Self.body(answer).filter { !$0.isWhitespace }.contains(content), "\(answer.prefix(2000))")
  }

  @Test("says in JSON why there is no answer")
  func jsonProblem() throws {
    let page = try ServedPage([Self.model])
    let answer = try page.page("/item/77", "Accept: application/json\r\n")
    #expect(Self.status(answer) == 404 && Self.body(answer).contains("\"error\""))
  }

  @Test(
    "ends work that takes minutes soon after the client has gone",
    arguments: [
      ("/item/0/report", "text/html"), ("/item/0/report", "application/json"), ("/item/0/doctor", "text/html"),
      ("/compare?a=0&b=0", "text/html"), ("/item/0/tensor/0", "text/html"),
    ])
  func clientGone(target: String, accept: String) throws {
    let temporary = try TemporaryDirectory()
    let large = temporary.file("large.safetensors")
    // A quarter of a tebibyte of zeros that take no space.
    let byteCount = 1 << 38
    let header = #"{"w":{"dtype":"F32","shape":[\#(byteCount >> 22),1048576],"data_offsets":[0,\#(byteCount)]}}"#
    let start =
      unsafe withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { unsafe Array($0) } + Array(header.utf8)
    try Data(start).write(to: URL(filePath: large))
    let file = try FileHandle(forWritingTo: URL(filePath: large))
    try file.truncate(atOffset: UInt64(start.count + byteCount))
    try file.close()
    let page = try ServedPage([large, Self.model])
    // Work waits for work of its kind: of the quick kind four run at once, of the other two.
    let isQuick = target.contains("/tensor/")
    var gone = try (0..<(isQuick ? 4 : 2)).map { _ in
      let connection = try LocalConnection(port: page.port)
      try connection.send(Array(page.request("GET", target, "Accept: \(accept)\r\n").utf8))
      return connection
    }
    usleep(500_000)
    let waiting = try LocalConnection(port: page.port)
    try waiting.send(Array(page.request("GET", isQuick ? "/item/1" : "/item/1/doctor").utf8))
    #expect(try waiting.read(seconds: 1).isEmpty, "the work is still going on")
    gone.removeAll()
    #expect(Self.status(String(decoding: try waiting.readAll(seconds: 60), as: UTF8.self)) == 200)
    #expect(page.isRunning)
  }

  @Test("says of dropped files what doctor says, and keeps none")
  func doctor() throws {
    let temporary = try TemporaryDirectory()
    let bytes = try Fixture.bytes("scenes/model.ckpt-4222.meta")
    let page = try ServedPage([], launcher: ["env", "TMPDIR=\(temporary.path)"])
    for accept in ["application/json", "text/html"] {
      let answer = try page.answer(page.form("/doctor", name: "../../m-1.meta", bytes, accept: accept))
      #expect(Self.status(answer) == 200)
      #expect(answer.contains("m-1.meta") && !answer.contains(temporary.path))
    }
    #expect(try temporary.entries() == [])
  }

  @Test("is ended by a signal as every command is, with requests under way", arguments: [SIGINT, SIGTERM])
  func signals(signal: Int32) throws {
    let temporary = try TemporaryDirectory()
    let page = try ServedPage([Self.model], launcher: ["env", "TMPDIR=\(temporary.path)"])
    let under = try LocalConnection(port: page.port)
    try under.send(
      Array(
        "POST /doctor HTTP/1.1\r\n\(page.allowed)Content-Type: application/octet-stream\r\nContent-Length: 100\r\n\r\nx"
          .utf8))
    _ = try page.page("/")
    let outcome = try page.end(by: signal)
    #expect(outcome.status == 128 + signal && outcome.errors.isEmpty)
    #expect(try temporary.entries() == [])
  }

  @Test("does not start on a port that is taken, or without what was named")
  func noStart() throws {
    let page = try ServedPage([])
    let second = try DecantCommand.run(["serve", "--no-browser", "--port", "\(page.port)"])
    #expect(second.status == 73 && second.errors.contains("Another program is using it"))
    let third = try DecantCommand.run(["serve", "--no-browser", "/nowhere"])
    #expect(third.status == 66 && third.errors.contains("no such file"))
    #expect(try DecantCommand.run(["serve", "--port", "0"]).status == 64)
  }
}
