import Messages
import ModelMapping
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Conversion

@Suite("Averaged weights in place of raw ones")
struct WeightAverageTests {
  private static var options: ConversionOptions {
    var options = ConversionOptions()
    options.names = .keep
    options.takesAverages = true
    return options
  }

  @Test(
    "every weight that has an average takes its values, and no other changes",
    arguments: [
      "tf0-averaged", "tf1-averaged", "tf1-averaged-statistics", "tf1-partitioned", "k2-averages", "k3-averages",
    ])
  func values(name: String) throws {
    let fixture = OptimizerFixture(testDescription: name)
    let averages = try #require(try fixture.truth().averages)
    let directory = try TemporaryDirectory()
    var options = Self.options
    options.inferenceOnly = true
    let output = directory.file("out.safetensors")
    let report = try Converter(options: options).convert(fixture.path(), to: output)
    let (source, written) = (try TensorFile.open(fixture.path()), try TensorFile.open(output))
    #expect(Set(written.descriptors.map(\.name)) == (try fixture.modelNames()))
    for descriptor in written.descriptors {
      let origin = averages[descriptor.name] ?? descriptor.name
      #expect(
        try written.readAll(descriptor) == source.readAll(source.requireDescriptor(named: origin)), "\(descriptor.name)"
      )
    }
    let told = try #require(report.plan.averages)
    #expect(told.pairs.count == averages.count)
    #expect(Set(told.without) == (try fixture.modelNames()).subtracting(averages.keys))
    #expect(ConversionText.report(report).text.contains("averages used instead of raw weights: \(averages.count)"))
  }

  private static func source(_ tensors: [(String, DType, [Int])]) throws -> InMemoryTensorSource {
    InMemoryTensorSource(try tensors.enumerated().map { try .init($1.0, $1.1, $1.2, seed: UInt64($0 + 1)) })
  }

  @Test("an average of another shape or dtype, a second one or none at all is an error, and nothing is written")
  func unfit() throws {
    let fit: [(String, DType, [Int])] = [("a", .float32, [2]), ("a/ExponentialMovingAverage", .float32, [2])]
    func plan(_ tensors: [(String, DType, [Int])], drop: String? = nil) throws -> ConversionPlan {
      var options = Self.options
      options.drop = drop
      return try Converter(options: options).plan(Self.source(tensors), to: "out.safetensors")
    }
    func reason(_ body: () throws -> ConversionPlan) -> MappingDefect? {
      do { _ = try body() } catch let error as MappingError { return error.reason } catch {}
      return nil
    }
    let odd = fit + [("b", .float32, [3]), ("b/ExponentialMovingAverage", .float32, [4])]
    #expect(reason { try plan(odd) } == .averageDoesNotFit(weight: "b"))
    #expect(try plan(odd, drop: "^b/").averages?.without == ["b"])
    let wide = fit + [("b", .float32, [3]), ("b/ExponentialMovingAverage", .float64, [3])]
    #expect(reason { try plan(wide) } == .averageDoesNotFit(weight: "b"))
    let twice = fit + [("a/ExponentialMovingAverage_1", .float32, [2])]
    #expect(reason { try plan(twice) } == .averagedTwice(weight: "a"))
    #expect(try plan(twice, drop: "_1$").averages?.pairs.map(\.average) == ["a/ExponentialMovingAverage"])
    let none: [(String, DType, [Int])] = [("bn/moving_mean", .float32, [2]), ("w", .float32, [2])]
    #expect(throws: ConversionError(.noAverages, file: "out.safetensors")) { try plan(none) }
    // Averages of activations, as programs kept them before there were layers: of no variable, and part of the model.
    let statistics = fit + [("bn/moments/mean/ExponentialMovingAverage", .float32, [2])]
    #expect(try plan(statistics).averages?.without == ["bn/moments/mean/ExponentialMovingAverage"])
  }

  @Test("--match names the weight, and its average comes with it")
  func match() throws {
    var options = Self.options
    options.match = "^a$"
    let source = try Self.source([
      ("a", .float32, [2]), ("a/ExponentialMovingAverage", .float32, [2]), ("b", .float32, [2]),
      ("b/ExponentialMovingAverage", .float32, [2]),
    ])
    let plan = try Converter(options: options).plan(source, to: "out.safetensors")
    #expect(plan.tensors.map(\.target.name) == ["a"])
    #expect(plan.tensors.first?.origins.map(\.name) == ["a/ExponentialMovingAverage"])
  }
}
