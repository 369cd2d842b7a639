import Diagnosis
import Foundation
import Messages
import TestSupport
import Testing

@Suite("The doctor takes the shards of a model for one model")
struct DoctorShardTests {
  private static let index = "model.safetensors.index.json"

  private static func shard(_ number: Int) -> String { "model-0000\(number)-of-00003.safetensors" }

  private func copy() throws -> TemporaryDirectory {
    let scratch = try TemporaryDirectory()
    for name in [Self.index] + (1...3).map(Self.shard) {
      try scratch.write(Fixture.bytes("shards/safetensors/\(name)"), to: name)
    }
    return scratch
  }

  @Test("by its directory, its index or one of its shards")
  func whole() throws {
    let scratch = try copy()
    for path in [scratch.path, scratch.file(Self.index), scratch.file(Self.shard(2))] {
      let report = try Doctor.examine([path])
      let text = DoctorText.render(report)
      #expect(report.groups.count == 1 && report.isHealthy, "\(text)")
      let group = try #require(report.groups.first)
      #expect(group.name == scratch.file(Self.index) && group.summary == "safetensors, complete", "\(text)")
      #expect(group.files == ([Self.index] + (1...3).map(Self.shard)).map(scratch.file))
      #expect(group.facts.first?.text.hasPrefix("28 variables") == true, "\(text)")
      #expect(group.command?.hasSuffix(Self.index) == true)
    }
  }

  @Test("and tells once of the missing ones, with an index or without")
  func missing() throws {
    let scratch = try copy()
    try FileManager.default.removeItem(atPath: scratch.file(Self.shard(2)))
    for path in [scratch.path, scratch.file(Self.shard(1))] {
      let report = try Doctor.examine([path])
      let text = DoctorText.render(report)
      #expect(report.findings.map(\.kind) == [.missingShard], "\(text)")
      #expect(report.groups.count == 1 && report.groups.first?.isComplete == false, "\(text)")
      #expect(report.findings.first?.explanation.text.contains(Self.shard(2)) == true, "\(text)")
    }
    try FileManager.default.removeItem(atPath: scratch.file(Self.index))
    let report = try Doctor.examine([scratch.path])
    let text = DoctorText.render(report)
    #expect(report.findings.map(\.kind) == [.missingShard], "\(text)")
    #expect(report.groups.count == 2 && report.groups.allSatisfy { !$0.isComplete }, "\(text)")
  }

  @Test("and tells once of a damaged one")
  func damaged() throws {
    let scratch = try copy()
    try scratch.write(Fixture.bytes("shards/safetensors/\(Self.shard(3))").dropLast(9), to: Self.shard(3))
    let report = try Doctor.examine([scratch.path])
    let text = DoctorText.render(report)
    #expect(report.findings.map(\.kind) == [.damagedWeightFile], "\(text)")
    #expect(report.findings.first?.files == [scratch.file(Self.shard(3))], "\(text)")
    #expect(report.findings.first?.summary == "\(Self.shard(3)) cannot be read.", "\(text)")
    #expect(report.groups.map(\.isComplete) == [false], "\(text)")
  }

  @Test("and takes no other file for a shard, nor a part of a file for a file")
  func notShards() throws {
    let list = Fixture.path("tfjs/bad/path-itself/model.json")
    #expect(try Doctor.examine([list]).groups.map(\.files) == [[list]])
    let archive = Fixture.path("keras/archives/bad/weights-cut.keras")
    #expect(try Doctor.examine([archive]).findings.map(\.files) == [[archive]])
  }

  @Test("also those of GGUF, which have no index")
  func gguf() throws {
    let scratch = try TemporaryDirectory()
    let names = (1...3).map { "split-0000\($0)-of-00003.gguf" }
    for name in names { try scratch.write(Fixture.bytes("gguf/\(name)"), to: name) }
    let report = try Doctor.examine([scratch.path])
    #expect(report.groups.map(\.files) == [names.map(scratch.file)], "\(DoctorText.render(report))")
    #expect(report.isHealthy)
    try FileManager.default.removeItem(atPath: scratch.file(names[1]))
    let part = try Doctor.examine([scratch.path])
    #expect(part.groups.count == 1 && part.findings.map(\.kind) == [.missingShard], "\(DoctorText.render(part))")
  }
}
