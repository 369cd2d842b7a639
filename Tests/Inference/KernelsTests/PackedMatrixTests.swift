import Testing

@testable import Kernels

@Suite("Packed matrix")
struct PackedMatrixTests {
  private func panels(_ matrix: PackedMatrix) -> [Float] {
    unsafe Array(UnsafeBufferPointer(start: matrix.panels.start, count: matrix.panels.count))
  }

  @Test(
    "panels are row after row; the last is as narrow as whole lines allow, with zeros past the last column",
    arguments: [(16, [16, 16, 16, 16, 16, 16]), (32, [32, 32, 32]), (48, [48, 48]), (64, [64, 32])])
  func layout(panelColumns: Int, widths: [Int]) {
    let columns = 82
    let rows = (0..<3 * columns).map { Float($0 + 1) }
    let layout = PanelLayout(columnCount: columns, panelColumns: panelColumns)
    let matrix = PackedMatrix(rows: rows.span, depth: 3, layout: layout, bias: rows.suffix(columns))
    var expected: [Float] = []
    var first = 0
    for width in widths {
      for row in 0..<3 {
        for column in first..<first + width { expected.append(column < columns ? rows[row * columns + column] : 0) }
      }
      first += width
    }
    #expect(panels(matrix) == expected)
    #expect(layout.panelCount == widths.count)
    #expect(layout.columns(of: widths.count - 1..<widths.count) == first - (widths.last ?? 0)..<first)
    let bias = unsafe Array(UnsafeBufferPointer(start: matrix.bias.start, count: matrix.bias.count))
    #expect(bias == rows.suffix(columns) + Array(repeating: 0, count: 14))
    for column in [0, 17, 81] { #expect(matrix.column(column) == (0..<3).map { rows[$0 * columns + column] }) }
  }

  @Test("pieces cut anywhere make the same panels as the whole", arguments: [1, 3, 4, 17, 68, 100, 1000])
  func pieces(byteCount: Int) {
    var generator = SeededGenerator(seed: 1)
    let (depth, columns) = (11, 17)
    let rows = generator.floats(depth * columns)
    let scale = generator.floats(columns)
    var packer = PackedMatrix.Packer(depth: depth, layout: PanelLayout(columnCount: columns), scale: scale)
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
    let whole = PackedMatrix(rows: scaled.span, depth: depth, layout: PanelLayout(columnCount: columns))
    #expect(panels(PackedMatrix(packer)) == panels(whole))
  }

  @Test("more bytes than the matrix has are refused and change nothing")
  func tooMany() {
    var packer = PackedMatrix.Packer(depth: 1, layout: PanelLayout(columnCount: 2))
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
