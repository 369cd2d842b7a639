/// Rows of cells in aligned columns.
///
/// Widths count characters. Lines have no spaces at their ends, and columns without any text take no room.
package struct TextTable: Sendable {
  /// On which side a column's cells are aligned.
  package enum Alignment: Sendable {
    /// To the left, as text is.
    case left
    /// To the right, as numbers are.
    case right
  }

  private let alignments: [Alignment]
  private var rows: [[Cell]] = []
  private var widths: [Int]

  private struct Cell {
    let text: String
    let width: Int

    init(_ message: Message) {
      text = message.text
      // Counting characters takes far longer than seeing that each is one byte.
      width = text.isPrintableASCII ? text.utf8.count : text.count
    }
  }

  /// A table without rows.
  package init(_ alignments: [Alignment]) {
    self.alignments = alignments
    widths = alignments.map { _ in 0 }
  }

  /// Adds a row. Cells beyond the columns are dropped, missing ones are empty.
  package mutating func add(_ cells: [Message]) {
    let row = cells.prefix(alignments.count).map(Cell.init)
    for (column, cell) in row.enumerated() where cell.width > widths[column] { widths[column] = cell.width }
    rows.append(row)
  }

  /// The rows as lines, each ended by a line break.
  package func render(indent: Int = 0) -> Message {
    let margin = String(repeating: " ", count: indent)
    let blanks = String(repeating: " ", count: widths.max() ?? 0)
    var text = ""
    for row in rows {
      text += margin
      // Spaces are written only when something follows them.
      var pending = 0
      var isFirst = true
      for (column, cell) in row.enumerated() where widths[column] > 0 {
        if !isFirst { pending += 2 }
        isFirst = false
        let missing = widths[column] - cell.width
        if alignments[column] == .right { pending += missing }
        if cell.width > 0 {
          text +=
            pending <= blanks.utf8.count ? blanks.prefix(pending) : Substring(String(repeating: " ", count: pending))
          text += cell.text
          pending = 0
        }
        if alignments[column] == .left { pending += missing }
      }
      text += "\n"
    }
    return Message(safe: text)
  }
}
