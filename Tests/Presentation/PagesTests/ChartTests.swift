import Inspection
import Markup
import Messages
import Testing

@testable import Pages

@Suite("Charts")
struct ChartTests {
  @Test("place numbers on an axis, and what is beyond at its end")
  func scale() {
    let scale = ChartScale(from: -1, to: 3, at: 100, 0)
    #expect(scale.place(of: -1) == 100 && scale.place(of: 3) == 0 && scale.place(of: 1) == 50)
    #expect(scale.place(of: 99) == 0 && scale.place(of: .nan) == 100)
    #expect(scale.ticks(4) == [-1, 0, 1, 2, 3])
    for (lower, upper) in [(5, 5), (0, 0), (.nan, 1), (-1e308, 1e308), (1e300, 1e300), (1, 1 + 1e-16)]
      as [(Double, Double)]
    {
      let scale = ChartScale(from: lower, to: upper, at: 0, 10)
      #expect(scale.lower < scale.upper && scale.ticks(5).count < 100)
      #expect((0...10).contains(scale.place(of: lower)))
    }
  }

  @Test("draw a single value among millions")
  func histogram() {
    let chart = HistogramChart(
      [.init("before", ValueHistogram(lower: 0, upper: 4, counts: [1_000_000, 0, 0, 1]))], title: "t")
    let markup = chart.html.markup
    #expect(markup.contains("1 M") && markup.contains(">10 k<"))
    // The last bar rises, and ends at the baseline.
    #expect(markup.contains("<path class=\"bar\" d=\"M52 208V12"))
    #expect(markup.contains("1,000,001 values from 0 to 4"))
    let two = HistogramChart(
      [
        .init("before", ValueHistogram(lower: 0, upper: 4, counts: [1, 2])),
        .init("after", ValueHistogram(lower: 2, upper: 9, counts: [3, 2])),
      ], title: "t"
    ).html.markup
    #expect(two.contains("line second") && two.contains(">after<"))
  }

  @Test("draw values that are all the same, and none")
  func plainHistograms() {
    for counts in [[], [0], [0, 7, 0]] {
      let histogram = ValueHistogram(lower: 2, upper: 2, counts: counts)
      #expect(HistogramChart([.init("x", histogram)], title: "t").html.markup.contains("</svg>"))
      #expect(SparkHistogram.html(histogram).markup.contains("</svg>"))
    }
    #expect(HistogramChart([], title: "t").html.markup.contains("</svg>"))
  }

  @Test("lay out areas that are as their weights, within their box")
  func treemap() {
    let box = TreemapLayout.Box(x: 10, y: 20, width: 300, height: 100)
    let weights: [Double] = [6, 6, 4, 3, 2, 2, 1]
    let boxes = TreemapLayout.boxes(for: weights, in: box)
    for (weight, part) in zip(weights, boxes) {
      #expect(abs(part.area - weight / 24 * box.area) < 1e-6)
      #expect(
        part.x >= 10 - 1e-9 && part.y >= 20 - 1e-9 && part.x + part.width <= 310 + 1e-9
          && part.y + part.height <= 120 + 1e-9)
    }
    #expect(TreemapLayout.boxes(for: [], in: box).isEmpty)
    #expect(TreemapLayout.boxes(for: [0, 0], in: box).count == 2)
    #expect(TreemapLayout.boxes(for: [1e300, 1e-300], in: box).count == 2)
  }

  @Test("cut long names by what is shown, and say how long they are")
  func names() {
    #expect(HTML.name("a/b").markup == "<bdi class=\"name\">a/<wbr>b</bdi>")
    #expect(HTML.name("<b>", limit: 2).markup == "<bdi class=\"name\">&lt;b… (3 bytes in all)</bdi>")
    let combining = "e" + String(repeating: "\u{301}", count: 60_000)
    #expect(HTML.name(combining).markup.utf8.count < 2000)
  }
}
