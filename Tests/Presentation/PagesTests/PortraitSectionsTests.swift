import Foundation
import Markup
import Pages
import Portraits
import TensorFiles
import Tensors
import TestSupport
import Testing

@Suite("Sections about what names give away")
struct PortraitSectionsTests {
  private typealias Tensor = InMemoryTensorSource.Tensor

  private func tensor(_ name: String, _ dimensions: [Int], _ value: (Int) -> Float) throws -> Tensor {
    let values = (0..<dimensions.reduce(1, *)).map(value)
    return try Tensor(
      name, .float32, dimensions,
      bytes: values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } })
  }

  /// How often a text occurs.
  private func count(_ text: String, in html: HTML) -> Int { html.markup.ranges(of: text).count }

  @Test("the scenes model has all of them, in order, in less than 400 KB")
  func scenes() throws {
    let source = try TensorFile.open(Scenes.checkpoint)
    let sections = PortraitSections.html(for: source, path: Scenes.checkpoint)
    let ids = ["kernels", "normalization", "cells", "words", "frequencies", "graph"]
    #expect(sections.count == ids.count)
    for (section, id) in zip(sections, ids) {
      #expect(section.markup.hasPrefix("<section id=\"portrait-\(id)\" aria-labelledby=\"portrait-\(id)-title\">"))
      #expect(!section.markup.contains("style=\"") && !section.markup.contains("onclick"))
    }
    #expect(sections.reduce(0) { $0 + $1.markup.utf8.count } < 400_000)
    // Once by themselves, once on one scale.
    #expect(count("<img", in: sections[0]) == 32)
    #expect(sections[1].markup.contains("in the order of the graph"))
    #expect(sections[2].markup.contains("TensorFlow&#39;s cell adds its forget_bias"))
    #expect(count("<img", in: sections[2]) == 4)
    #expect(sections[3].markup.contains("<b><bdi>circle</bdi></b> <span><span><bdi>triangle</bdi> <small>0.81</small>"))
    #expect(count("class=\"dot\"", in: sections[3]) == 22)
    #expect(count("class=\"dot\"", in: sections[4]) == 50)
    #expect(sections[5].markup.contains("1,540 nodes that only save and restore are left out."))
    #expect(sections.allSatisfy { count("<svg", in: $0) == count("<desc>", in: $0) + count("class=\"spark\"", in: $0) })
  }

  @Test("a file without such tensors has none")
  func none() throws {
    let source = InMemoryTensorSource([try tensor("a", [3]) { Float($0) }])
    #expect(PortraitSections.html(for: source, path: "/nowhere/a").isEmpty)
  }

  @Test("names made of markup are text, and long ones are cut")
  func names() throws {
    let bad = "</title><script>alert(1)</script>\"'\u{202e}" + String(repeating: "x", count: 5_000)
    let source = InMemoryTensorSource([
      try tensor("\(bad)/kernel", [3, 3, 3, 4]) { Float($0) },
      try tensor("\(bad)/basic_lstm_cell/kernel", [4, 8]) { Float($0) },
      try tensor("\(bad)/basic_lstm_cell/bias", [8]) { Float($0) },
      try tensor("\(bad)/a/moving_mean", [3]) { Float($0) }, try tensor("\(bad)/a/moving_variance", [3]) { Float($0) },
      try tensor("\(bad)/b/moving_mean", [3]) { Float($0) }, try tensor("\(bad)/b/moving_variance", [3]) { Float($0) },
    ])
    let sections = PortraitSections.html(for: source, path: "/nowhere/a")
    #expect(sections.count == 3)
    for section in sections {
      #expect(!section.markup.contains("<script") && !section.markup.contains("\u{202e}"))
      #expect(section.markup.contains("\\u{202e}"))
      #expect(section.markup.utf8.count < 60_000)
    }
  }

  @Test("words made of markup are text")
  func words() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("words.txt")
    try """
    <S> 9
    </S> 9
    <b>x</b> 8
    "onload=x 7
    man 6
    woman 5

    """.write(toFile: path, atomically: true, encoding: .utf8)
    let source = InMemoryTensorSource([
      try tensor("seq_embedding/map", [8, 4]) { Float(($0 * 7) % 5) + 1 },
      try tensor("logits/biases", [8]) { Float($0) },
    ])
    let sections = PortraitSections.html(for: source, path: "/nowhere/a", vocabulary: path)
    #expect(sections.count == 2)
    for section in sections {
      #expect(section.markup.contains("&lt;b&gt;x&lt;/b&gt;") && !section.markup.contains("<b>x"))
      #expect(!section.markup.contains("\"onload"))
    }
  }

  @Test("NaN and infinity everywhere are said and break nothing")
  func notANumber() throws {
    let values: [Float] = [.nan, .infinity, -.infinity, .greatestFiniteMagnitude]
    let source = InMemoryTensorSource(
      try [
        ("conv/kernel", [3, 3, 3, 4]), ("a/basic_lstm_cell/kernel", [6, 8]), ("a/basic_lstm_cell/bias", [8]),
        ("b/moving_mean", [4]), ("b/moving_variance", [4]), ("c/moving_mean", [4]), ("c/moving_variance", [4]),
        ("seq_embedding/map", [26, 4]), ("logits/biases", [26]),
      ].map { name, dimensions in try tensor(name, dimensions) { values[$0 % 4] } })
    let sections = PortraitSections.html(for: source, path: "/nowhere/a", vocabulary: Scenes.vocabulary)
    #expect(sections.count == 4)
    #expect(sections[0].markup.contains("81 values are NaN or infinite"))
    for section in sections {
      // A picture's base64 may have any letters.
      let markup = section.markup.replacing(/data:[^"]*/, with: "")
      #expect(!markup.contains(/\bnan\b|\binf\b|Infinity/))
    }
  }
}
