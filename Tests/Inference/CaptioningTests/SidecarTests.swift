import Files
import Foundation
import Images
import Messages
import TestSupport
import Testing
import Vocabulary

@testable import Captioning

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("Sidecars")
struct SidecarTests {
  static let words = ["<S>", "</S>", "a", "man", "'s", "<hat>", "&", "."]

  static func caption(_ ids: [Int] = [0, 2, 3, 4, 5, 7, 1], probability: Double = 0.5, isComplete: Bool = true)
    -> Caption
  {
    Caption(ids: ids, logprob: log(probability), score: log(probability), isComplete: isComplete)
  }

  static func writer(
    _ format: SidecarFormat, _ pictures: [String], minimum: Double? = nil, replaces: Bool = false
  ) throws -> SidecarWriter {
    try SidecarWriter(
      SidecarPlan(
        format: format, pictures: pictures, inputs: [], minimumProbability: minimum, replacesExisting: replaces),
      options: .standard, vocabulary: Vocabulary(words: words), model: "/secret/model.safetensors")
  }

  static func image(_ path: String, _ captions: [Caption] = [caption()]) -> CaptionedImage {
    CaptionedImage(path: path, result: .success(captions))
  }

  @Test(
    "a sidecar has the picture's name with the format's ending",
    arguments: [
      ("photo.jpg", "photo.xmp"), ("a/b.c/PHOTO.JPEG", "a/b.c/PHOTO.xmp"), ("./x.y.png", "./x.y.xmp"),
      ("photo", "photo.xmp"), ("IMG.2020", "IMG.2020.xmp"), (".jpg", ".jpg.xmp"), ("a.jpg/photo", "a.jpg/photo.xmp"),
      ("photo.xmp", "photo.xmp.xmp"),
    ])
  func names(picture: String, sidecar: String) { #expect(SidecarFormat.xmp.path(beside: picture) == sidecar) }

  @Test(
    "a caption's words become a sentence",
    arguments: [
      ("a man riding a wave .", "A man riding a wave."), ("", ""), (".", "."),
      ("a man 's hat , and a dog", "A man's hat, and a dog."),
      ("it does n't move !", "It doesn't move!"), ("a ' b", "A ' b."), ("\u{202e}x\n", "\\u{202e}x\\n."),
    ])
  func sentences(text: String, sentence: String) { #expect(AltText(text).message.text == sentence) }

  @Test("text, XMP and JSON are what their readers read")
  func contents() throws {
    let scratch = try TemporaryDirectory()
    let picture = try scratch.write([], to: "photo.jpg")
    for format in SidecarFormat.allCases {
      var writer = try Self.writer(format, [picture])
      let caption = Self.caption([0, 2, 3, 4, 5, 6, 7, 1])
      guard case .written(let path) = try writer.write(Self.image(picture, [caption, Self.caption()])) else {
        Issue.record("not written")
        continue
      }
      #expect(path == scratch.file("photo.\(format.rawValue)"))
      #expect(writer.writtenCount == 1)
      let text = try String(contentsOfFile: path, encoding: .utf8)
      switch format {
      case .txt: #expect(text == "A man's <hat> &.\n")
      case .xmp:
        let reader = XMPReader()
        #expect(reader.read(text) == ["x-default": "A man's <hat> &."])
      case .json:
        let run = try #require(CaptionRun.read(path: path).first)
        #expect(run.images.map(\.file) == ["photo.jpg"])
        #expect(run.images[0].captions?.map(\.caption) == [caption, Self.caption()])
        #expect(try JSONSchema(named: "caption.schema.json").violations(in: text) == [])
        // It goes where the picture goes.
        #expect(!text.contains("secret") && !text.contains(scratch.path))
      }
    }
  }

  @Test("what the model is not sure of, what was cut off and what failed has no sidecar")
  func leftOut() throws {
    let scratch = try TemporaryDirectory()
    let picture = scratch.file("photo.jpg")
    var writer = try Self.writer(.txt, [picture], minimum: 0.6)
    guard case .leftOut(let reason) = try writer.write(Self.image(picture)) else {
      throw CocoaError(.featureUnsupported)
    }
    #expect(
      reason.text
        == "\(picture): no sidecar was written, because its best caption has the probability 0.5, less than 0.6.")
    guard
      case .leftOut(let cut) = try writer.write(
        Self.image(picture, [Self.caption([0, 2, 2], probability: 1, isComplete: false)]))
    else { throw CocoaError(.featureUnsupported) }
    #expect(cut.text.contains("cut off at 20 words"))
    guard case .leftOut = try writer.write(Self.image(picture, [])) else { throw CocoaError(.featureUnsupported) }
    guard case .none = try writer.write(CaptionedImage(path: picture, result: .failure(ImageError(.outOfMemory))))
    else { throw CocoaError(.featureUnsupported) }
    #expect(writer.leftOutCount == 3 && writer.writtenCount == 0)
    #expect(try scratch.entries() == [])
    var exact = try Self.writer(.txt, [picture], minimum: Self.caption().probability)
    guard case .written = try exact.write(Self.image(picture)) else { throw CocoaError(.featureUnsupported) }
  }

  @Test("a sidecar that is there is kept, and replaced only when asked; a symbolic link is replaced and not followed")
  func existing() throws {
    let scratch = try TemporaryDirectory()
    let picture = try scratch.write([], to: "photo.jpg")
    let sidecar = try scratch.write(Array("mine".utf8), to: "photo.txt")
    var writer = try Self.writer(.txt, [picture])
    let error = #expect(throws: FileError.self) { _ = try writer.write(Self.image(picture)) }
    #expect(error == FileError(.exists, file: sidecar))
    #expect(try String(contentsOfFile: sidecar, encoding: .utf8) == "mine")
    let target = try scratch.write(Array("other".utf8), to: "target")
    try FileManager.default.removeItem(atPath: sidecar)
    try FileManager.default.createSymbolicLink(atPath: sidecar, withDestinationPath: target)
    var forced = try Self.writer(.txt, [picture], replaces: true)
    _ = try forced.write(Self.image(picture))
    #expect(try String(contentsOfFile: target, encoding: .utf8) == "other")
    #expect(try String(contentsOfFile: sidecar, encoding: .utf8) == "A man's <hat>.\n")
    #expect(try scratch.entries() == ["photo.jpg", "photo.txt", "target"])
  }

  @Test("the sidecar of a linked picture is beside the link")
  func linkedPicture() throws {
    let scratch = try TemporaryDirectory()
    let original = try scratch.write([], to: "originals/photo.jpg")
    try FileManager.default.createSymbolicLink(atPath: scratch.file("link.jpg"), withDestinationPath: original)
    var writer = try Self.writer(.txt, [scratch.file("link.jpg")])
    _ = try writer.write(Self.image(scratch.file("link.jpg")))
    #expect(try scratch.entries() == ["link.jpg", "link.txt", "originals"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.file("originals")) == ["photo.jpg"])
  }

  @Test("who may not read the picture may not read its caption")
  func permissions() throws {
    let scratch = try TemporaryDirectory()
    let picture = try scratch.write([], to: "photo.jpg")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: picture)
    var writer = try Self.writer(.txt, [picture])
    _ = try writer.write(Self.image(picture))
    let attributes = try FileManager.default.attributesOfItem(atPath: scratch.file("photo.txt"))
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test("a directory that is missing is an error, and nothing else")
  func missingDirectory() throws {
    var writer = try Self.writer(.txt, ["/nonexistent/photo.jpg"])
    let error = #expect(throws: FileError.self) { _ = try writer.write(Self.image("/nonexistent/photo.jpg")) }
    #expect(error?.category == .cannotCreate)
  }

  @Test("two pictures with one sidecar are refused, however their paths are written")
  func sameNames() throws {
    let scratch = try TemporaryDirectory()
    let (first, second) = (scratch.file("a.jpg"), "\(scratch.path)/./a.png")
    let error = #expect(throws: SidecarError.self) {
      _ = try Self.writer(.txt, [first, scratch.file("b.jpg"), second])
    }
    #expect(error?.reason == .sameName(first: first, second: second))
    try FileManager.default.createSymbolicLink(atPath: scratch.file("again"), withDestinationPath: scratch.path)
    #expect(throws: SidecarError.self) { _ = try Self.writer(.txt, [first, scratch.file("again/a.png")]) }
    // In another directory it is another name, and one picture named twice is one.
    _ = try Self.writer(.txt, [first, scratch.file("other/a.png"), first])
    var writer = try Self.writer(.txt, [first, "\(scratch.path)/./a.jpg"])
    _ = try writer.write(Self.image(first))
    guard case .repeated = try writer.write(Self.image("\(scratch.path)/./a.jpg")) else {
      Issue.record("written twice")
      return
    }
  }

  @Test("a sidecar or page never takes the name of a picture, the model or the vocabulary")
  func inputs() throws {
    let scratch = try TemporaryDirectory()
    let picture = scratch.file("words.jpg")
    // A picture whatever its name says.
    let other = scratch.file("words.txt")
    #expect(throws: SidecarError(.isInput, file: other)) { _ = try Self.writer(.txt, [picture, other]) }
    #expect(throws: SidecarError(.isInput, file: other)) {
      _ = try SidecarPlan(format: .txt, pictures: [picture], inputs: ["\(scratch.path)/./words.txt"])
    }
    func check(_ output: String, _ format: SidecarFormat? = nil) throws {
      try SidecarPlan.check(output: output, pictures: [picture], inputs: ["model"], sidecars: format)
    }
    #expect(throws: SidecarError(.isInput, file: picture)) { try check(picture) }
    #expect(throws: SidecarError(.isInput, file: "./model")) { try check("./model") }
    #expect(throws: SidecarError(.isSidecar, file: other)) { try check(other, .txt) }
    try check(other, .xmp)
    try check(other)
  }
}

/// Reads `dc:description` as an XML parser sees it: by language.
final class XMPReader: NSObject, XMLParserDelegate {
  private var path: [String] = []
  private var language: String?
  private var found: [String: String] = [:]

  func read(_ text: String) -> [String: String]? {
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    return parser.parse() ? found : nil
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String] = [:]
  ) {
    path.append(name)
    if name == "rdf:li" { language = attributes["xml:lang"] }
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if path.suffix(3) == ["dc:description", "rdf:Alt", "rdf:li"], let language { found[language, default: ""] += text }
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    path.removeLast()
  }
}
