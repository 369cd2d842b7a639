import Files
import Foundation
import TestSupport
import Testing

@Suite("A path from inside a file stays in that file's directory")
struct PathBoundaryTests {
  let scratch: TemporaryDirectory

  init() throws {
    scratch = try TemporaryDirectory()
    for folder in ["model/sub", "elsewhere", "model-2"] {
      try FileManager.default.createDirectory(
        atPath: scratch.file(folder), withIntermediateDirectories: true)
    }
  }

  @Test(
    "what lies in the directory or below it is found, however it is written",
    arguments: [
      ("a", "a"), ("./a", "a"), ("sub/a", "sub/a"), ("sub/../a", "a"), ("sub//a", "sub/a"), ("../model/a", "a"),
      ("not-there/a", "not-there/a"), ("...", "..."), ("C:\\models\\a", "C:\\models\\a"),
    ])
  func inside(named: String, expected: String) {
    #expect(PathBoundary(directory: scratch.file("model")).path(named: named) == scratch.file("model/\(expected)"))
  }

  @Test(
    "what leads out of it, or is the directory itself, means nothing",
    arguments: [
      "", ".", "..", "/", "../a", "../model-2/a", "sub/../../a", "/etc/passwd", "../../../../etc/passwd", "sub/..",
      "a\u{0}b", "../model",
    ])
  func outside(named: String) {
    #expect(PathBoundary(directory: scratch.file("model")).path(named: named) == nil)
  }

  @Test("an absolute spelling of the same directory is inside, through links or not")
  func absolute() throws {
    try FileManager.default.createSymbolicLink(
      atPath: scratch.file("link"), withDestinationPath: scratch.file("model"))
    let link = PathBoundary(directory: scratch.file("link"))
    #expect(link.path(named: scratch.file("link/sub/a")) == scratch.file("link/sub/a"))
    #expect(link.path(named: scratch.file("model/sub/a")) == scratch.file("link/sub/a"))
    #expect(link.path(named: scratch.file("model-2/a")) == nil)
    #expect(link.path(named: scratch.file("elsewhere/a")) == nil)
    let here = FileManager.default.currentDirectoryPath
    #expect(PathBoundary(directory: ".").path(named: here + "/a") == "a")
    #expect(PathBoundary(directory: "").path(named: "b/a") == "b/a")
    #expect(PathBoundary(directory: "/").path(named: "../a") == "/a")
  }

  @Test("a directory below that is a link to one elsewhere is not entered")
  func linkBelow() throws {
    try FileManager.default.createSymbolicLink(
      atPath: scratch.file("model/out"), withDestinationPath: scratch.file("elsewhere"))
    try FileManager.default.createSymbolicLink(atPath: scratch.file("model/in"), withDestinationPath: "sub")
    let boundary = PathBoundary(directory: scratch.file("model"))
    #expect(boundary.path(named: "out/a") == nil)
    #expect(boundary.path(named: "in/a") == scratch.file("model/in/a"))
  }
}
