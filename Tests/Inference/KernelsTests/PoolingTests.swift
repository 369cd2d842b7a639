import Kernels
import Testing

@Suite("Pooling")
struct PoolingTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var pooling: Pooling
    var input: MapShape
    var window: Window
    var testDescription: String { "\(pooling) \(input), \(window)" }
  }

  static let rows: [Row] = [Pooling.maximum, .average].flatMap { pooling in
    [
      Row(pooling: pooling, input: MapShape(height: 1, width: 1, channels: 1), window: Window(3, 3)),
      Row(pooling: pooling, input: MapShape(height: 5, width: 4, channels: 7), window: Window(3, 3)),
      Row(pooling: pooling, input: MapShape(count: 2, height: 4, width: 7, channels: 8), window: Window(3, 3)),
      Row(pooling: pooling, input: MapShape(height: 6, width: 6, channels: 9), window: Window(2, 4, stride: 2)),
      Row(
        pooling: pooling, input: MapShape(count: 3, height: 7, width: 9, channels: 17), window: Window(3, 3, stride: 2)),
      Row(
        pooling: pooling, input: MapShape(count: 2, height: 7, width: 8, channels: 33),
        window: Window(3, 3, stride: 2, padding: .valid)),
      Row(
        pooling: pooling, input: MapShape(count: 2, height: 8, width: 8, channels: 40),
        window: Window(8, 8, padding: .valid)),
    ]
  }

  private func pool(
    _ row: Row, _ input: [Float], gap: Int = 0, variant: KernelVariant?, threads: Int = 2
  ) throws -> [Float] {
    let output = MapLayout(try #require(row.window.output(of: row.input)), pixelStride: row.input.channels + gap)
    let layout = MapLayout(row.input)
    var values = [Float](repeating: canary, count: output.spanCount)
    var span = values.mutableSpan
    if let variant {
      let pool = WorkerPool(threadCount: threads)
      row.pooling.run(input.span, layout, window: row.window, output: &span, output, on: pool, variant: variant)
    } else {
      row.pooling.reference(input.span, layout, window: row.window, output: &span, output)
    }
    return values
  }

  @Test("every variant has the bits of the definition, because both add in the same order", arguments: rows)
  func agrees(row: Row) throws {
    var generator = SeededGenerator(seed: 5)
    let input = generator.floats(row.input.elementCount)
    let expected = try pool(row, input, gap: 3, variant: nil)
    for variant in KernelVariant.available {
      for threads in [1, 2, 5] {
        let found = try pool(row, input, gap: 3, variant: variant, threads: threads)
        #expect(haveSameBits(found, expected), "\(variant), \(threads) threads")
      }
    }
  }

  @Test("padding is not counted in an average")
  func paddingIsNotCounted() throws {
    // A map of ones stays a map of ones; counted zeros would darken its border.
    let row = Row(pooling: .average, input: MapShape(height: 4, width: 4, channels: 9), window: Window(3, 3))
    let ones = [Float](repeating: 1, count: row.input.elementCount)
    #expect(try pool(row, ones, variant: nil) == ones)
    #expect(try pool(row, ones, variant: .chosen) == ones)
  }

  @Test("a maximum of negative values is negative at the border too")
  func negativeMaximum() throws {
    let row = Row(pooling: .maximum, input: MapShape(height: 3, width: 3, channels: 8), window: Window(3, 3))
    let input = [Float](repeating: -2, count: row.input.elementCount)
    #expect(try pool(row, input, variant: nil) == input)
    #expect(try pool(row, input, variant: .chosen) == input)
  }

  @Test("a NaN anywhere in the window is the result, in any lane", arguments: [Pooling.maximum, .average], [0, 4, 8])
  func poison(pooling: Pooling, cell: Int) throws {
    let row = Row(
      pooling: pooling, input: MapShape(height: 3, width: 3, channels: 11), window: Window(3, 3, padding: .valid))
    for channel in 0..<11 {
      var input = [Float](repeating: 1, count: row.input.elementCount)
      input[cell * 11 + channel] = .nan
      let expected = (0..<11).map { $0 == channel }
      #expect(try pool(row, input, variant: nil).map(\.isNaN) == expected)
      for variant in KernelVariant.available {
        #expect(try pool(row, input, variant: variant).map(\.isNaN) == expected, "\(variant)")
      }
    }
  }
}
