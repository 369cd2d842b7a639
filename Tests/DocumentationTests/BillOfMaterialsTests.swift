import Foundation
import Messages
import TestSupport
import Testing

@Suite("The bill of materials")
struct BillOfMaterialsTests {
  private struct Document: Decodable {
    struct Component: Decodable {
      let name: String
      let version: String
    }
    struct Metadata: Decodable {
      let component: Component
    }
    let bomFormat: String
    let specVersion: String
    let metadata: Metadata
    let components: [Component]
  }

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: Fixture.packageRoot.appending(path: path), encoding: .utf8)
  }

  @Test("names this version and every library that the package asks for, for people and for programs alike")
  func complete() throws {
    let json = Data(try Self.text("docs/bill-of-materials.cdx.json").utf8)
    let document = try JSONDecoder().decode(Document.self, from: json)
    #expect(document.bomFormat == "CycloneDX" && document.specVersion == "1.5")
    // After a new version: .ci/bill-of-materials
    #expect(document.metadata.component.version == DecantVersion.current)
    let manifest = try Self.text("Package.swift")
    let packages = manifest.matches(of: /\.package\(url: "[^"]*\/([^"\/]+)"/).map { String($0.1) }
    let names = Set(document.components.map(\.name))
    #expect(packages.count == 3 && names.isSuperset(of: packages))
    let libraries = ["hdf5", "protobuf-c", "zlib", "bzip2", "xz", "zstd", "openssl", "libjpeg-turbo", "libpng"]
    #expect(manifest.matches(of: /systemLibrary\("/).count == libraries.count && names.isSuperset(of: libraries))
    let page = try Self.text("docs/bill-of-materials.md")
    for component in document.components {
      #expect(page.contains(component.version), "\(component.name) \(component.version) is not in the page")
    }
  }
}
