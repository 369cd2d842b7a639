internal import Bytes
internal import Checkpoints
internal import Files
internal import SSTable

extension RemovedReturns {
  /// Searches a table: a V1 file, or the index of a V2 checkpoint.
  ///
  /// The footer says where the index block was, and therefore how long the file was; the index block lists all other
  /// blocks.
  /// - Parameter file: the file, with LF in place of every CR LF.
  /// - Returns: nil if nothing was removed, or no return is proved.
  /// - Throws: `FileError`.
  static func search(table file: InputFile) throws(FileError) -> RemovedReturns? {
    var budget = setBudget
    for footer in try footers(file) {
      let index = ChecksummedRun.block(footer.value.index)
      let end = file.byteCount - footer.byteCount
      guard let byteCount = footer.value.index.offset.addingChecked(index.byteCount + TableFormat.footerByteCount),
        byteCount > file.byteCount, index.byteCount <= file.byteCount
      else { continue }
      for count in 0...min(8, byteCount - file.byteCount) where index.byteCount - count <= end {
        let start = end - (index.byteCount - count)
        let bytes = try file.read(at: start, count: end - start)
        let found = count == 0 ? [[]] : index.places(ofReturns: count, in: bytes, first: 0, budget: &budget)
        guard let found else { break }
        guard found.count == 1, let places = found.first,
          let blocks = try? TableReader.dataBlocks(ofIndexBlock: bytes.insertingReturns(at: places), footer.value.index)
        else { continue }
        let others = blocks + [footer.value.metaindex].filter { $0.fits(below: footer.value.index.offset) }
        let runs = others.sorted { $0.offset < $1.offset }.map(ChecksummedRun.block)
        let tail = places.map { start + $0 } + footer.places
        if let found = try RemovedReturns(file, runs: runs, byteCount: byteCount, tail: tail) { return found }
      }
    }
    return nil
  }

  /// Searches a data file of a V2 checkpoint.
  ///
  /// - Parameters:
  ///   - file: with LF in place of every CR LF.
  ///   - runs: its tensors, in the order of offsets.
  /// - Returns: nil if nothing was removed, or no return is proved.
  /// - Throws: `FileError`.
  static func search(data file: InputFile, _ runs: [StoredRun]) throws(FileError) -> RemovedReturns? {
    let byteCount = runs.map { $0.offset + $0.byteCount }.max() ?? 0
    return try RemovedReturns(file, runs: runs.map(ChecksummedRun.data), byteCount: byteCount)
  }

  /// The possible originals of the footer: as it is, or with one return before one of its line feeds.
  private static func footers(
    _ file: InputFile
  ) throws(FileError) -> [(value: Footer, byteCount: Int, places: [Int])] {
    var footers: [(Footer, Int, [Int])] = []
    for removed in 0...1 {
      let count = TableFormat.footerByteCount - removed
      guard file.byteCount >= count else { continue }
      let start = file.byteCount - count
      let bytes = try file.read(at: start, count: count)
      let places = removed == 0 ? [[]] : bytes.indices.filter { bytes[$0] == 0x0a }.map { [$0] }
      for places in places {
        let whole = bytes.insertingReturns(at: places)
        guard UInt64(whole.littleEndian32(at: 40)) | UInt64(whole.littleEndian32(at: 44)) << 32 == TableFormat.magic,
          let footer = try? Footer(parsing: whole.rawSpan, baseOffset: .max / 2)
        else { continue }
        footers.append((footer, count, places.map { start + $0 }))
      }
    }
    return footers
  }
}

extension [UInt8] {
  /// The bytes with a carriage return before each of some places.
  fileprivate func insertingReturns(at places: [Int]) -> [UInt8] {
    var bytes = self
    for place in places.reversed() { bytes.insert(0x0d, at: place) }
    return bytes
  }
}
