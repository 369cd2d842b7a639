import Engine
import Foundation
import Kernels
import ModelMapping
import TestSupport
import Testing

@testable import Conversion

@Suite("What is written about the network in ONNX")
struct NetworkPageTests {
  @Test("docs/onnx.md shows the script that was compared with TensorFlow, in 40 lines")
  func script() throws {
    func text(_ path: String) throws -> String {
      try String(contentsOf: Fixture.packageRoot.appending(path: path), encoding: .utf8)
    }
    let script = try text("Fixtures/make/onnx_captions.py")
    #expect(script.split(separator: "\n").count == 40 && script.hasSuffix("\n"))
    #expect(try text("docs/onnx.md").contains("```python\n\(script)```\n"))
  }

  @Test("the network in ONNX has the engine's numbers")
  func numbers() {
    #expect(ModelGraph.imageSide == InceptionV3Plan.imageSize)
    #expect(FoldedNormalization.epsilon == InceptionV3Plan.normalizationEpsilon)
    #expect(Float(CellLayout.forgetBias) == LSTMCell.forgetBias)
    #expect(LSTMCell.Gate.allCases.map { "\($0)" } == ["i", "j", "f", "o"])
  }
}
