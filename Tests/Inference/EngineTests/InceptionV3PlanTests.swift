import Messages
import Testing

@testable import Engine
@testable import Kernels

@Suite("Inception v3 plan")
struct InceptionV3PlanTests {
  /// The plan of the original's widths; checks that every layer asks for the weights that TensorFlow made.
  private func originalPlan(count: Int = 1, mergesBranches: Bool = false) throws -> InceptionV3Plan {
    try InceptionV3Plan(count: count, mergesBranches: mergesBranches) { index, window, channels throws(EngineError) in
      let name = Architecture.convolutionNames[index]
      let shape = VariableTable.shapes["InceptionV3/\(name)/weights"] ?? []
      #expect(Array(shape.dropLast()) == [window.height, window.width, channels], "\(name)")
      return shape.last ?? 1
    }
  }

  @Test("names and shapes are those of TensorFlow's graph, and no convolution of it is left out")
  func variables() throws {
    _ = try originalPlan()
    let names = Set(VariableTable.shapes.keys.filter { $0.hasPrefix("InceptionV3/") && $0.hasSuffix("/weights") })
    #expect(names.count == 94)
    #expect(Set(Architecture.convolutionNames.map { "InceptionV3/\($0)/weights" }) == names)
    #expect(Architecture.convolutionNames.count == 94)
  }

  /// The endpoints of `inception_v3_base` at 299x299, from TensorFlow 0.12.1.
  static let endpoints: [(String, [Int])] = [
    ("Conv2d_1a_3x3", [149, 149, 32]), ("Conv2d_2a_3x3", [147, 147, 32]), ("Conv2d_2b_3x3", [147, 147, 64]),
    ("MaxPool_3a_3x3", [73, 73, 64]), ("Conv2d_3b_1x1", [73, 73, 80]), ("Conv2d_4a_3x3", [71, 71, 192]),
    ("MaxPool_5a_3x3", [35, 35, 192]), ("Mixed_5b", [35, 35, 256]), ("Mixed_5c", [35, 35, 288]),
    ("Mixed_5d", [35, 35, 288]), ("Mixed_6a", [17, 17, 768]), ("Mixed_6b", [17, 17, 768]), ("Mixed_6c", [17, 17, 768]),
    ("Mixed_6d", [17, 17, 768]), ("Mixed_6e", [17, 17, 768]), ("Mixed_7a", [8, 8, 1280]), ("Mixed_7b", [8, 8, 2048]),
    ("Mixed_7c", [8, 8, 2048]),
  ]

  @Test("stages have TensorFlow's shapes")
  func stages() throws {
    let plan = try originalPlan(count: 2)
    let found = plan.steps.compactMap(\.completes)
    try #require(found.count == Self.endpoints.count)
    for (stage, expected) in zip(found, Self.endpoints) {
      let shape = stage.output.layout.shape
      #expect(stage.stage == expected.0)
      #expect([shape.count, shape.height, shape.width, shape.channels] == [2] + expected.1)
    }
    #expect(plan.output.layout.shape == MapShape(count: 2, height: 1, width: 1, channels: 2048))
    #expect(plan.pooledSize == 2048)
  }

  @Test("the original has 5711 million multiplications and needs 7.9 MiB for its activations")
  func work() throws {
    let plan = try originalPlan()
    #expect(plan.steps.reduce(0) { $0 + $1.multiplicationCount } / 1_000_000 == 5711)
    // Conv2d_2b's input and output are the widest moment: 147x147 pixels of 32 and 64 channels.
    #expect(plan.peakByteCount == 147 * 147 * (32 + 64) * 4)
  }

  @Test("values that are alive at the same time never share memory", arguments: [1, 3], [false, true])
  func memory(count: Int, mergesBranches: Bool) throws {
    let plan = try originalPlan(count: count, mergesBranches: mergesBranches)
    var firsts: [Int: Int] = [:]
    var lasts: [Int: Int] = [plan.output.value: .max]
    var sizes: [Int: Int] = [:]
    for (time, step) in plan.steps.enumerated() {
      for place in step.outputs { firsts[place.value] = firsts[place.value] ?? time }
      for place in [step.input] + step.outputs {
        lasts[place.value] = max(lasts[place.value] ?? 0, time)
        sizes[place.value] = max(sizes[place.value] ?? 0, place.channel + place.layout.spanCount)
      }
    }
    let values = firsts.keys.sorted()
    for left in values {
      for right in values where right > left {
        let (a, b) = (try #require(firsts[left]), try #require(firsts[right]))
        let together = max(a, b) <= min(try #require(lasts[left]), try #require(lasts[right]))
        guard together else { continue }
        let (l, r) = (try #require(plan.offsets[left]), try #require(plan.offsets[right]))
        #expect(l + (sizes[left] ?? 0) <= r || r + (sizes[right] ?? 0) <= l, "values \(left) and \(right)")
      }
    }
    for value in values {
      #expect(try #require(plan.offsets[value]) + (sizes[value] ?? 0) <= plan.memoryCount)
    }
  }

  @Test("every channel of a concatenated map is written by exactly one branch", arguments: [false, true])
  func concatenation(mergesBranches: Bool) throws {
    let outputs = try originalPlan(mergesBranches: mergesBranches).steps.flatMap(\.outputs)
    for value in Set(outputs.map(\.value)) {
      let places = outputs.filter { $0.value == value }.sorted { $0.channel < $1.channel }
      var next = 0
      for place in places {
        #expect(place.channel == next)
        next += place.layout.shape.channels
      }
      #expect(places.allSatisfy { $0.layout.pixelStride == next })
    }
  }

  @Test("1x1 convolutions of one map become one step, and averages come after theirs")
  func branches() throws {
    let (plain, merged) = (try originalPlan(), try originalPlan(mergesBranches: true))
    #expect(
      merged.steps.reduce(0) { $0 + $1.multiplicationCount } == plain.steps.reduce(0) { $0 + $1.multiplicationCount })
    var counts: [Int] = []
    var convolutions: [Int] = []
    var averages: [Int] = []
    for step in merged.steps {
      switch step.operation {
      case .convolution(let index, _, _): convolutions.append(index)
      case .branches(let branches):
        counts.append(branches.count)
        convolutions += branches.map(\.index)
        #expect(branches.count { $0.isUnfinished } == (branches.count == 4 ? 1 : 0))
      case .finishingAverage(let index, let window):
        averages.append(index)
        #expect(window == Window(3, 3))
      case .pool(let pooling, let window): #expect(pooling == .maximum || window.padding == .valid)
      }
    }
    // Three modules of 35x35, four of 17x17, the step to 8x8, two of 8x8.
    #expect(counts == [4, 4, 4, 4, 4, 4, 4, 2, 4, 4])
    #expect(convolutions.sorted() == Array(0..<94))
    #expect(averages.count == 9)
    #expect(merged.steps.compactMap(\.completes?.stage) == plain.steps.compactMap(\.completes?.stage))
  }

  @Test("printed, it has a line per layer with shapes and algorithm, and says why")
  func printed() throws {
    let plan = try originalPlan()
    let lines = plan.description.split(separator: "\n")
    let reasons = lines.filter { $0.hasPrefix("why ") }
    #expect(lines.count == 1 + plan.steps.count + reasons.count + 2)
    #expect(reasons.first == "why 1: stride 2: neighboring outputs share too few inputs for a transform")
    let line = try #require(lines.first { $0.hasPrefix("Mixed_6b/Branch_1/Conv2d_0b_1x7 ") })
    for part in ["1x7/1 same", "17x17x128", "33", "Winograd F(6, 7)"] { #expect(line.contains(part)) }
    #expect(lines.last == "5711 million multiplications, 2825 million left; 8297856 bytes of activations for 1 image")
  }

  @Test("a width that no model has is refused before anything is allocated")
  func absurdWidth() {
    let error = #expect(throws: EngineError.self) {
      try InceptionV3Plan(count: 1) { _, _, _ throws(EngineError) in InceptionV3Plan.maximumChannelCount }
    }
    guard case .activationsTooLarge(let byteCount?) = error?.reason else {
      Issue.record("another reason: \(String(describing: error))")
      return
    }
    #expect(byteCount > InceptionV3Plan.maximumByteCount)
  }
}
