import Foundation
import TestSupport
import Testing

@Suite("What was built")
struct ImportedSymbolsTests {
  private static let network: Set<String> = [
    "socket", "connect", "bind", "listen", "accept", "accept4", "send", "sendto", "sendmsg", "recv", "recvfrom",
    "recvmsg",
    "getaddrinfo", "gethostbyname", "res_query",
  ]

  /// Runs a program and returns what it prints.
  private static func output(of program: String, _ arguments: [String]) throws -> String {
    let scratch = try TemporaryDirectory()
    let list = try scratch.write([], to: "output")
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: list))
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return try String(contentsOfFile: list, encoding: .utf8)
  }

  /// The functions that a file asks others for.
  private static func imports(of path: String) throws -> Set<String> {
    let tool = try #require(
      ["/usr/bin/nm", "/usr/bin/llvm-nm"].first { FileManager.default.isExecutableFile(atPath: $0) },
      "Install binutils: nm tells which functions a file imports.")
    let names = try output(of: tool, ["--undefined-only", path]).split(separator: "\n").compactMap { line in
      line.split(separator: " ").last?.split(separator: "@").first.map(String.init)
    }
    return Set(names)
  }

  /// The linker takes Foundation's and the server's code for sockets along; here are our own modules, one by one.
  @Test("asks in no module of ours for a socket, a connection or a host: the server has NIO for that")
  func modules() throws {
    let folder = URL(filePath: DecantCommand.path).deletingLastPathComponent().path(percentEncoded: false)
    let sources = Fixture.packageRoot.appending(path: "Sources").path(percentEncoded: false)
    let manager = FileManager.default
    let modules = try manager.contentsOfDirectory(atPath: sources).filter { $0 != "C" }.flatMap { layer in
      try manager.contentsOfDirectory(atPath: "\(sources)/\(layer)").filter { !$0.hasPrefix(".") }
    }
    #expect(modules.count > 25)
    var writers = 0
    for module in modules where module != "Decant" {
      let objects = manager.enumerator(atPath: "\(folder)/\(module).build")?.compactMap { $0 as? String } ?? []
      let files = objects.filter { $0.hasSuffix(".o") }
      #expect(!files.isEmpty, "\(module) was not built here")
      for file in files {
        let imports = try Self.imports(of: "\(folder)/\(module).build/\(file)")
        if imports.contains("fsync") || imports.contains("pwrite") || imports.contains("pwrite64") { writers += 1 }
        let found = imports.filter {
          Self.network.contains($0) || $0.contains("FoundationNetworking") || $0.hasPrefix("curl")
            || module != "PageServer" && $0.contains("NIO")
        }
        // The command names the server's own types, some of whose symbols have those of NIO in them.
        #expect(found == [], "\(module): \(file)")
      }
    }
    #expect(writers > 0, "the lists are those of modules that write files")
  }
}

#if os(Linux)
  /// Symbols cannot tell what a program does with them; the system can.
  @Suite("What runs")
  struct SystemCallTests {
    /// The calls that have to do with a network, as `strace` writes them.
    private static func calls(in path: String) throws -> [String] {
      try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init).filter {
        $0.contains(/^\d+ +\w+\(/)
      }
    }

    private static func tracer() throws -> String {
      try #require(
        ["/usr/bin/strace", "/usr/local/bin/strace"].first { FileManager.default.isExecutableFile(atPath: $0) },
        "Install strace: it shows which system calls the command makes.")
    }

    /// Families of addresses that lead to another machine.
    private static var families: Regex<Substring> { /AF_(?:INET6?|PACKET|VSOCK|BLUETOOTH)/ }

    @Test(
      "opens no socket that leads to a machine, but in serve",
      arguments: [
        ["inspect", Fixture.path("scenes/model.ckpt-4222"), "--stats"],
        ["caption", Fixture.path("scenes/model.ckpt-4222"), Fixture.path("scenes/images"), "--json"],
        ["doctor", Fixture.path("scenes")], ["doctor", Fixture.path("keras")],
        ["diff", Fixture.path("scenes/model.ckpt-4222"), Fixture.path("scenes/model.ckpt-4222")],
        ["verify", Fixture.path("scenes/model.ckpt-4222")], ["serve", "--help"],
        ["inspect", "https://example.com/model.ckpt"], ["inspect", "gs://bucket/model.ckpt"],
      ])
    func commands(arguments: [String]) throws {
      let scratch = try TemporaryDirectory()
      let log = scratch.file("calls")
      let run = try DecantCommand.start(
        arguments, launcher: [try Self.tracer(), "-f", "-qq", "-e", "trace=%network,execve", "-o", log]
      ).wait()
      #expect(!run.output.isEmpty || !run.errors.isEmpty)
      let calls = try Self.calls(in: log)
      #expect(calls.contains { $0.contains("execve(") }, "the command was traced")
      #expect(calls.filter { $0.contains(Self.families) || $0.contains(/\b(?:bind|listen|connect|accept4?)\(/) } == [])
    }

    @Test("serve listens only on 127.0.0.1 and ::1, and connects to nothing")
    func serve() throws {
      let scratch = try TemporaryDirectory()
      let log = scratch.file("calls")
      let page = try ServedPage(
        [Fixture.path("scenes")],
        launcher: [try Self.tracer(), "-D", "-f", "-qq", "-e", "trace=%network,execve", "-o", log])
      for target in ["/", "/item/0", "/search?q=lstm", "/item/0/doctor", "/compare", "/doctor"] {
        #expect(try page.page(target).hasPrefix("HTTP/1.1 200"), "\(target)")
      }
      _ = try page.end(by: SIGTERM)
      // The tracer is a process of its own here, since a signal would not get past it; it ends after the command.
      usleep(500_000)
      let calls = try Self.calls(in: log)
      let binds = calls.filter { $0.contains(/\bbind\(/) }
      #expect(1...2 ~= binds.count)
      for call in binds {
        #expect(call.contains("inet_addr(\"127.0.0.1\")") || call.contains("inet_pton(AF_INET6, \"::1\""), "\(call)")
      }
      #expect(calls.count { $0.contains(/\blisten\(/) } == binds.count)
      #expect(calls.filter { $0.contains(/\bconnect\(/) } == [])
      let sockets = calls.filter { $0.contains(/\bsocket\(/) }
      #expect(sockets.allSatisfy { $0.contains(/socket\(AF_INET6?, SOCK_STREAM/) }, "\(sockets)")
      // Who connects is this machine too.
      let peers = calls.flatMap { $0.matches(of: /getpeername\(.*inet_addr\("([^"]*)"\)/).map { String($0.1) } }
      #expect(!peers.isEmpty && Set(peers) == ["127.0.0.1"])
    }
  }
#endif
