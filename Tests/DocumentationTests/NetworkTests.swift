import Foundation
import TestSupport
import Testing

/// What the sources show. `ImportedSymbolsTests` shows it of what was built, and of what runs.
@Suite("No library has code that reaches a network, and the command has it in one module")
struct NetworkTests {
  private static let root = Fixture.packageRoot.path(percentEncoded: false)

  /// All files under `Sources/`, generated ones included.
  static let sources: [String] = {
    let all = FileManager.default.enumerator(atPath: "\(root)/Sources")?.compactMap { $0 as? String } ?? []
    return all.filter { name in [".swift", ".c", ".h", ".modulemap"].contains { name.hasSuffix($0) } }.sorted()
  }()

  /// The only module that opens a socket.
  private static let server = "Command/PageServer/"

  private static let traces = [
    #"import\s+(struct\s+|class\s+|func\s+)?(FoundationNetworking|Network|CFNetwork|NIO\w*|AsyncHTTPClient)\b"#,
    #"\bURLSession|\bURLRequest|\bNSURLConnection|\bCFSocket|\bCFStream|\bNWConnection"#,
    #"\b(socket|connect|bind|listen|accept|sendto|recvfrom|getaddrinfo|gethostbyname|inet_pton)\s*\("#,
    #"\bcurl"#, #"<(sys/socket|netdb|netinet/in|arpa/inet|curl/curl)\.h>"#,
    #"(contentsOf|Data|String)\(?[^\n]*URL\(string:"#,
  ]

  private static func find(_ trace: String, in source: String) throws -> String? {
    let text = try String(contentsOfFile: "\(root)/Sources/\(source)", encoding: .utf8)
    return text.range(of: trace, options: .regularExpression).map { String(text[$0]) }
  }

  @Test("no source but those of the server imports a network module, opens a socket or looks up a host")
  func sourcesAreSilent() throws {
    #expect(Self.sources.count > 300)
    for source in Self.sources where !source.hasPrefix(Self.server) {
      for trace in Self.traces { #expect(try Self.find(trace, in: source) == nil, "\(source)") }
    }
  }

  @Test("the server listens in one place, only at addresses of this machine, and connects to nothing")
  func serverListensOnly() throws {
    let files = Self.sources.filter { $0.hasPrefix(Self.server) }
    #expect(files.count > 10)
    // Comments name more than the code does.
    let code = try files.map { file in
      let lines = try String(contentsOfFile: "\(Self.root)/Sources/\(file)", encoding: .utf8).split(separator: "\n")
      return (file, lines.filter { !$0.drop { $0 == " " }.hasPrefix("//") }.joined(separator: "\n"))
    }
    func places(_ trace: some RegexComponent) -> [String] {
      code.flatMap { file, text in text.matches(of: trace).map { "\(file): \(text[$0.range])" } }
    }
    #expect(places(/ServerBootstrap/).count == 1 && places(/\.bind\(/).count == 1)
    #expect(
      Set(places(/listen\(on: "[^"]*"/))
        == Set(["127.0.0.1", "::1"].map { "\(Self.server)PageServer.swift: listen(on: \"\($0)\"" }))
    #expect(places(/ClientBootstrap|DatagramBootstrap|RawSocketBootstrap|\.connect\(|getaddrinfo|resolver/) == [])
    #expect(places(/import (?:FoundationNetworking|Network|CFNetwork|AsyncHTTPClient)\b|URLSession|curl/) == [])
  }

  @Test("only the command links the server")
  func onlyTheCommand() throws {
    for source in Self.sources where !source.hasPrefix("Command/") {
      #expect(try Self.find(#"import\s+PageServer\b"#, in: source) == nil, "\(source)")
    }
  }

  @Test("the package depends on a parser of arguments, a server and a maker of documentation, and on nothing else")
  func dependencies() throws {
    let manifest = try String(contentsOfFile: "\(Self.root)/Package.swift", encoding: .utf8)
    let packages = manifest.matches(of: /\.package\(url: "([^"]+)"/).map {
      String($0.1).components(separatedBy: "/").last
    }
    #expect(packages == ["swift-argument-parser", "swift-nio", "swift-docc-plugin"])
    let libraries = manifest.matches(of: /systemLibrary\("(\w+)"/).map { String($0.1) }
    #expect(
      libraries == [
        "CProtobufC", "CHDF5", "CZlib", "CBZip2", "CLZMA", "CZstandard", "CCrypto", "CJPEG", "CPNG",
      ])
    // Tests and fuzzers, which are in no product, have flags of their own.
    let first = try #require(manifest.range(of: "// The command:"))
    let last = try #require(manifest.range(of: "// Tests."))
    let products = manifest[first.lowerBound..<last.lowerBound]
    #expect(products.contains("module(\"Bytes\""))
    for flags in ["linkedLibrary", "unsafeFlags", "testSettings"] { #expect(!products.contains(flags)) }
  }
}
