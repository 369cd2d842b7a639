import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Diagnosis

@Suite("What was read before is not read again")
struct KnownReadingTests {
  private func errors(of source: any TensorSource) -> [Int: any Error] {
    var errors: [Int: any Error] = [:]
    for (index, descriptor) in source.descriptors.enumerated() {
      do {
        if descriptor.dtype == .string {
          _ = try source.readStrings(descriptor)
        } else if descriptor.dtype.byteCount != nil {
          try source.read(descriptor, maximumByteCount: 1 << 16) { _ in }
        }
      } catch { errors[index] = error }
    }
    return errors
  }

  @Test(
    "and the doctor says the same",
    arguments: [
      "scenes/v2", "checkpoints/v1-small", "checkpoints/v2-small/model.ckpt", "checkpoints/v2-dtypes-2x",
      "checkpoints/bad/v2-flip-tensor", "checkpoints/bad/v2-missing-shard", "checkpoints/bad/v2-size-short",
      "checkpoints/bad/v2-string-flip-text", "npz/stored.npz",
    ])
  func same(_ name: String) throws {
    let path = Fixture.path(name)
    let source = try TensorFile.open(path)
    let known = KnownReading(of: source, errors: errors(of: source))
    #expect(try Doctor.examine([path], known: known) == Doctor.examine([path]))
  }

  @Test("unless it was of another source, or the file has changed since")
  func others() throws {
    let scratch = try TemporaryDirectory()
    let path = scratch.file("m.npz")
    let other = scratch.file("n.npz")
    for copy in [path, other] {
      try FileManager.default.copyItem(atPath: Fixture.path("npz/stored.npz"), toPath: copy)
    }
    let source = try TensorFile.open(path)
    let known = KnownReading(of: source, errors: [:])
    #expect(known.errors(of: try TensorFile.open(path)) != nil)
    #expect(known.errors(of: try TensorFile.open(other)) == nil)
    try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSince1970: 9)], ofItemAtPath: path)
    #expect(known.errors(of: try TensorFile.open(path)) == nil)
  }

  @Test("and a page beside a model, under its name, is not damage")
  func pageBeside() throws {
    let scratch = try TemporaryDirectory()
    let path = scratch.file("m.npz")
    try FileManager.default.copyItem(atPath: Fixture.path("npz/stored.npz"), toPath: path)
    try Data("<!DOCTYPE html>\n<html lang=\"en\"></html>\n".utf8).write(to: URL(fileURLWithPath: path + ".html"))
    #expect(try Doctor.examine([path]).isHealthy)
    // Named alone, it is looked at.
    #expect(try !Doctor.examine([path + ".html"]).isHealthy)
  }
}
