import Testing

@testable import Kernels

@Suite("Panels of weights")
struct PanelLayoutTests {
  @Test("where registers are many, panels are wide, and the last one is narrow only where it must be")
  func widths() {
    for variant in KernelVariant.available {
      let isWide = variant.tileRowCount(panelColumns: 64) > 0
      let cases = [
        (columns: 10, depth: 100, wide: 16), (80, 100, 48), (48, 100, 48), (64, 32, 64), (64, 33, 32), (192, 768, 32),
        (112, 768, 32),
      ]
      for (columns, depth, wide) in cases {
        let layout = variant.panels(columnCount: columns, depth: depth)
        #expect(layout.panelColumns == (isWide ? wide : 16), "\(variant), \(columns) columns")
        #expect(layout.columns(of: 0..<layout.panelCount) == 0..<layout.paddedCount)
      }
    }
  }

  @Test("every width that a layout may have has tiles")
  func tiles() {
    for (variant, layout) in KernelVariant.layouts(columnCount: 1000) {
      let last = layout.columns(of: layout.panelCount - 1..<layout.panelCount).count
      #expect(variant.tileRowCount(panelColumns: last) >= variant.tileRowCount(panelColumns: layout.panelColumns))
    }
  }
}

@Suite("Shares of a product")
struct EvenSharesTests {
  @Test("tasks are enough for the threads, of nearly equal size, and in no more blocks than that takes")
  func grid() {
    for threads in [1, 2, 3, 8] {
      for tiles in [1, 2, 6, 25, 110] {
        for panels in [1, 2, 3, 7, 22, 84] {
          for least in [1, 2, 5] where least <= tiles {
            let grid = EvenShares.grid(leastBlocks: least, tileCount: tiles, panelCount: panels, threadCount: threads)
            #expect(least...tiles ~= grid.blocks && 1...panels ~= grid.groups)
            if threads == 1 { #expect(grid.blocks == least) }
          }
        }
      }
    }
    // 22 panels for two threads: eleven tasks of two panels cannot be shared evenly, those of two blocks can.
    let grid = EvenShares.grid(leastBlocks: 2, tileCount: 25, panelCount: 22, threadCount: 2)
    #expect(22 % grid.groups == 0 && grid.blocks * grid.groups % 2 == 0)
  }
}
