import Foundation
import TestSupport
import Testing

@Suite("Decant has no code that reaches a network")
struct NetworkTests {
  private static let root = Fixture.packageRoot.path(percentEncoded: false)

  /// All files under `Sources/`, generated ones included.
  static let sources: [String] = {
    let all = FileManager.default.enumerator(atPath: "\(root)/Sources")?.compactMap { $0 as? String } ?? []
    return all.filter { name in [".swift", ".c", ".h", ".modulemap"].contains { name.hasSuffix($0) } }.sorted()
  }()

  @Test("no source imports a network module, opens a socket or looks up a host")
  func sourcesAreSilent() throws {
    #expect(Self.sources.count > 300)
    let traces = [
      #"import\s+(struct\s+|class\s+|func\s+)?(FoundationNetworking|Network|CFNetwork|NIO\w*|AsyncHTTPClient)\b"#,
      #"\bURLSession|\bURLRequest|\bNSURLConnection|\bCFSocket|\bCFStream|\bNWConnection"#,
      #"\b(socket|connect|bind|listen|accept|sendto|recvfrom|getaddrinfo|gethostbyname|inet_pton)\s*\("#,
      #"\bcurl"#, #"<(sys/socket|netdb|netinet/in|arpa/inet|curl/curl)\.h>"#,
      #"(contentsOf|Data|String)\(?[^\n]*URL\(string:"#,
    ]
    for source in Self.sources {
      let text = try String(contentsOfFile: "\(Self.root)/Sources/\(source)", encoding: .utf8)
      for trace in traces {
        let found = text.range(of: trace, options: .regularExpression)
        #expect(found == nil, "\(source): \(found.map { String(text[$0]) } ?? "")")
      }
    }
  }

  @Test("the package depends on a parser of arguments and a maker of documentation, and on nothing else")
  func dependencies() throws {
    let manifest = try String(contentsOfFile: "\(Self.root)/Package.swift", encoding: .utf8)
    let packages = manifest.matches(of: /\.package\(url: "([^"]+)"/).map {
      String($0.1).components(separatedBy: "/").last
    }
    #expect(packages == ["swift-argument-parser", "swift-docc-plugin"])
    let libraries = manifest.matches(of: /systemLibrary\("(\w+)"/).map { String($0.1) }
    #expect(libraries == ["CProtobufC", "CHDF5", "CZlib", "CCrypto", "CJPEG", "CPNG"])
    // Tests and fuzzers, which are in no product, have flags of their own.
    let first = try #require(manifest.range(of: "// The command:"))
    let last = try #require(manifest.range(of: "// Tests."))
    let products = manifest[first.lowerBound..<last.lowerBound]
    #expect(products.contains("module(\"Bytes\""))
    for flags in ["linkedLibrary", "unsafeFlags", "testSettings"] { #expect(!products.contains(flags)) }
  }
}
