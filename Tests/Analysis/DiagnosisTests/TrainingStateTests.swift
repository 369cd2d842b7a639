import Diagnosis
import Foundation
import Messages
import TensorFiles
import Tensors
import TestSupport
import Testing

@Suite("State of training beside a model")
struct TrainingStateTests {
  /// `{}` in a pickle: values, but no tensor.
  private static let empty: [UInt8] = [0x80, 2, 0x7d, 0x2e]
  /// A pickle that calls a function of another program.
  private static let settings: [UInt8] = [0x80, 2] + Array("ctransformers\nSettings\n".utf8) + [0x29, 0x52, 0x2e]

  private static let names = [
    "optimizer.pt", "scheduler.pt", "scaler.pt", "rng_state.pth", "rng_state_1.pth", "random_states_0.pkl",
    "optimizer.bin", "scheduler_1.bin", "policy.optimizer.pth", "ent_coef_optimizer.pth", "pytorch_variables.pth",
  ]

  private func folder() throws -> TemporaryDirectory {
    let scratch = try TemporaryDirectory()
    for name in Self.names { try scratch.write(Self.empty, to: name) }
    try scratch.write(Fixture.bytes("pytorch/current.pth"), to: "optimizer.pt")
    try scratch.write(Self.settings, to: "training_args.bin")
    return scratch
  }

  @Test("is no error, and no model")
  func beside() throws {
    let scratch = try folder()
    try scratch.write(Fixture.bytes("keras/model-3.weights.h5"), to: "model.weights.h5")
    let report = try Doctor.examine([scratch.path])
    let text = DoctorText.render(report)
    #expect(report.isHealthy, "\(text)")
    #expect(report.groups.map(\.name) == [scratch.file("model.weights.h5")], "\(text)")
    #expect(text.text.contains("state of training"), "\(text)")
    let model = try TensorFile.open(scratch.file("model.weights.h5"))
    #expect(try TensorFile.open(scratch.path).descriptors == model.descriptors)
  }

  @Test("is an error if it is damaged")
  func damaged() throws {
    let scratch = try folder()
    try scratch.write(Fixture.bytes("keras/model-3.weights.h5"), to: "model.weights.h5")
    try scratch.write(Self.empty.dropLast(2), to: "scheduler.pt")
    let report = try Doctor.examine([scratch.path])
    #expect(report.findings.map(\.kind) == [.damagedWeightFile], "\(DoctorText.render(report))")
  }

  @Test("is opened for its directory if there is nothing else")
  func alone() throws {
    let scratch = try TemporaryDirectory()
    try scratch.write(Fixture.bytes("pytorch/current.pth"), to: "optimizer.pt")
    let source = try TensorFile.open(scratch.path)
    #expect(try source.descriptors == TensorFile.open(Fixture.path("pytorch/current.pth")).descriptors)
    let report = try Doctor.examine([scratch.path])
    #expect(report.groups.map(\.name) == [scratch.file("optimizer.pt")], "\(DoctorText.render(report))")
  }
}
