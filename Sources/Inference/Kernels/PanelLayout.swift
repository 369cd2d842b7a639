internal import CDecantKernels

/// How the columns of packed weights are cut into panels.
///
/// Panels have 16, 32, 48 or 64 columns, one width for a matrix; the last may be narrower. Columns are padded with zeros to whole lines of
/// 16. A panel is `[depth][its columns]`, so the panels before column c take `c * depth` floats.
package struct PanelLayout: Sendable, Equatable {
  /// Columns of the matrix.
  package let columnCount: Int
  /// Columns of every panel but the last.
  package let panelColumns: Int

  /// Columns of a line, 64 bytes.
  package static let lineColumns = Int(DECANT_LINE_COLUMNS)
  /// Columns of the widest panel.
  package static let widest = Int(DECANT_PANEL_COLUMNS)

  /// Cuts columns into panels of a width.
  ///
  /// - Precondition: there is a column, and the width is 16, 32, 48 or 64.
  package init(columnCount: Int, panelColumns: Int = lineColumns) {
    precondition(columnCount > 0, "a matrix has columns")
    precondition(
      panelColumns % Self.lineColumns == 0 && Self.lineColumns...Self.widest ~= panelColumns, "no panel has that width")
    (self.columnCount, self.panelColumns) = (columnCount, panelColumns)
  }

  /// Columns with their padding.
  package var paddedCount: Int {
    (columnCount + Self.lineColumns - 1) / Self.lineColumns * Self.lineColumns
  }

  /// The number of panels.
  package var panelCount: Int { (columnCount + panelColumns - 1) / panelColumns }

  /// The columns of some panels that follow each other, padding included.
  func columns(of panels: Range<Int>) -> Range<Int> {
    panels.lowerBound * panelColumns..<min(panels.upperBound * panelColumns, paddedCount)
  }
}

extension KernelVariant {
  /// The panels that suit a product on this processor.
  ///
  /// A step of the reduction loads one value of every row and the panel's columns. Where registers are many, panels of 32 columns do half
  /// the loads for a multiplication that panels of 16 do: a processor that starts two multiplications a cycle needs that, and one that
  /// starts one is never slower with it. Panels of 48 divide an odd number of lines without a narrow panel at the end, and panels of 64
  /// suit short reductions, since fewer sums are kept at a time.
  ///
  /// - Parameters:
  ///   - columnCount: columns of the weights.
  ///   - depth: the length of the reduction.
  /// - Returns: the layout.
  package func panels(columnCount: Int, depth: Int) -> PanelLayout {
    let lineCount = (columnCount + PanelLayout.lineColumns - 1) / PanelLayout.lineColumns
    let lines =
      if lineCount == 1 || tileRowCount(panelColumns: PanelLayout.widest) == 0 {
        1
      } else if lineCount % 2 == 1 && lineCount % 3 != 1 {
        3
      } else if lineCount % 4 == 0 && depth <= Self.shortDepth {
        4
      } else {
        2
      }
    return PanelLayout(columnCount: columnCount, panelColumns: lines * PanelLayout.lineColumns)
  }

  /// The depth up to which reading and writing sums takes as long as the sums.
  private static let shortDepth = 32

  /// Rows of a tile whose panel has that many columns; 0 if there are no such tiles.
  package func tileRowCount(panelColumns: Int) -> Int {
    unsafe functions.pointee.tile_row_count(panelColumns)
  }
}
