import Foundation
import TestSupport
import Testing

/// The folders of `Sources/` are layers; docs/architecture.md says what is in each.
@Suite("The architecture is what the tree shows")
struct LayerTests {
  /// From the top down.
  private static let layers = [
    "Command", "Library", "Presentation", "Analysis", "Inference", "Conversion", "Formats", "Core", "C",
  ]
  private static let root = Fixture.packageRoot.path(percentEncoded: false)

  /// A file of a module, and the modules that it imports.
  private struct Source {
    let path: String
    let module: String
    let imports: [String]
  }

  private static let sources: [Source] = {
    let paths = FileManager.default.enumerator(atPath: "\(root)/Sources")?.compactMap { $0 as? String } ?? []
    return paths.filter { $0.hasSuffix(".swift") }.compactMap { path in
      guard let text = try? String(contentsOfFile: "\(root)/Sources/\(path)", encoding: .utf8) else { return nil }
      let parts = path.split(separator: "/")
      let imports = text.matches(of: /(?m)^(?:@\w+ )?(?:\w+ )?import (?:struct |class |enum |func )?(\w+)/).map {
        String($0.1)
      }
      return Source(path: path, module: String(parts[1]), imports: imports)
    }
  }()

  /// The layer of each module, by its folder.
  private static let layerOfModule: [String: String] = {
    var found: [String: String] = [:]
    for layer in layers {
      let modules = (try? FileManager.default.contentsOfDirectory(atPath: "\(root)/Sources/\(layer)")) ?? []
      for module in modules { found[module] = layer }
    }
    return found
  }()

  @Test("Sources has the layers, and no other folder")
  func folders() throws {
    let found = try FileManager.default.contentsOfDirectory(atPath: "\(Self.root)/Sources")
    #expect(found.filter { !$0.hasPrefix(".") }.sorted() == Self.layers.sorted())
    #expect(Self.sources.count > 300)
  }

  @Test("no file imports a module of a higher layer")
  func importsPointDown() {
    var checked = 0
    for source in Self.sources {
      for imported in source.imports {
        guard let layer = Self.layerOfModule[imported], let own = Self.layerOfModule[source.module],
          let lower = Self.layers.firstIndex(of: layer), let upper = Self.layers.firstIndex(of: own)
        else { continue }
        checked += 1
        #expect(upper <= lower, "\(source.path) imports \(imported) of \(layer)")
      }
    }
    #expect(checked > 800)
  }

  @Test("within a layer, modules have an order in which each imports earlier ones only")
  func noCycles() {
    var imports: [String: Set<String>] = [:]
    for source in Self.sources {
      imports[source.module, default: []].formUnion(source.imports.filter { Self.layerOfModule[$0] != nil })
    }
    var placed: Set<String> = []
    var waiting = Set(imports.keys)
    while let next = waiting.first(where: { module in
      imports[module]?.subtracting(placed).isDisjoint(with: waiting) == true
    }) {
      placed.insert(next)
      waiting.remove(next)
    }
    #expect(waiting.isEmpty, "these import each other: \(waiting.sorted())")
  }

  @Test("captions never come from a checkpoint directly: they prove the converted file")
  func captionsProveTheConversion() {
    for source in Self.sources where Self.layerOfModule[source.module] == "Inference" {
      #expect(!source.imports.contains("Checkpoints"), "\(source.path)")
    }
  }

  @Test("docs/architecture.md names every module, and files that exist")
  func page() throws {
    let page = try String(contentsOfFile: "\(Self.root)/docs/architecture.md", encoding: .utf8)
    for module in Self.layerOfModule.keys { #expect(page.contains("`\(module)`"), "\(module)") }
    let files = page.matches(of: /`((?:Sources|Tests|docs|Fixtures|Schemas)\/[^`\s]+)`/).map { String($0.1) }
    #expect(files.count > 20)
    for file in files { #expect(FileManager.default.fileExists(atPath: "\(Self.root)/\(file)"), "\(file)") }
  }
}
