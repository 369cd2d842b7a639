import Captioning
import Files
import Foundation
import Images
import Messages
import TestSupport
import Testing
import Vocabulary

@testable import Pages

@Suite("The gallery")
struct GalleryTests {
  static let words = ["<S>", "</S>", "a", "<b>dog</b>", "cat", "."]

  static func vocabulary() throws -> Vocabulary { try Vocabulary(words: words) }

  static func caption(_ ids: [Int], _ probability: Double, isComplete: Bool = true) -> Caption {
    Caption(ids: ids, logprob: log(probability), score: log(probability), isComplete: isComplete)
  }

  static func preview(_ orientation: PictureOrientation = .upright, side: Int = 100) throws -> PicturePreview {
    let image = RGBImage(width: side, height: side, pixels: Array(repeating: 99, count: 3 * side * side))
    let jpeg = try #require(JPEGPicture(image).encoded())
    return PicturePreview(
      jpeg: jpeg, width: side, height: side, storedWidth: 4000, storedHeight: 3000, orientation: orientation,
      networkView: orientation == .upright ? nil : jpeg)
  }

  static func trace() -> CaptionTrace {
    func step(_ id: Int, _ probability: Double, _ other: Int) -> CaptionTrace.Step {
      CaptionTrace.Step(
        said: CaptionTrace.Word(id: id, probability: probability),
        alternatives: [CaptionTrace.Word(id: other, probability: 1 - probability)])
    }
    return CaptionTrace(steps: [step(2, 0.9, 4), step(3, 0.4, 4), step(1, 1, 0)])
  }

  static func picture(
    _ name: String = "dog.jpg", _ captions: [Caption]? = nil, preview: PicturePreview? = nil, warning: String? = nil
  ) throws -> TracedImage {
    let captions = captions ?? [caption([0, 2, 3, 5, 1], 0.75), caption([0, 2, 4, 5, 1], 0.1)]
    return TracedImage(
      image: CaptionedImage(path: "/secret/folder/" + name, result: .success(captions), warning: warning),
      trace: trace(), preview: try preview ?? Self.preview())
  }

  static func failed(_ name: String = "bad.jpg") -> TracedImage {
    let path = "/secret/folder/" + name
    return TracedImage(image: CaptionedImage(path: path, result: .failure(ImageError(.outOfMemory, file: path))))
  }

  /// The page of pictures.
  static func page(
    _ pictures: [TracedImage], confidence: CaptionConfidence = .measured, notes: [Message] = []
  ) throws -> String {
    let scratch = try TemporaryDirectory()
    let path = scratch.file("gallery.html")
    var page = try GalleryPage(
      path: path,
      header: GalleryHeader(
        modelName: "<model>", options: .standard, pictureCount: pictures.count, confidence: confidence,
        remarks: ["\("a<remark>")"]),
      vocabulary: vocabulary())
    for picture in pictures { try page.add(picture, notes: notes) }
    #expect(!FileManager.default.fileExists(atPath: path))
    try page.finish()
    #expect(try scratch.entries() == ["gallery.html"])
    return try String(contentsOfFile: path, encoding: .utf8)
  }

  @Test(
    "a picture has its caption as a sentence, all beams with bars, and the words with what else they might have been")
  func picture() throws {
    let page = try Self.page([Self.picture()])
    for part in [
      "<title>Captions of 1 picture</title>", "<h2 id=\"caption-1\">A &lt;b&gt;dog&lt;/b&gt;.</h2>",
      "4000 × 3000 pixels", "src=\"data:image/jpeg;base64,", "The 2 best captions",
      "a &lt;b&gt;dog&lt;/b&gt; .</span>", "<rect class=\"bar\" width=\"75\"", "75.0 %", "10.0 %",
      "<details class=\"words\" open>", "<li class=\"step low\"><b><bdi>&lt;b&gt;dog&lt;/b&gt;</bdi></b>",
      "<i>end</i>", "100 %", "&lt;model&gt;", "a&lt;remark&gt;", "1 picture, 1 caption.",
    ] {
      #expect(page.contains(part), "\(part) is missing")
    }
    #expect(!page.contains("secret"))
    #expect(!page.contains("The network saw this"))
    #expect(!page.contains("style=\""))
  }

  @Test(
    "a picture that was turned is shown beside what the network saw, in words too",
    arguments: PictureOrientation.allCases)
  func turned(orientation: PictureOrientation) throws {
    let page = try Self.page([Self.picture(preview: Self.preview(orientation))])
    #expect(page.contains("The network saw this") == (orientation != .upright))
    #expect(page.contains(orientation.words.text) == (orientation != .upright))
  }

  @Test("captions below the threshold are marked, and only those")
  func marks() throws {
    let captions = [0.7, 0.69, 1, 0.001].map { Self.caption([0, 2, 1], $0) }
    let pictures = try captions.map { try Self.picture("x.jpg", [$0]) }
    let page = try Self.page(pictures)
    #expect(page.components(separatedBy: "class=\"shot unsure\"").count == 3)
    #expect(page.contains("less than 0.7"))
    #expect(page.contains("4 pictures, 4 captions, 2 of them not sure"))
    #expect(page.contains("12,000 pictures that it had never seen"))
    let own = try Self.page(pictures, confidence: CaptionConfidence(threshold: 0.0005))
    #expect(!own.contains("class=\"shot unsure\""))
    #expect(own.contains("below 0.0005 are marked, as you asked"))
    let cut = try Self.page([Self.picture("x.jpg", [Self.caption([0, 2, 2], 1, isComplete: false)])])
    #expect(cut.contains("class=\"shot unsure\"") && cut.contains("cut off"))
  }

  @Test("pictures that fail are there with their error, and warnings and notes with theirs")
  func failures() throws {
    let page = try Self.page(
      [Self.failed("<img src=x>.jpg"), Self.picture("w.jpg", warning: "odd <bytes>"), Self.picture("n.jpg", [])],
      notes: ["\("/secret/folder/no <sidecar>")"])
    #expect(!page.contains("secret"))
    #expect(page.contains("Not captioned") && page.contains("There is no picture to show."))
    #expect(page.contains("there is not enough memory to decode it"))
    #expect(page.contains("&lt;img src=x&gt;.jpg") && !page.contains("<img src=x"))
    #expect(page.contains("The decoder continued after: odd &lt;bytes&gt;"))
    #expect(page.contains("no &lt;sidecar&gt;"))
    #expect(page.contains("The model says nothing"))
    #expect(page.contains("3 pictures, 1 caption; 2 pictures could not be captioned"))
  }

  @Test("a name of markup, quotes and direction marks is text, a long one is cut with its length")
  func hostileNames() throws {
    let name = "\"'><script>alert(1)<script>\u{202e}\n.jpg"
    let long = String(repeating: "n", count: 64 << 10)
    let page = try Self.page([Self.picture(name), Self.picture(long)])
    #expect(page.contains("&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;script&gt;\\u{202e}\\n.jpg"))
    #expect(page.contains("(65536 characters)"))
    #expect(page.utf8.count < 40_000)
    // The page's own script and no other.
    #expect(page.components(separatedBy: "<script").count == 2)
  }

  @Test("a picture of few pixels is shown with visible pixels")
  func tiny() throws {
    #expect(try Self.page([Self.picture(preview: Self.preview(side: 3))]).contains("class=\"pixels tiny\""))
    #expect(try !Self.page([Self.picture()]).contains("class=\"pixels tiny\""))
  }

  @Test("more pictures than stay in memory are on the page in order, their words folded")
  func many() throws {
    let noise = RGBImage(
      width: 200, height: 200, pixels: (0..<120_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) })
    let jpeg = try #require(JPEGPicture(noise, quality: 95).encoded())
    let count = (6 << 20) / jpeg.count
    #expect(count > 24)
    let picture = try Self.picture(
      preview: PicturePreview(jpeg: jpeg, width: 200, height: 200, storedWidth: 200, storedHeight: 200))
    let page = try Data(Self.page(Array(repeating: picture, count: count)).utf8)
    var place = 0
    for part in (1...count).map({ "id=\"picture-\($0)\"" }) + ["</html>\n"] {
      let found = try #require(page.range(of: Data(part.utf8), in: place..<page.count), "\(part) is missing")
      place = found.upperBound
    }
    #expect(place == page.count)
    #expect(page.range(of: Data("<details class=\"words\">".utf8)) != nil)
    #expect(page.range(of: Data("<details class=\"words\" open>".utf8)) == nil)
  }

  @Test("more than 250 pictures are on several pages that lead to each other")
  func severalPages() throws {
    let scratch = try TemporaryDirectory()
    let header = GalleryHeader(modelName: "m", options: .standard, pictureCount: 501)
    var page = try GalleryPage(
      path: scratch.file("my gallery.v1.html"), header: header, vocabulary: Self.vocabulary())
    for number in 0..<501 { try page.add(number == 300 ? Self.picture() : Self.failed()) }
    try page.finish()
    let names = ["my gallery.v1.html", "my gallery.v1-2.html", "my gallery.v1-3.html"]
    #expect(try Set(scratch.entries()) == Set(names))
    let texts = try names.map { try String(contentsOfFile: scratch.file($0), encoding: .utf8) }
    let numbers = texts.map { $0.matches(of: /<article [^>]*id="picture-(\d+)"/).compactMap { Int($0.1) } }
    #expect(numbers == [Array(1...250), Array(251...500), [501]])
    let links = texts.map { $0.matches(of: /<a href=".\/([^"]*)">/).map { String($0.1) } }
    let (first, second, third) = ("my%20gallery.v1.html", "my%20gallery.v1-2.html", "my%20gallery.v1-3.html")
    // Above the pictures and below them.
    #expect(links == [[second, third], [first, third], [first, second]].map { $0 + $0 })
    #expect(texts[1].contains("<title>Captions of 501 pictures, page 2</title>"))
    #expect(texts.allSatisfy { $0.contains("share them together") && !$0.contains("as one file") })
    #expect(texts[1].contains("This page has pictures 251 to 500") && texts[1].contains("Page 2 of 3"))
    #expect(texts[1].contains("sure: 1<") && texts[0].contains("sure: 0<"))
    #expect(texts.allSatisfy { $0.contains("501 pictures, 1 caption; 500 pictures could not be captioned") })
  }

  @Test("a further page that is there ends it before anything is written")
  func furtherPage() throws {
    let scratch = try TemporaryDirectory()
    _ = try scratch.write(Array("old".utf8), to: "g-2.html")
    let header = GalleryHeader(modelName: "m", options: .standard, pictureCount: 251)
    let error = #expect(throws: FileError.self) {
      _ = try GalleryPage(path: scratch.file("g.html"), header: header, vocabulary: Self.vocabulary())
    }
    #expect(error?.reason == .exists)
    #expect(try scratch.entries() == ["g-2.html"])
  }

  private func make(_ path: String, _ count: Int, replacing: Bool = true) throws -> [String] {
    let header = GalleryHeader(modelName: "m", options: .standard, pictureCount: count)
    var page = try GalleryPage(path: path, header: header, vocabulary: Self.vocabulary(), replacesExisting: replacing)
    for _ in 0..<count { try page.add(Self.failed()) }
    return try page.finish()
  }

  @Test("with fewer pictures it removes its own later pages, and nothing else")
  func laterPages() throws {
    let scratch = try TemporaryDirectory()
    let path = scratch.file("g.html")
    #expect(try make(path, 1001).isEmpty)
    // A page that begins another gallery, a link, and a file after a gap are not its later pages.
    let five = try String(contentsOfFile: scratch.file("g-5.html"), encoding: .utf8)
    try scratch.write(Array(five.utf8), to: "g-7.html")
    #expect(try make(path, 251) == [scratch.file("g-3.html"), scratch.file("g-4.html"), scratch.file("g-5.html")])
    #expect(try Set(scratch.entries()) == ["g.html", "g-2.html", "g-7.html"])
    _ = try make(scratch.file("g-3.html"), 1)
    #expect(try make(path, 251).isEmpty)
    #expect(try make(path, 1) == [scratch.file("g-2.html")])
    let others: [[UInt8]] = [
      Array("mine".utf8), [], Array(five.replacing("Decant ", with: "Other ").utf8),
      Array(five.replacing(", page 5</title>", with: "</title>").utf8),
    ]
    for other in others {
      try scratch.write(other, to: "g-2.html")
      #expect(try make(path, 1).isEmpty)
      let error = #expect(throws: GalleryError.self) { try make(path, 251) }
      #expect(error?.reason == .foreignPage)
      #expect(try Array(Data(contentsOf: URL(filePath: scratch.file("g-2.html")))) == other)
    }
    try FileManager.default.removeItem(atPath: scratch.file("g-2.html"))
    try scratch.write(Array(five.replacing(", page 5<", with: ", page 2<").utf8), to: "elsewhere.html")
    try FileManager.default.createSymbolicLink(
      atPath: scratch.file("g-2.html"), withDestinationPath: scratch.file("elsewhere.html"))
    #expect(try make(path, 1).isEmpty)
    #expect(throws: GalleryError.self) { try make(path, 251) }
    #expect(try scratch.entries().contains("elsewhere.html"))
    // Without the right to replace files, nothing is removed either.
    try FileManager.default.removeItem(atPath: scratch.file("g-2.html"))
    _ = try make(path, 251)
    try FileManager.default.removeItem(atPath: path)
    #expect(try make(path, 1, replacing: false).isEmpty)
    #expect(try scratch.entries().contains("g-2.html"))
  }

  @Test(
    "further pages have a number before the ending",
    arguments: [("a/g.html", "a/g-2.html"), ("a.b/g", "a.b/g-2"), (".g", ".g-2"), ("a/.g.html", "a/.g-2.html")])
  func paths(first: String, second: String) {
    #expect(GalleryPaths(first: first, pictureCount: 250).paths == [first])
    #expect(GalleryPaths(first: first, pictureCount: 0).paths == [first])
    #expect(GalleryPaths(first: first, pictureCount: 251).paths == [first, second])
  }

  @Test("no picture, no captions: still a page")
  func nothing() throws { #expect(try Self.page([]).contains("Captions of 0 pictures")) }

  @Test("a page that is there is kept, and one that is not finished leaves nothing")
  func wholeOrAbsent() throws {
    let scratch = try TemporaryDirectory()
    let path = try scratch.write(Array("old".utf8), to: "gallery.html")
    let header = GalleryHeader(modelName: "m", options: .standard, pictureCount: 1)
    let vocabulary = try Self.vocabulary()
    let error = #expect(throws: FileError.self) {
      _ = try GalleryPage(path: path, header: header, vocabulary: vocabulary)
    }
    #expect(error?.reason == .exists)
    do {
      var page = try GalleryPage(path: path, header: header, vocabulary: vocabulary, replacesExisting: true)
      try page.add(Self.picture())
    }
    #expect(try scratch.entries() == ["gallery.html"])
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
  }

  @Test(
    "probabilities say 0 and 100 only of what is so",
    arguments: [
      (0, "0 %"), (1, "100 %"), (0.9996, "> 99.9 %"), (0.9994, "99.9 %"), (0.0004, "< 0.1 %"), (0.0005, "0.1 %"),
      (0.5, "50.0 %"), (0.592, "59.2 %"), (.nan, "< 0.1 %"),
    ] as [(Double, String)])
  func shares(value: Double, text: String) { #expect(Share(value).message.text == text) }
}
