import Bytes
import Foundation
import Messages
import Tensors
import TestSupport
import Testing

@testable import WeightFiles

@Suite("Core ML models")
struct CoreMLTests {
  @Test(
    "Every tensor reads as coremltools reads it, in pieces of any length",
    arguments: [
      "network.mlmodel", "network-float16.mlmodel", "float32.mlpackage", "float16.mlpackage", "int8.mlpackage",
      "int4-ios18.mlpackage", "palette2-ios18.mlpackage", "sparse.mlpackage",
    ])
  func values(name: String) throws {
    let stem = try #require(name.split(separator: ".").first)
    let rows = try GoldenValues("coreml/\(stem).json").tensors
    let source = try CoreMLFile.open(Fixture.path("coreml/\(name)"))
    #expect(source.problems.isEmpty)
    // The script leaves out values whose bytes numpy has no dtype for.
    let others = Set(source.descriptors.map(\.name)).subtracting(rows.map(\.name))
    #expect(
      others.allSatisfy {
        $0.hasSuffix("_quantized/offset") || $0.hasSuffix("ized/shape") || $0.hasSuffix("sparsified/shape")
      })
    #expect(source.descriptors.count == rows.count + others.count)
    for row in rows { try source.expectTensor(row.name, row.dtype, row.shape, row.bytes) }
  }

  @Test("The model's description is metadata, and the file of weights is located")
  func metadata() throws {
    let source = try CoreMLFile.open(Fixture.path("coreml/float32.mlpackage"))
    #expect(source.metadata["coreml.specification_version"] == "7")
    #expect(source.metadata["com.github.apple.coremltools.version"] == "9.0")
    #expect(source.files.map { ($0.path as NSString).lastPathComponent } == ["model.mlmodel", "weight.bin"])
    let conv = try source.requireDescriptor(named: "conv_weight")
    #expect(conv.location == TensorLocation(file: 1, offset: 128))
  }

  @Test(
    "Quantized weights of a network are not read, and the error says so", arguments: ["linear8"])
  func quantized(name: String) throws {
    do {
      _ = try CoreMLFile.open(Fixture.path("coreml/network-\(name).mlmodel"))
      Issue.record("\(name) was opened")
    } catch let error as WeightFileError {
      #expect(error.reason == .coreML(.quantized))
    }
  }

  private static func value(_ defect: CoreMLDefect) -> WeightFileDefect { .coreML(defect) }
  private static let weights = "@model_path/weights/weight.bin"

  /// What is wrong with the first tensor, or with the package; nil if the reader's words are those of a missing file.
  fileprivate static let defects: [(name: String, reason: WeightFileDefect?)] = [
    ("weights-missing.mlpackage", value(.missing(weights))), ("model-missing.mlpackage", nil),
    ("manifest-missing.mlpackage", nil),
    ("manifest-cut.mlpackage", value(.badManifest("the JSON text ends in the middle of a value"))),
    ("manifest-parent.mlpackage", value(.modelOutside("../../x"))),
    ("manifest-absolute.mlpackage", value(.modelOutside("/etc/passwd"))),
    ("weights-empty.mlpackage", value(.pastEnd("weight.bin", fileByteCount: 0))),
    ("weights-cut.mlpackage", value(.pastEnd(weights, fileByteCount: 200))),
    ("weights-version.mlpackage", value(.storageVersion(99))), ("sentinel.mlpackage", value(.noRecord(offset: 64))),
    ("record-type.mlpackage", value(.recordType(99))),
    ("record-size.mlpackage", value(.byteCount(found: 1 << 60, expected: 288))),
    ("record-offset.mlpackage", value(.pastEnd(weights, fileByteCount: 1664))),
    ("record-offset-max.mlpackage", value(.pastEnd(weights, fileByteCount: 1664))),
    ("offset-outside.mlpackage", value(.noRecord(offset: 1_000_000))),
    ("offset-unaligned.mlpackage", value(.noRecord(offset: 65))),
    ("offset-max.mlpackage", value(.noRecord(offset: .max))),
    ("file-parent.mlpackage", value(.outside("@model_path/../../../weight.bin"))),
    ("file-absolute.mlpackage", value(.outside("/etc/passwd"))),
    ("file-other.mlpackage", value(.missing("@model_path/weights/other.bin"))),
    ("shape-huge.mlpackage", .badShape(.tooManyElements([1 << 62, 4, 3, 3]))),
    ("shape-more.mlpackage", value(.byteCount(found: 288, expected: 360))),
    ("model-cut.mlpackage", nil), ("cut-1151.mlmodel", nil), ("cut-10.mlmodel", nil), ("cut-576.mlmodel", nil),
    ("cut-0.mlmodel", value(.noNetwork)),
  ]

  @Test("Each defect is named, and quickly", arguments: defects.indices)
  func reasons(index: Int) throws {
    let (name, reason) = Self.defects[index]
    let start = ContinuousClock.now
    var found: [WeightFileDefect?] = []
    do {
      let source = try CoreMLFile.open(Fixture.path("coreml/bad/\(name)"))
      found = source.problems.map { ($0.error as? WeightFileError)?.reason }
      try source.readEverything()
    } catch let error as WeightFileError {
      found = [error.reason]
    } catch let error as any DecantError {
      #expect(reason == nil, "\(error)")
      return
    }
    if let reason { #expect(found.first == reason, "\(name)") } else { #expect(!found.isEmpty, "\(name)") }
    #expect(ContinuousClock.now - start < .seconds(60))
  }

  @Test("Cut anywhere, or with changed bytes, a model is refused or what it lists can be read")
  func mangled() throws {
    let directory = try TemporaryDirectory(inMemory: true)
    let package = "coreml/int4-ios18.mlpackage/Data/com.apple.CoreML"
    try directory.write(Fixture.bytes("\(package)/weights/weight.bin"), to: "weights/weight.bin")
    for file in ["\(package)/model.mlmodel", "coreml/network.mlmodel"] {
      let bytes = try Fixture.bytes(file)
      var random = SeededRandom(seed: 3)
      for round in 0..<300 {
        var damaged = Array(bytes.prefix(round % 3 == 0 ? Int(random.next() % UInt64(bytes.count)) : bytes.count))
        for _ in 0..<3 where !damaged.isEmpty {
          damaged[Int(random.next() % UInt64(damaged.count))] = UInt8(truncatingIfNeeded: random.next())
        }
        let path = try directory.write(damaged, to: "model.mlmodel")
        do { try CoreMLFile.open(path).readEverything() } catch is WeightFileError {}
      }
    }
  }
}
