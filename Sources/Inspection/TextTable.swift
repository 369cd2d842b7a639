/// Rows of cells in aligned columns.
///
/// Widths count characters. Lines have no blanks at their ends, and columns without any text take no room.
public struct TextTable: Sendable {
  /// To which side a column's cells are moved.
  public enum Alignment: Sendable {
    /// To the left, as text is.
    case left
    /// To the right, as numbers are.
    case right
  }

  private let alignments: [Alignment]
  private var rows: [[String]] = []

  /// A table without rows.
  public init(_ alignments: [Alignment]) {
    self.alignments = alignments
  }

  /// Adds a row. Cells beyond the columns are dropped, missing ones are empty.
  public mutating func add(_ cells: [String]) {
    rows.append(alignments.indices.map { $0 < cells.count ? cells[$0] : "" })
  }

  /// The rows as lines, each ended by a line break.
  public func render(indent: Int = 0) -> String {
    let widths = alignments.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let margin = String(repeating: " ", count: indent)
    var text = ""
    for row in rows {
      var line = margin
      for column in alignments.indices where widths[column] > 0 {
        let blanks = String(repeating: " ", count: widths[column] - row[column].count)
        if line.count > margin.count { line += "  " }
        line += alignments[column] == .left ? row[column] + blanks : blanks + row[column]
      }
      while line.last == " " { line.removeLast() }
      text += line + "\n"
    }
    return text
  }
}
