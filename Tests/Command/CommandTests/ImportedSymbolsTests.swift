import Foundation
import TestSupport
import Testing

@Suite("The built command")
struct ImportedSymbolsTests {
  private static let tool = ["/usr/bin/nm", "/usr/bin/llvm-nm"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  /// Foundation has code for sockets, which a command that has Foundation linked into it carries; this one imports it.
  @Test("asks the system for no socket, no connection and no host", .enabled(if: tool != nil))
  func imports() throws {
    let scratch = try TemporaryDirectory()
    let list = try scratch.write([], to: "symbols")
    let process = Process()
    process.executableURL = URL(filePath: try #require(Self.tool))
    process.arguments = ["-D", "--undefined-only", DecantCommand.path]
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: list))
    try process.run()
    process.waitUntilExit()
    let names = try String(contentsOfFile: list, encoding: .utf8).split(separator: "\n").compactMap { line in
      line.split(separator: " ").last?.split(separator: "@").first.map(String.init)
    }
    // `pread` would say it better, but sanitizers bring one of their own.
    #expect(names.contains("fsync"), "the list is that of a program that writes files")
    let network = [
      "socket", "connect", "bind", "listen", "accept", "accept4", "send", "sendto", "recv", "recvfrom", "getaddrinfo",
      "gethostbyname", "res_query",
    ]
    #expect(names.filter { network.contains($0) || $0.contains("FoundationNetworking") || $0.hasPrefix("curl") } == [])
  }
}
