import Testing

@testable import Kernels

@Suite("Packed matrix")
struct PackedMatrixTests {
  private func panels(_ matrix: PackedMatrix) -> [Float] {
    unsafe Array(UnsafeBufferPointer(start: matrix.panels.start, count: matrix.panels.count))
  }

  @Test("a panel has 16 columns, row after row, and zeros past the last column")
  func layout() {
    let rows = (0..<3 * 18).map { Float($0 + 1) }
    let matrix = PackedMatrix(rows: rows.span, depth: 3, columnCount: 18, bias: rows.suffix(18))
    var expected: [Float] = []
    for first in [0, 16] {
      for row in 0..<3 {
        for column in first..<first + 16 { expected.append(column < 18 ? rows[row * 18 + column] : 0) }
      }
    }
    #expect(panels(matrix) == expected)
    #expect(matrix.panelCount == 2)
    let bias = unsafe Array(UnsafeBufferPointer(start: matrix.bias.start, count: matrix.bias.count))
    #expect(bias == rows.suffix(18) + Array(repeating: 0, count: 14))
  }

  @Test("pieces cut anywhere make the same panels as the whole", arguments: [1, 3, 4, 17, 68, 100, 1000])
  func pieces(byteCount: Int) {
    var generator = SeededGenerator(seed: 1)
    let (depth, columns) = (11, 17)
    let rows = generator.floats(depth * columns)
    let scale = generator.floats(columns)
    var packer = PackedMatrix.Packer(depth: depth, columnCount: columns, scale: scale)
    let bytes = unsafe rows.withUnsafeBytes { unsafe Array($0) }
    for start in stride(from: 0, to: bytes.count, by: byteCount) {
      let isEarly = !packer.isComplete
      #expect(isEarly)
      let piece = Array(bytes[start..<min(start + byteCount, bytes.count)])
      let fits = unsafe piece.withUnsafeBytes { packer.append(unsafe RawSpan(_unsafeBytes: $0)) }
      #expect(fits)
    }
    let isComplete = packer.isComplete
    #expect(isComplete)
    let scaled = rows.indices.map { rows[$0] * scale[$0 % columns] }
    let whole = PackedMatrix(rows: scaled.span, depth: depth, columnCount: columns)
    #expect(panels(PackedMatrix(packer)) == panels(whole))
  }

  @Test("more bytes than the matrix has are refused and change nothing")
  func tooMany() {
    var packer = PackedMatrix.Packer(depth: 1, columnCount: 2)
    let bytes = [UInt8](repeating: 0, count: 9)
    let refused = unsafe bytes.withUnsafeBytes { packer.append(unsafe RawSpan(_unsafeBytes: $0)) }
    #expect(!refused)
    let isEarly = !packer.isComplete
    #expect(isEarly)
    let taken = unsafe bytes.dropLast().withUnsafeBytes { packer.append(unsafe RawSpan(_unsafeBytes: $0)) }
    let isComplete = packer.isComplete
    #expect(taken)
    #expect(isComplete)
  }
}
