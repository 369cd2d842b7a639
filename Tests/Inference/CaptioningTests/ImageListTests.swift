import Files
import Foundation
import Messages
import TestSupport
import Testing

@testable import Captioning

@Suite("Lists of images")
struct ImageListTests {
  /// A directory of empty files that goes with the test.
  final class Folder {
    let path: String

    init(_ names: [String]) throws {
      let url = FileManager.default.temporaryDirectory.appending(path: "decant-images-\(UUID())")
      path = url.path(percentEncoded: false)
      for name in names {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data().write(to: file)
      }
    }

    deinit {
      try? FileManager.default.removeItem(atPath: path)
    }

    func relative(_ paths: [String]) -> [String] {
      paths.map { $0.hasPrefix(path + "/") ? String($0.dropFirst(path.count + 1)) : $0 }
    }
  }

  static let names = [
    "b.jpg", "a.jpg", "C.JPG", "d.png", "e.jpeg", "notes.txt", "a,b.jpg", "[z].jpg", ".hidden.jpg", "sub/a.jpg",
    "sub/q.png",
    "empty/notes.txt",
  ]

  @Test("a directory stands for its images, sorted by name")
  func directory() throws {
    let folder = try Folder(Self.names)
    let expected = ["C.JPG", "[z].jpg", "a,b.jpg", "a.jpg", "b.jpg", "d.png", "e.jpeg"]
    #expect(folder.relative(try ImageList.expand([folder.path])) == expected)
    #expect(folder.relative(try ImageList.expand([folder.path + "/"])) == expected)
  }

  @Test("lists are taken apart at commas unless a file has that name")
  func lists() throws {
    let folder = try Folder(Self.names)
    let (a, b, sub) = (folder.path + "/a.jpg", folder.path + "/b.jpg", folder.path + "/sub")
    #expect(
      folder.relative(try ImageList.expand(["\(b),\(a),,\(sub)"])) == ["b.jpg", "a.jpg", "sub/a.jpg", "sub/q.png"])
    #expect(folder.relative(try ImageList.expand([folder.path + "/a,b.jpg"])) == ["a,b.jpg"])
    #expect(folder.relative(try ImageList.expand([a, a])) == ["a.jpg", "a.jpg"])
  }

  @Test("a missing file stays in the list, a directory without images does not")
  func missing() throws {
    let folder = try Folder(Self.names)
    #expect(try ImageList.expand(["/nowhere/x.jpg"]) == ["/nowhere/x.jpg"])
    let error = #expect(throws: CaptionError.self) { try ImageList.expand([folder.path + "/empty"]) }
    #expect(error == CaptionError(.noImages, file: folder.path + "/empty"))
    #expect(error?.category == .noInput)
  }

  /// As TensorFlow 0.12.1 answers, but for the order of what one pattern matches.
  static let patterns: [(pattern: String, matches: [String])] = [
    ("*.jpg", [".hidden.jpg", "[z].jpg", "a.jpg", "b.jpg"]),
    ("a.jpg", ["a.jpg"]),
    ("none.jpg", []),
    ("?.jpg", ["a.jpg", "b.jpg"]),
    ("[ab].jpg", ["a.jpg", "b.jpg"]),
    ("[!a].jpg", ["b.jpg"]),
    ("[z].jpg", []),
    ("\\[z].jpg", ["[z].jpg"]),
    ("s*/a.jpg", ["sub/a.jpg"]),
    ("*/a.jpg", ["sub/a.jpg"]),
    ("sub/*", ["sub/a.jpg", "sub/q.png"]),
    (".*", [".hidden.jpg"]),
  ]

  @Test("patterns match what they match in the original program", arguments: patterns)
  func match(pattern: String, matches: [String]) throws {
    // Without the name that has a comma, which would be a list.
    let folder = try Folder(Self.names.filter { $0 != "a,b.jpg" })
    #expect(folder.relative(try ImageList.expandPatterns("\(folder.path)/\(pattern)")) == matches)
  }

  @Test("several patterns keep their order")
  func order() throws {
    let folder = try Folder(Self.names)
    let argument = ["b.jpg", "none.jpg", "[ab].jpg"].map { "\(folder.path)/\($0)" }.joined(separator: ",")
    #expect(folder.relative(try ImageList.expandPatterns(argument)) == ["b.jpg", "a.jpg", "b.jpg"])
  }

  @Test("a missing directory is an error", arguments: ["/nowhere/a.jpg", "/nowhere/*.jpg"])
  func missingDirectory(pattern: String) {
    let error = #expect(throws: CaptionError.self) { try ImageList.expandPatterns(pattern) }
    #expect(error == CaptionError(.cannotList(FileError(.cannotOpen(ENOENT), file: "/nowhere/"))))
    #expect(error?.category == .noInput)
  }

  @Test("pictures of other formats are counted by name, by content before ending")
  func otherPictures() throws {
    let scratch = try TemporaryDirectory()
    let names = try FileManager.default.contentsOfDirectory(atPath: Fixture.path("pictures"))
    for name in names { try scratch.write(Fixture.bytes("pictures/\(name)"), to: name) }
    for name in ["empty.tif", "raw.nef", "notes.txt", "model.pb", ".hidden.bmp", "folder.bmp/x", "drawing.svg"] {
      try scratch.write(name == "notes.txt" ? [0x42, 0x4d, 10] : [], to: name)
    }
    var noted: [PassedPictures] = []
    let paths = try ImageList.expand([scratch.path]) { noted.append($0) }
    // A WebP under the name of a JPEG stays in the list, and decoding says what it is.
    #expect(paths == [scratch.file("a-webp.jpg")])
    let passed = try #require(noted.first)
    #expect(
      passed.counts == [
        // A .dib has no mark; its name alone says BMP.
        "BMP": 3, "GIF": 1, "WebP": 2, "TIFF": 3, "AVIF": 1, "JPEG 2000": 1, "HEIC": 1, "camera raw": 1, "SVG": 1,
      ])
    #expect(passed.misnamedCount == 2)
    #expect(passed.description.hasPrefix("\(scratch.path): skips 3 BMP, 3 TIFF, 2 WebP, "))
    #expect(
      passed.description.contains("2 JPEG or PNG without the extension") && passed.description.contains("mogrify"))
  }

  @Test("a directory of other pictures alone says which")
  func onlyOthers() throws {
    let scratch = try TemporaryDirectory()
    try scratch.write(Fixture.bytes("pictures/plain.bmp"), to: "a\u{1b}.bmp")
    let error = try #require(throws: CaptionError.self) { try ImageList.expand([scratch.path]) }
    #expect(error.category == .noInput)
    #expect("\(error)".contains("only 1 BMP file. Convert them"))
  }

  @Test("many files are looked at in linear time")
  func manyFiles() throws {
    let scratch = try TemporaryDirectory(inMemory: true)
    for number in 0..<12_000 {
      _ = FileManager.default.createFile(atPath: scratch.file("\(number).webp"), contents: nil)
    }
    let start = ContinuousClock.now
    let error = try #require(throws: CaptionError.self) { try ImageList.expand([scratch.path]) }
    // Seconds even without optimization; what is quadratic takes minutes.
    #expect(ContinuousClock.now - start < .seconds(20))
    #expect("\(error)".contains("12000 WebP files"))
  }

  @Test("an address with commas is one argument")
  func addresses() throws {
    #expect(try ImageList.expand(["https://host/a,b.jpg"]) == ["https://host/a,b.jpg"])
  }
}
