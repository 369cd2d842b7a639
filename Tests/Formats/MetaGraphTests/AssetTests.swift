import Foundation
import TestSupport
import Testing

@testable import MetaGraph

@Suite("Assets of a SavedModel")
struct AssetTests {
  @Test("of TensorFlow 1 lie packed in a collection, those of TensorFlow 2 in a list")
  func binary() throws {
    func graph(_ name: String) throws -> MetaGraphDefinition {
      try #require(try SavedModelFile(path: Fixture.path("saved-models/\(name)")).metaGraphs.first)
    }
    let first = try graph("tf1-builder")
    #expect(first.assets.isEmpty)
    #expect(Set(first.packedAssets.map(\.fileName)) == ["words.txt", "labels.txt"])
    #expect(first.packedAssets.first { $0.fileName == "words.txt" }?.tensorName == "words:0")
    let second = try graph("tf2-asset")
    #expect(second.assets.map(\.fileName) == ["tokens.txt"] && second.packedAssets.isEmpty)
  }

  @Test("are found in text of either kind, and variables with them")
  func text() throws {
    let model = try #require(SavedModelText(path: Fixture.path("saved-models/tf1-text/saved_model.pbtxt")))
    #expect(Set(model.assetNames) == ["words.txt", "labels.txt"])
    #expect(model.hasVariables)
    let scratch = try TemporaryDirectory()
    let lines = """
      meta_graphs {
        asset_file_def {
          tensor_info { name: "a:0" }
          filename: "caf\\303\\251 \\"1\\".txt"
        }
        graph_def {
          node { name: "x" }
          filename: "no-asset.txt"
        }
      }
      """
    let other = try #require(SavedModelText(path: scratch.write(Array(lines.utf8), to: "saved_model.pbtxt")))
    #expect(other.assetNames == ["café \"1\".txt"])
    #expect(!other.hasVariables)
    // Nothing that stands there is too much or too strange.
    for text in [
      "", "asset_file_def {\n  filename: \"", "asset_file_def {\n filename: \"\\3\"",
      "type_url: \"\"\nvalue: \"\\777\"\n",
      "asset_file_def {\n" + String(repeating: "x", count: 1 << 16) + "\nfilename: \"a\"\n",
    ] {
      let found = try #require(SavedModelText(path: scratch.write(Array(text.utf8), to: "odd.pbtxt")))
      #expect(found.assetNames.count <= 1)
    }
    #expect(SavedModelText(path: scratch.file("nowhere.pbtxt")) == nil)
  }
}
