import Files
import Foundation
import TestSupport
import Testing

@testable import PageServer

@Suite("The catalog")
struct CatalogTests {
  private static func catalog(_ paths: [String], _ limits: ServerLimits = .standard) throws -> Catalog {
    try Catalog(naming: paths, limits: limits)
  }

  @Test("has what was named, and knows no other number")
  func named() throws {
    let catalog = try Self.catalog(
      [Fixture.path("scenes"), Fixture.path("scenes/vocab.txt")].filter {
        FileManager.default.fileExists(atPath: $0)
      })
    #expect(catalog.named[0].kind == .folder)
    for id in [catalog.named.count, 7, 999_999_999, -1] where !catalog.named.indices.contains(id) {
      #expect(throws: ServerProblem.notFound) { try catalog.item(id) }
    }
    #expect(throws: FileError.self) { try Self.catalog(["/nowhere/at/all"]) }
  }

  @Test("lists a checkpoint once, with its shards, and gives it the same number again")
  func listing() throws {
    let folder = try TemporaryDirectory()
    for name in ["m-1.index", "m-1.data-00000-of-00001", "m-1.meta", "notes.txt", ".hidden"] {
      try folder.write(Array("text".utf8), to: name)
    }
    try folder.write([], to: "below/x")
    let catalog = try Self.catalog([folder.path])
    let first = try catalog.contents(of: catalog.named[0])
    #expect(first.items.map(\.name) == ["below", "m-1", "m-1.meta", "notes.txt"])
    #expect(first.items.map(\.kind) == [.folder, .source, .source, .other])
    #expect(try catalog.contents(of: catalog.named[0]).items == first.items)
    #expect(try catalog.item(first.items[1].id).path == folder.file("m-1"))
  }

  @Test("follows no link out of a folder, and notices one that came later")
  func links() throws {
    let (folder, elsewhere) = (try TemporaryDirectory(), try TemporaryDirectory())
    let secret = try elsewhere.write(Array("secret".utf8), to: "secret.npy")
    try folder.write([], to: "inside/real")
    try folder.write([0x93] + Array("NUMPY".utf8), to: "a.npy")
    let manager = FileManager.default
    try manager.createSymbolicLink(atPath: folder.file("out.npy"), withDestinationPath: secret)
    try manager.createSymbolicLink(atPath: folder.file("outside"), withDestinationPath: elsewhere.path)
    try manager.createSymbolicLink(atPath: folder.file("nothing"), withDestinationPath: "/nowhere")
    try manager.createSymbolicLink(atPath: folder.file("in.npy"), withDestinationPath: "a.npy")
    let catalog = try Self.catalog([folder.path])
    let listing = try catalog.contents(of: catalog.named[0])
    #expect(listing.items.map(\.name) == ["inside", "a.npy", "in.npy"])
    #expect(listing.links == ["nothing", "out.npy", "outside"])
    #expect(Set(catalog.linksLeadingOut(of: catalog.named[0])) == ["nothing", "out.npy", "outside"])
    let id = try #require(listing.items.first { $0.name == "a.npy" }).id
    _ = try catalog.item(id)
    try manager.removeItem(atPath: folder.file("a.npy"))
    #expect(throws: ServerProblem.notFound) { try catalog.item(id) }
    try manager.createSymbolicLink(atPath: folder.file("a.npy"), withDestinationPath: secret)
    let problem = #expect(throws: ServerProblem.self) { try catalog.item(id) }
    #expect(problem?.status == 403)
    try manager.removeItem(atPath: folder.file("inside"))
    try manager.createSymbolicLink(atPath: folder.file("inside"), withDestinationPath: elsewhere.path)
    let below = try #require(listing.items.first { $0.name == "inside" }).id
    #expect(throws: ServerProblem.self) { try catalog.item(below) }
  }

  @Test("lists a limited number of entries and says how many it leaves out")
  func limits() throws {
    let folder = try TemporaryDirectory()
    for number in 0..<12 { try folder.write([1], to: "f\(number)") }
    var limits = ServerLimits.standard
    limits.folderEntryCount = 10
    limits.itemCount = 7
    let listing = try Self.catalog([folder.path], limits)
    let contents = try listing.contents(of: listing.named[0])
    #expect(contents.items.count == 7 && contents.omittedCount == 5)
  }
}
