import Comparison
import Markup
import Messages
import Pages
import Tensors
import TestSupport
import Testing

@Suite("The page about two sources")
struct ComparisonPageTests {
  typealias Tensor = InMemoryTensorSource.Tensor

  static func markup(
    _ left: InMemoryTensorSource, _ right: InMemoryTensorSource, options: DiffOptions = DiffOptions(),
    detailCount: Int = 24, rowLimit: Int = 1000
  ) throws -> String {
    let contrast = try SourceContrast(left, right, options: options, detailCount: detailCount)
    let page = ComparisonPage(
      contrast, paths: ComparisonPage.Paths(left: "/a/model.ckpt-1", right: "b.npz"), rowLimit: rowLimit
    ).page
    return page.html.markup
  }

  static func matrices(_ count: Int, changing seed: UInt64?) throws -> InMemoryTensorSource {
    var random = SeededRandom(seed: seed ?? 0)
    return InMemoryTensorSource(
      try (0..<count).map { index in
        let values = (0..<600).map { place -> Float in
          let noise = seed == nil ? 0 : Float(random.next() % 1000) / 1e5
          return Float((place * 7 + index) % 23) / 23 - 0.5 + noise
        }
        return try Tensor("layer\(index % 50)/sub\(index / 50)/weights", .float32, [20, 30], bytes: packed(values))
      })
  }

  @Test("says what changed, largest first, with both histograms, pictures and what is on one side only")
  func everything() throws {
    var (left, right) = (try Self.matrices(3, changing: nil), try Self.matrices(3, changing: 1))
    right["layer2/sub0/weights"] = left["layer2/sub0/weights"]
    left.add(try Tensor("only/a", .float32, [1], seed: 1))
    right.add(try Tensor("only/b", .float32, [1], seed: 1))
    left.add(try Tensor("recast", .float32, [1], bytes: packed([Float(1)])))
    right.add(try Tensor("recast", .float64, [1], bytes: packed([1.0])))
    let markup = try Self.markup(left, right)
    for part in [
      "<title>Changes from model.ckpt-1 to b.npz</title>", "1 of 4 tensors is bit-equal", "id=\"scopes\"",
      "id=\"tensor-table\"", "aria-sort=\"descending\"", "id=\"d0\"", "id=\"d1\"", "|B − A| of layer",
      "B − A in each channel",
      "Only in A: 1", "Only in B: 1", "Equal: 1", "The same numbers in another dtype: 1", "Histogram of A and B",
    ] {
      #expect(markup.contains(part), "\(part) is missing")
    }
    #expect(!markup.contains("id=\"failures\""))
  }

  @Test("identical sources: a page without tables of changes, scripts or details")
  func identical() throws {
    let source = try Self.matrices(2, changing: 1)
    let markup = try Self.markup(source, source)
    #expect(markup.contains("All 2 tensors are bit-equal."))
    #expect(!markup.contains("id=\"tensor-table\"") && !markup.contains("<script>"))
    #expect(markup.contains("Equal: 2"))
  }

  @Test("nothing in common, nothing at all, and what cannot be read are said")
  func nothing() throws {
    let source = try Self.matrices(1, changing: 1)
    let other = InMemoryTensorSource([try Tensor("x", .float32, [1], seed: 1)])
    #expect(try Self.markup(source, other).contains("no name is on both sides"))
    #expect(try Self.markup(source, InMemoryTensorSource()).contains("B has none"))
    struct Broken: Error, CustomStringConvertible { var description: String { "the disk <is> gone" } }
    var broken = source
    broken.damage("layer0/sub0/weights", keeping: 40, throwing: Broken())
    let markup = try Self.markup(source, broken)
    #expect(markup.contains("id=\"failures\"") && markup.contains("the disk &lt;is&gt; gone"))
  }

  @Test("names are text, however they are made, and cut where they are long")
  func names() throws {
    let names = ["<script>x</script>", "\"'\u{202e}\u{0}", String(repeating: "long/", count: 13_000)]
    func source(_ value: Float) throws -> InMemoryTensorSource {
      InMemoryTensorSource(try names.map { try Tensor($0, .float32, [2, 2], bytes: packed([value, 1, .nan, 2])) })
    }
    let markup = try Self.markup(source(1), source(2))
    #expect(!markup.contains("<script>x") && markup.contains("&lt;script&gt;x"))
    #expect(!markup.contains("\u{202e}") && !markup.contains("\u{0}"))
    #expect(markup.contains("65,000 bytes in all"))
    #expect(markup.utf8.count < 200_000)
  }

  @Test("a page of 400 tensors is under 3 MB; of more than the limit, the first are shown and the rest is said")
  func size() throws {
    let (left, right) = (try Self.matrices(400, changing: nil), try Self.matrices(400, changing: 5))
    let whole = try Self.markup(left, right)
    #expect(whole.utf8.count < 3_000_000)
    #expect(whole.contains("id=\"t399\""))
    let cut = try Self.markup(left, right, detailCount: 2, rowLimit: 100)
    #expect(cut.contains("The first 100 of 400 tensors") && !cut.contains("id=\"t100\""))
    #expect(cut.contains("id=\"d1\"") && !cut.contains("id=\"d2\""))
  }
}
