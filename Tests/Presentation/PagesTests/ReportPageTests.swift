import Foundation
import Inspection
import Markup
import Messages
import Tensors
import TestSupport
import Testing

@testable import Pages

@Suite("A report")
struct ReportPageTests {
  private func markup(_ path: String, _ options: ReportPage.Options = .init()) throws -> String {
    let page = try ReportPage(of: path, options: options).page
    try expectSound(page)
    return page.html.markup
  }

  @Test("of the captioning model has every part, and a row for each tensor")
  func scenes() throws {
    let markup = try markup(Scenes.checkpoint)
    for id in [
      "marks", "overview", "integrity", "doctor", "map", "tensors", "details", "portrait-kernels", "portrait-words",
      "portrait-cells", "portrait-graph",
    ] {
      #expect(markup.contains("<section id=\"\(id)\""), "\(id)")
    }
    #expect(markup.components(separatedBy: "<tr id=\"t").count - 1 == 383)
    #expect(markup.components(separatedBy: "<article class=\"detail\"").count - 1 == 16)
    for words in [
      "4,222", "TensorFlow 0.x", "26 words in word_counts.txt", "every checksum matches", "Saved by TensorFlow 0.12.1",
    ] {
      #expect(markup.contains(words), "\(words)")
    }
    #expect(markup.utf8.count < 3_000_000)
  }

  @Test(
    "is made of every kind of source",
    arguments: [
      "checkpoints/saved-model-tf2/model", "checkpoints/tf2-keras", "checkpoints/v2-variant",
      "checkpoints/v2-dtypes-2x", "checkpoints/v1-partitioned", "checkpoints/v2-empty-strings", "npz/stored.npz",
      "npz/single.npy",
      "checkpoints/v1-shapes",
    ])
  func kinds(_ name: String) throws {
    var options = ReportPage.Options()
    options.detailCount = 100
    #expect(try markup(Fixture.path(name), options).contains("<section id=\"tensors\""))
  }

  @Test("shows hostile names as text, and long ones in part")
  func hostileNames() throws {
    let scratch = try TemporaryDirectory()
    let path = scratch.file("<img src=x onerror=alert(1)>.safetensors")
    let names = [
      "</script><script>alert(1)</script>", "\" onmouseover=\"alert(1)", "a/<svg/onload=alert(1)>/b", "evil\u{202e}txt",
      "'\n\u{0}", "", " ",
      String(repeating: "x", count: 65_536), String(repeating: "a/", count: 3000) + "deep",
    ]
    try writeSafetensors(names.map { ($0, "F32", [2], packed([1, 2] as [Float])) }, to: path)
    let markup = try markup(path)
    #expect(!markup.contains("<script>alert") && !markup.contains("<svg/onload") && !markup.contains("<img src=x"))
    #expect(markup.contains("&lt;/<wbr>script&gt;&lt;script&gt;alert(1)"))
    #expect(markup.contains("evil\\u{202e}txt"))
    #expect(!markup.contains("\u{202e}"))
    #expect(markup.contains("<bdi class=\"name\">&quot;&quot;</bdi>") && !markup.contains("<bdi class=\"name\"></bdi>"))
    #expect(markup.contains("<bdi class=\"name\">&quot; &quot;</bdi>"))
    #expect(markup.contains("… (65,536 bytes in all)"))
    #expect(markup.utf8.count < 200_000)
  }

  @Test("maps dotted names by module, and sums up those without a row by module")
  func dottedNames() throws {
    let scratch = try TemporaryDirectory()
    let path = scratch.file("torch.safetensors")
    let names = (0..<2500).map { "encoder.layer.\($0 / 100).part.\($0 % 100).weight" } + ["head.weight"]
    try writeSafetensors(names.map { ($0, "F32", [2], packed([1, 2] as [Float])) }, to: path)
    let markup = try markup(path)
    #expect(markup.contains("<bdi class=\"name\">encoder.<wbr>layer.<wbr>7.<wbr>part</bdi>.</th>"))
    #expect(markup.contains("501 tensors without a row of their own"))
    let rest = try #require(markup.components(separatedBy: "The rest by scope").last)
    #expect(rest.contains("<bdi class=\"name\">encoder.<wbr>layer.<wbr>"))
  }

  @Test("marks NaN, infinities, dead channels, constants and empty tensors at its top")
  func marks() throws {
    let scratch = try TemporaryDirectory()
    let path = scratch.file("odd.safetensors")
    let dead = (0..<24).map { index -> Float in index % 4 == 1 ? 0 : Float(index) }
    try writeSafetensors(
      [
        ("nan", "F32", [2, 2], packed([Float](repeating: .nan, count: 4))),
        ("inf", "F32", [2], packed([Float.infinity, 1])), ("dead", "F32", [6, 4], packed(dead)),
        ("zero", "F32", [3], packed([0, 0, 0] as [Float])), ("same", "F64", [2], packed([3, 3] as [Double])),
        ("none", "F32", [0, 5], []), ("one", "F32", [], packed([1] as [Float])),
        ("far", "F64", [3], packed([1e308, -1e308, 0] as [Double])),
      ], to: path)
    var options = ReportPage.Options()
    options.detailNames = ["none", "one", "nan"]
    let markup = try markup(path, options)
    for words in [
      "4 values in 1 tensor are NaN", "1 value in 1 tensor is infinite", "1 output channel in 1 tensor is dead",
      "1 tensor is all zeros", "1 tensor holds one value everywhere", "1 tensor has no element",
      "none is a finite number",
      "values cannot be proved",
    ] { #expect(markup.contains(words), "\(words)") }
  }

  @Test("of a damaged checkpoint says which tensor fails, and what to do")
  func damaged() throws {
    let report = try ReportPage(of: Fixture.path("checkpoints/bad/v2-flip-tensor"))
    try expectSound(report.page)
    #expect(!report.integrity.isSound)
    let markup = report.page.html.markup
    #expect(
      markup.contains("<strong class=\"bad\">fails</strong>") && markup.contains("class=\"verdict bad\">No: 1 failure"))
    #expect(markup.contains("What to do:"))
  }

  @Test(
    "of what does not open says so, with every problem",
    arguments: ["v2-flip-footer", "v1-truncated/model.ckpt", "v2-index-html", "v1-empty/model.ckpt"])
  func closed(_ name: String) throws {
    let report = try ReportPage(of: Fixture.path("checkpoints/bad/\(name)"))
    try expectSound(report.page)
    #expect(!report.integrity.isSound && report.page.scripts.isEmpty)
    #expect(report.page.html.markup.contains("it cannot be opened"))
  }

  @Test("of a file that is cut says so")
  func cut() throws {
    let scratch = try TemporaryDirectory()
    let path = scratch.file("cut.safetensors")
    try writeSafetensors([("a", "F32", [8], packed([Float](repeating: 1, count: 8)))], to: path, droppingLast: 5)
    #expect(try markup(path).contains("it cannot be opened"))
  }

  @Test("of a source without tensors is a page")
  func empty() throws {
    let scratch = try TemporaryDirectory()
    let path = scratch.file("empty.safetensors")
    try writeSafetensors([], to: path)
    #expect(try markup(path).contains("There are no tensors."))
  }

  @Test("of very many tensors has a limit, says it, and sums up the rest by scope")
  func many() throws {
    let scratch = try TemporaryDirectory()
    let path = scratch.file("many.safetensors")
    let count = ReportContent.maximumRowCount + 500
    let value = packed([1, 2] as [Float])
    var tensors = (0..<count).map { (name: "s\($0 % 10)/w\($0)", dtype: "F32", shape: [2], bytes: value) }
    tensors.append(("z/nan", "F32", [1], packed([Float.nan])))
    try writeSafetensors(tensors, to: path)
    let markup = try markup(path)
    #expect(markup.components(separatedBy: "<tr id=\"t").count - 1 == ReportContent.maximumRowCount)
    #expect(markup.contains("2,000 of 2,501 tensors") && markup.contains("501 tensors without a row"))
    #expect(markup.contains("z/<wbr>nan"))
    #expect(markup.utf8.count < 3_000_000)
  }

  @Test("of a graph is refused, and so is a name that is not there")
  func refused() throws {
    #expect {
      try ReportPage(of: Scenes.checkpoint + ".meta")
    } throws: { ($0 as? ReportError)?.reason == .graph }
    var options = ReportPage.Options()
    options.detailNames = ["lstm/nothing"]
    #expect(throws: MissingTensorError.self) { try ReportPage(of: Scenes.checkpoint, options: options) }
  }

  @Test("is written whole, for those who may read the source, and never over it")
  func writing() throws {
    let scratch = try TemporaryDirectory()
    let path = scratch.file("m.safetensors")
    try writeSafetensors([("a", "F32", [1], packed([1] as [Float]))], to: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    let report = try ReportPage(of: path)
    let output = scratch.file("out.html")
    let count = try report.page.write(to: output, replacesExisting: false, sources: report.files)
    let attributes = try FileManager.default.attributesOfItem(atPath: output)
    #expect(attributes[.size] as? Int == count && attributes[.posixPermissions] as? Int == 0o600)
    let link = scratch.file("link.html")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
    for target in [path, link] {
      #expect {
        _ = try report.page.write(to: target, replacesExisting: true, sources: report.files)
      } throws: { ($0 as? ReportError)?.reason == .outputIsSource(path) }
    }
  }
}
