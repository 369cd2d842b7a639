import Kernels
import Testing

@Suite("Window")
struct WindowTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var input: Int
    var window: Window
    var output: Int?
    var origin: Int
    var testDescription: String { "\(input), \(window)" }
  }

  /// Extents of Inception v3's layers, and TensorFlow's rule where padding is uneven or nothing fits.
  static let rows: [Row] = [
    Row(input: 299, window: Window(3, 3, stride: 2, padding: .valid), output: 149, origin: 0),
    Row(input: 149, window: Window(3, 3, padding: .valid), output: 147, origin: 0),
    Row(input: 147, window: Window(3, 3), output: 147, origin: -1),
    Row(input: 147, window: Window(3, 3, stride: 2, padding: .valid), output: 73, origin: 0),
    Row(input: 35, window: Window(5, 5), output: 35, origin: -2),
    Row(input: 17, window: Window(7, 7), output: 17, origin: -3),
    Row(input: 8, window: Window(8, 8, padding: .valid), output: 1, origin: 0),
    Row(input: 8, window: Window(3, 3, stride: 2), output: 4, origin: 0),
    Row(input: 7, window: Window(3, 3, stride: 2), output: 4, origin: -1),
    Row(input: 5, window: Window(2, 2), output: 5, origin: 0),
    Row(input: 5, window: Window(1, 1, stride: 3), output: 2, origin: 0),
    Row(input: 2, window: Window(3, 3, padding: .valid), output: nil, origin: 0),
    Row(input: 1, window: Window(7, 7), output: 1, origin: -3),
  ]

  @Test("extents and padding follow TensorFlow's rule", arguments: rows)
  func extents(row: Row) {
    let input = MapShape(count: 2, height: row.input, width: row.input, channels: 5)
    let output = row.window.output(of: input, channels: 9)
    #expect(output == row.output.map { MapShape(count: 2, height: $0, width: $0, channels: 9) })
    #expect(row.window.origin(in: input) == (row.origin, row.origin))
  }
}
