import Foundation
import Tensors
import TestSupport
import Testing

@testable import ModelMapping

@Suite("The LSTM cell of PyTorch and Keras")
struct CellLayoutTests {
  private struct Values: Decodable {
    let shape: [Int]
    let values: [Double]
  }

  struct Framework: Sendable, CustomTestStringConvertible {
    let names: FrameworkNames
    let file: String
    var testDescription: String { "\(names.scheme)" }
  }

  private static let frameworks = [
    Framework(names: .pyTorch, file: "lstm-cell-torch.json"), Framework(names: .keras, file: "lstm-cell-keras.json"),
  ]

  private let format = FloatFormat(.float32)

  private func source(_ table: [String: Values], _ framework: Framework) throws -> InMemoryTensorSource {
    InMemoryTensorSource(
      try table.filter { $0.key.contains("lstm") }.map { name, value in
        try .init(name, .float32, value.shape, bytes: #require(format).bytes(of: value.values))
      })
  }

  private func numbers(_ source: any TensorSource, _ name: String) throws -> [Double] {
    try #require(format).numbers(in: source.readAll(source.requireDescriptor(named: name)))
  }

  /// TensorFlow's BasicLSTMCell in double precision: `[x, h] kernel + bias`, gates i, j, f, o, and 1 added to f.
  private func step(
    kernel: [Double], bias: [Double], input: [Double], hidden: [Double], state: [Double]
  ) -> (hidden: [Double], state: [Double]) {
    let units = hidden.count
    let row = input + hidden
    func gate(_ block: Int, _ unit: Int) -> Double {
      let column = block * units + unit
      return row.indices.reduce(bias[column]) { $0 + row[$1] * kernel[$1 * 4 * units + column] }
    }
    func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    let newState = (0..<units).map {
      state[$0] * sigmoid(gate(2, $0) + 1) + sigmoid(gate(0, $0)) * tanh(gate(1, $0))
    }
    return ((0..<units).map { tanh(newState[$0]) * sigmoid(gate(3, $0)) }, newState)
  }

  @Test("TensorFlow's cell gives with the converted weights what the framework gave", arguments: frameworks)
  func outputs(framework: Framework) throws {
    let table = try JSONDecoder().decode(
      [String: Values].self, from: Data(Fixture.bytes("models/\(framework.file)")))
    let source = try source(table, framework)
    let canonical = try DerivedSource(source, tensors: framework.names.canonicalize(source))
    let kernel = try numbers(canonical, CellLayout.canonicalKernel)
    let bias = try numbers(canonical, CellLayout.canonicalBias)
    func values(_ name: String, _ row: Int, _ depth: Int) throws -> [Double] {
      Array(try #require(table[name]).values[(row * depth)..<(row + 1) * depth])
    }
    for row in 0..<2 {
      let result = step(
        kernel: kernel, bias: bias, input: try values("input", row, 5), hidden: try values("hidden", row, 3),
        state: try values("state", row, 3))
      // Six terms of size 1 in float32, through functions of slope 1 at most.
      for (found, expected) in zip(
        result.hidden + result.state, try values("new_hidden", row, 3) + values("new_state", row, 3))
      {
        #expect(abs(found - expected) <= 2e-6, "\(found) \(expected)")
      }
    }
  }

  @Test(
    "weights go there and back, to the bit but for the forget bias that Keras' one bias rounds", arguments: frameworks)
  func roundTrip(framework: Framework) throws {
    let format = try #require(format)
    var random = SeededRandom(seed: 5)
    func numbers(_ count: Int) -> [Double] {
      (0..<count).map { _ in Double(Float.random(in: -0.5..<0.5, using: &random)) }
    }
    let original = InMemoryTensorSource([
      try .init(CellLayout.canonicalKernel, .float32, [8, 12], bytes: format.bytes(of: numbers(96))),
      try .init(CellLayout.canonicalBias, .float32, [12], bytes: format.bytes(of: numbers(12))),
    ])
    let exported = try framework.names.scheme.show(original)
    let back = try DerivedSource(exported, tensors: framework.names.canonicalize(exported))
    #expect(try self.numbers(back, CellLayout.canonicalKernel) == self.numbers(original, CellLayout.canonicalKernel))
    let found = try self.numbers(back, CellLayout.canonicalBias)
    let expected = try self.numbers(original, CellLayout.canonicalBias)
    if framework.names.scheme == .pytorch {
      #expect(found == expected)
    } else {
      for (index, (found, expected)) in zip(found, expected).enumerated() {
        // The sum is below 2, where neighbors are 2^-23 apart.
        #expect(6..<9 ~= index ? abs(found - expected) <= 0x1p-24 : found == expected)
      }
    }
  }
}
