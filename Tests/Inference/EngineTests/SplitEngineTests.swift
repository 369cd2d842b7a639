import Checkpoints
import Images
import TestSupport
import Testing

@testable import Engine
@testable import Kernels
@testable import Tensors

/// The network on tiles of bf16 numbers, which are emulated where the processor has none.
@Suite("The engine on split bf16")
struct SplitEngineTests {
  private static func plan(_ mix: AlgorithmMix, count: Int = 1) throws -> InceptionV3Plan {
    try InceptionV3Plan(count: count, mix: mix, mergesBranches: true) { index, _, _ throws(EngineError) in
      VariableTable.shapes["InceptionV3/\(Architecture.convolutionNames[index])/weights"]?.last ?? 1
    }
  }

  @Test("exact takes six products where no transform fits and on the smallest maps, fast takes three everywhere")
  func plans() throws {
    for layer in try Self.plan(.fastSplit).layers where layer.multiplicationCount > 0 {
      #expect(layer.algorithm == "split bf16 x3", "\(layer.name)")
      #expect("\(layer.reason)".contains("three products"), "\(layer.name)")
    }
    var counts: [String: Int] = [:]
    for layer in try Self.plan(.exactSplit).layers where layer.multiplicationCount > 0 {
      counts[layer.algorithm, default: 0] += 1
      let isSmall = layer.output[1] == 8
      let isExpected = layer.window.hasPrefix("1x1") || layer.window.contains("/2") || isSmall
      #expect((layer.algorithm == "split bf16 x6") == isExpected, "\(layer.name)")
      #expect("\(layer.reason)".contains("six products") == isExpected, "\(layer.name)")
    }
    // 10 steps that merge 38 convolutions of 1x1, 2 of those alone, 5 of stride 2, 10 on maps of 8x8.
    #expect(counts["split bf16 x6"] == 27)
    #expect(counts["Winograd F(6, 7)"] == 26)
    #expect(counts.values.reduce(0, +) == 66)
  }

  @Test("a precision chooses its mix where there are tiles, and nothing elsewhere")
  func precisions() throws {
    let emulated = try #require(KernelVariant(named: "amx-emulated"))
    let portable = try #require(KernelVariant(named: "portable"))
    #expect(AlgorithmMix.mix(for: .exact, on: emulated) == .exactSplit)
    #expect(AlgorithmMix.mix(for: .fast, on: emulated) == .fastSplit)
    for precision in EngineOptions.Precision.allCases {
      #expect(AlgorithmMix.mix(for: precision, on: portable) == .standard)
      #expect(EngineOptions(precision: precision).algorithms == .mix(for: precision, on: .chosen))
    }
    #expect(EngineOptions().precision == .exact)
    #expect(EngineOptions(algorithms: .direct).algorithms == .direct)
  }

  @Test("features do not depend on threads or on the other images", arguments: [AlgorithmMix.exactSplit, .fastSplit])
  func batches(mix: AlgorithmMix) throws {
    let images = TinyModel.images(3)
    let size = images.count / 3
    var all: [[Encoding]] = []
    for threads in [1, 3] {
      let options = EngineOptions(threadCount: threads, algorithms: mix)
      let model = try ShowAndTell(source: TinyModel.source, options: options, imageSize: TinyModel.imageSize)
      all.append(try model.encode(images, count: 3))
      all.append(try (0..<3).flatMap { try model.encode(Array(images[$0 * size..<($0 + 1) * size]), count: 1) })
    }
    #expect(all.allSatisfy { $0 == all[0] })
  }

  @Test("a NaN in an image never becomes a number", arguments: [AlgorithmMix.exactSplit, .fastSplit])
  func poison(mix: AlgorithmMix) throws {
    var images = TinyModel.images(1)
    images[images.count / 2] = .nan
    let model = try ShowAndTell(
      source: TinyModel.source, options: EngineOptions(threadCount: 2, algorithms: mix),
      imageSize: TinyModel.imageSize)
    #expect(try model.encode(images, count: 1)[0].pooled.allSatisfy(\.isNaN))
  }

  @Test(
    "features of the scenes are TensorFlow's within the bounds of each precision",
    .enabled(if: GoldenActivations.isPresent), arguments: [(AlgorithmMix.exactSplit, Float(1e-4)), (.fastSplit, 1e-3)])
  func features(mix: AlgorithmMix, bound: Float) throws {
    let golden = try GoldenActivations.load()
    let source = try Checkpoint.open(Fixture.path("\(GoldenActivations.folder)/\(golden.checkpoint)")).source
    let model = try ShowAndTell(source: source, options: EngineOptions(algorithms: mix))
    for image in golden.images.prefix(2) {
      let picture = try RGBImage(path: Fixture.path("\(GoldenActivations.folder)/images/\(image.file)"))
      let found = try model.encode(ImagePreprocessor.input(from: picture), count: 1)[0]
      #expect(distance(found.pooled, image.pooled) <= bound, "\(image.file)")
    }
  }
}
