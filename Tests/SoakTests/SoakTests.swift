import Captioning
import Conversion
import Engine
import Foundation
import TensorFiles
import Testing
import TestSupport
import Vocabulary

/// Long runs through the library in one process: `make soak`. Alone, since other tests hold memory and files too.
@Suite(.serialized, .enabled(if: Soak.isWanted, "DECANT_SOAK_CAPTIONS and DECANT_SOAK_CONVERSIONS are not set"))
struct SoakTests {
  @Test("memory and open files are flat over many captions")
  func captions() throws {
    let captioner = try Captioner(
      source: TensorFile.open(Scenes.checkpoint), vocabulary: VocabularyFile(path: Scenes.vocabulary).vocabulary(),
      vocabularyPath: Scenes.vocabulary)
    let paths = try FileManager.default.contentsOfDirectory(atPath: Scenes.images).sorted()
      .filter { $0.hasSuffix(".jpg") }.map { "\(Scenes.images)/\($0)" }
    try #require(!paths.isEmpty)
    var first: [String: [String]] = [:]
    try Soak.run("captions", count: Soak.captionCount, step: paths.count) {
      captioner.captions(ofImagesAt: paths) { image in
        let texts = (try? image.result.get())?.map { captioner.printed($0).text } ?? []
        #expect(!texts.isEmpty && first[image.path, default: texts] == texts, "\(image.name)")
        first[image.path] = texts
      }
    }
  }

  @Test("memory and open files are flat over many conversions, whose bytes never change")
  func conversions() throws {
    let directory = try TemporaryDirectory()
    var first: [String: [UInt8]] = [:]
    try Soak.run("conversions", count: Soak.conversionCount, step: 4) {
      for name in ["a.safetensors", "a.h5", "a.npz", "a.ckpt"] {
        var options = ConversionOptions()
        options.sink.replacesExisting = true
        let report = try Converter(options: options).convert(Scenes.checkpoint, to: directory.file(name))
        #expect(report.wasReadBack)
        let path = name.hasSuffix(".ckpt") ? directory.file("\(name).data-00000-of-00001") : directory.file(name)
        let bytes = try Fixture.bytes(at: path)
        #expect(first[name, default: bytes] == bytes, "\(name)")
        first[name] = bytes
      }
    }
  }

  @Test("sixteen conversions at once write the bytes of one", arguments: ["a.safetensors", "a.h5", "a.npz"])
  func atOnce(name: String) async throws {
    let directory = try TemporaryDirectory()
    let paths = (0..<17).map { directory.file("\($0)-\(name)") }
    _ = try Converter().convert(Scenes.checkpoint, to: paths[16])
    try await withThrowingTaskGroup(of: Void.self) { group in
      for path in paths.prefix(16) { group.addTask { _ = try Converter().convert(Scenes.checkpoint, to: path) } }
      try await group.waitForAll()
    }
    let expected = try Data(contentsOf: URL(filePath: paths[16]))
    for path in paths { #expect(try Data(contentsOf: URL(filePath: path)) == expected) }
  }
}

/// How long, and what flat means.
enum Soak {
  static let captionCount = count("DECANT_SOAK_CAPTIONS")
  static let conversionCount = count("DECANT_SOAK_CONVERSIONS")
  static var isWanted: Bool { captionCount > 0 || conversionCount > 0 }

  /// What may be held more at the end than after the first tenth; a leak of a kilobyte a caption is nine times that in 10,000.
  private static let slackByteCount = 1 << 20

  private static func count(_ name: String) -> Int { ProcessInfo.processInfo.environment[name].flatMap(Int.init) ?? 0 }

  /// Repeats `body`, which does `step` at a time, and compares what the process holds after the first tenth and at the end.
  static func run(_ what: String, count: Int, step: Int, _ body: () throws -> Void) throws {
    let rounds = max(10, (count + step - 1) / step)
    var early: ProcessResources?
    for round in 1...rounds {
      try body()
      if round == max(3, rounds / 10) { early = try .now() }
    }
    let start = try #require(early)
    let end = try ProcessResources.now()
    print("soak: \(rounds * step) \(what): \(start) after a tenth, \(end) at the end")
    #expect(end.residentByteCount <= start.residentByteCount + slackByteCount)
    #expect(end.openFileCount <= start.openFileCount)
  }
}
