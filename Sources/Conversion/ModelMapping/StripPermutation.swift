internal import Bytes
internal import Files
internal import Tensors

/// Puts axes in another order while a tensor is read, in bounded memory.
///
/// The result is cut into strips, consecutive parts that fit in memory. A strip is a box: some index on the result's
/// first axes, a range on the next, all of the others; so it is a box of the operand too, and is permuted in memory.
///
/// If the strips come one after the other in the operand as well, or if there is only one, the operand is read once, in
/// order. If they do not, but their runs of elements are long and lie in a file, each strip is read run by run.
/// Otherwise the operand is read once, in order, and each run goes to the buffer of its strip. Full buffers go to the
/// end of a file without a name. Then strip after strip, its buffers are read back, which makes the box in the operand's
/// order.
struct StripPermutation {
  private let permutation: AxisPermutation
  private let room: LayoutRoom
  private let source: String

  /// The axis of the result that strips are ranges on.
  private let cutAxis: Int
  /// The indices on that axis in each strip; the last may have fewer.
  private let cutExtent: Int
  /// The bytes of one index on that axis, in the result.
  private let cutByteCount: Int
  /// The strips along that axis.
  private let cutCount: Int
  /// The most bytes of a strip that are permuted at a time.
  private let pieceByteCount: Int
  /// Enough for long writes.
  private static let pieceByteCount = 1 << 22
  /// All strips.
  private let stripCount: Int

  /// Where the next run of the operand belongs.
  private var runs: Runs
  /// Whether each strip is complete before the next one begins.
  private let isInOrder: Bool
  /// Strips that come in order: the one that is being filled, and its number.
  private var strip: [UInt8] = []
  private var stripNumber = 0
  private var filled = 0
  private var result: [UInt8] = []
  /// Strips that do not: their file.
  private var sorted: SortedRuns?

  /// Plans the strips.
  ///
  /// - Parameters:
  ///   - permutation: what happens to the operand; it moves elements.
  ///   - room: the memory to use, and where a file is made.
  ///   - source: what an error about memory names.
  /// - Throws: `FileError` if there is no memory.
  init(_ permutation: AxisPermutation, room: LayoutRoom, for source: String) throws(FileError) {
    self.permutation = permutation
    self.room = room
    self.source = source
    let extents = permutation.axes.map { permutation.dimensions[$0] }
    var cutAxis = 0
    var byteCount = permutation.byteCount / extents[0]
    // A strip and a piece of its permuted copy are in memory. The larger the strip, the longer are its runs.
    while byteCount > max(permutation.width, room.byteCount / 2) {
      cutAxis += 1
      byteCount /= extents[cutAxis]
    }
    let pieceByteCount = max(byteCount, min(room.byteCount / 2, Self.pieceByteCount))
    let limit = max(byteCount, room.byteCount - pieceByteCount)
    let most = min(extents[cutAxis], limit / byteCount)
    let cutCount = (extents[cutAxis] - 1) / most + 1
    // About equal, so that none is tiny.
    let cutExtent = (extents[cutAxis] - 1) / cutCount + 1
    self.cutAxis = cutAxis
    self.cutByteCount = byteCount
    self.cutExtent = cutExtent
    self.pieceByteCount = pieceByteCount
    self.cutCount = (extents[cutAxis] - 1) / cutExtent + 1
    stripCount = extents[..<cutAxis].reduce(self.cutCount, *)
    runs = Runs(permutation, cutAxis: cutAxis, cutExtent: cutExtent, cutCount: self.cutCount)
    isInOrder = stripCount == 1 || permutation.axes[...cutAxis].elementsEqual(0...cutAxis)
    if isInOrder { strip = try LayoutRoom.allocate(cutExtent * cutByteCount, for: source) }
  }

  /// Where an operand is in a file, on the axes of the permutation.
  struct Place {
    let elements: StoredElements
    /// The bytes from one index to the next on each axis.
    let strides: [Int]
  }

  /// The bytes from one index to the next on each axis of an operand that is packed.
  var packedStrides: [Int] { Self.packedStrides(permutation.dimensions, width: permutation.width) }

  /// The bytes from one index to the next on each axis of packed elements.
  static func packedStrides(_ dimensions: [Int], width: Int) -> [Int] {
    var strides = [Int](repeating: width, count: dimensions.count)
    for axis in dimensions.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * dimensions[axis + 1] }
    return strides
  }

  /// Whether strips do not come in order, so that reading long runs of them where they are takes less time than a file
  /// between.
  var wantsPlace: Bool { !isInOrder && runs.restByteCount >= room.minimumRunByteCount }

  /// Whether the runs of strips lie in one piece at a place.
  func canRead(_ place: Place) -> Bool { place.strides[runAxis...] == packedStrides[runAxis...] }

  /// The last axis of which a strip has a part only, where its runs end.
  private var runAxis: Int { permutation.axes[...cutAxis].max() ?? 0 }

  /// Reads strip after strip and passes each on.
  ///
  /// - Parameters:
  ///   - place: that of the operand.
  ///   - body: receives an array that begins with some of the result, and their number of bytes.
  /// - Precondition: `canRead` the place.
  /// - Throws: `FileError` if there is no memory or reading fails, and what `body` throws.
  mutating func read(_ place: Place, _ body: (borrowing [UInt8], Int) throws -> Void) throws {
    let (file, offset) = (place.elements.file, place.elements.offset)
    strip = try LayoutRoom.allocate(cutExtent * cutByteCount, for: source)
    for number in 0..<stripCount {
      var filled = 0
      try forEachRun(ofStrip: number, place.strides) { run throws(FileError) in
        try file.read(at: offset + run.lowerBound, count: run.count, into: &strip, from: filled)
        filled += run.count
      }
      try pass(number, body)
    }
  }

  /// Takes the next elements of the operand; strips that come in order are passed on as they become complete.
  ///
  /// - Precondition: no more come than the operand has.
  mutating func take(_ piece: RawSpan, _ body: (borrowing [UInt8], Int) throws -> Void) throws {
    guard isInOrder else {
      if sorted == nil { sorted = try SortedRuns(stripCount, room: room, for: source) }
      try sorted?.add(piece, &runs)
      return
    }
    var start = 0
    while start < piece.byteCount {
      let byteCount = place(ofStrip: stripNumber).count
      let count = min(byteCount - filled, piece.byteCount - start)
      strip.replace(at: filled, with: piece.extracting(start..<start + count))
      filled += count
      start += count
      guard filled == byteCount else { continue }
      try pass(stripNumber, body)
      stripNumber += 1
      filled = 0
    }
  }

  /// Passes on what was not passed on before.
  ///
  /// - Precondition: all elements have come.
  mutating func finish(_ body: (borrowing [UInt8], Int) throws -> Void) throws {
    guard let boxes = try sorted?.boxes() else { return }
    // The buffers are freed first.
    sorted = nil
    strip = try LayoutRoom.allocate(cutExtent * cutByteCount, for: source)
    for number in 0..<stripCount {
      try boxes.read(number, into: &strip)
      try pass(number, body)
    }
  }

  /// The bytes of a strip in the result.
  private func place(ofStrip number: Int) -> Range<Int> {
    let (outer, cut) = number.quotientAndRemainder(dividingBy: cutCount)
    let extent = permutation.dimensions[permutation.axes[cutAxis]]
    let start = outer * extent + cut * cutExtent
    return start * cutByteCount..<(start + min(cutExtent, extent - cut * cutExtent)) * cutByteCount
  }

  /// Goes through the bytes of a strip's box in the operand, as runs that lie in one piece, in the operand's order.
  private func forEachRun(
    ofStrip number: Int, _ strides: [Int], _ body: (Range<Int>) throws(FileError) -> Void
  ) throws(FileError) {
    var (outer, cut) = number.quotientAndRemainder(dividingBy: cutCount)
    var box = permutation.dimensions.map { 0..<$0 }
    let extent = permutation.dimensions[permutation.axes[cutAxis]]
    box[permutation.axes[cutAxis]] = cut * cutExtent..<min((cut + 1) * cutExtent, extent)
    for axis in permutation.axes[..<cutAxis].reversed() {
      (outer, cut) = outer.quotientAndRemainder(dividingBy: permutation.dimensions[axis])
      box[axis] = cut..<cut + 1
    }
    let last = runAxis
    var index = box[..<last].map(\.lowerBound)
    while true {
      let start = index.indices.reduce(0) { $0 + index[$1] * strides[$1] }
      try body(start + box[last].lowerBound * strides[last]..<start + box[last].upperBound * strides[last])
      var axis = last - 1
      while axis >= 0 {
        index[axis] += 1
        if index[axis] < box[axis].upperBound { break }
        index[axis] = box[axis].lowerBound
        axis -= 1
      }
      if axis < 0 { return }
    }
  }

  /// Permutes the box of a strip piece by piece, and passes on the array that begins with a piece and its number of bytes.
  private mutating func pass(_ number: Int, _ body: (borrowing [UInt8], Int) throws -> Void) throws {
    let byteCount = place(ofStrip: number).count
    var extents = permutation.dimensions
    for axis in permutation.axes[..<cutAxis] { extents[axis] = 1 }
    extents[permutation.axes[cutAxis]] = byteCount / cutByteCount
    let box = AxisPermutation(extents, axes: permutation.axes, width: permutation.width)
    let rowByteCount = byteCount / box.firstExtent
    let rowCount = max(1, pieceByteCount / rowByteCount)
    if result.isEmpty { result = try LayoutRoom.allocate(max(rowByteCount, pieceByteCount), for: source) }
    for row in stride(from: 0, to: box.firstExtent, by: rowCount) {
      let rows = row..<min(box.firstExtent, row + rowCount)
      box.apply(to: strip, part: rows, &result)
      try body(result, rows.count * rowByteCount)
    }
  }
}

extension StripPermutation {
  /// Walks through the runs of an operand: as many bytes one after the other as belong to one strip.
  fileprivate struct Runs {
    /// The strip of the current run.
    private(set) var strip = 0
    /// The bytes that are still to come of it.
    var restByteCount: Int

    /// An axis of the operand: its extent, the indices of a step, and what its index does to the strip's number.
    private struct Axis {
      let extent: Int
      var step = 1
      var cut = 1
      var weight = 0
      var index = 0
      var strip: Int { weight == 0 ? 0 : index / cut * weight }
    }

    /// Those up to the last one that tells strips apart.
    private var axes: [Axis]
    /// The bytes of one index on the last of them.
    private let byteCount: Int

    init(_ permutation: AxisPermutation, cutAxis: Int, cutExtent: Int, cutCount: Int) {
      let deciding = permutation.axes[...cutAxis]
      let last = deciding.max() ?? 0
      axes = permutation.dimensions[...last].map { Axis(extent: $0) }
      byteCount = permutation.dimensions[(last + 1)...].reduce(permutation.width, *)
      var weight = 1
      for axis in deciding.reversed() {
        axes[axis].weight = weight
        weight *= axis == permutation.axes[cutAxis] ? cutCount : axes[axis].extent
      }
      axes[permutation.axes[cutAxis]].cut = cutExtent
      if permutation.axes[cutAxis] == last { axes[last].step = cutExtent }
      restByteCount = min(axes[last].step, axes[last].extent) * byteCount
    }

    /// Goes on to the next run; after the last one, to the first.
    mutating func advance() {
      var place = axes.count - 1
      while place >= 0 {
        strip -= axes[place].strip
        axes[place].index += axes[place].step
        if axes[place].index < axes[place].extent {
          strip += axes[place].strip
          break
        }
        axes[place].index = 0
        place -= 1
      }
      let last = axes[axes.count - 1]
      restByteCount = min(last.step, last.extent - last.index) * byteCount
    }
  }

  /// The runs of each strip, in buffers and in a file that takes full buffers, whichever is full first.
  fileprivate struct SortedRuns {
    private let file: UnnamedFile
    private let directory: String
    /// The buffers of the strips, each of `slotByteCount` bytes.
    private var slots: [[UInt8]]
    private let slotByteCount: Int
    /// The bytes in each buffer.
    private var filled: [Int]
    /// Where the file has the bytes of each strip.
    private var places: [[Range<Int>]]

    /// A file is written and read in pieces of this size if there are few strips.
    private static let maximumSlotByteCount = 1 << 20
    /// With smaller ones, there are too many calls.
    private static let minimumSlotByteCount = 1 << 12

    init(_ stripCount: Int, room: LayoutRoom, for source: String) throws(FileError) {
      slotByteCount = max(
        Self.minimumSlotByteCount, min(Self.maximumSlotByteCount, room.byteCount / 2 / stripCount))
      let byteCount = slotByteCount * stripCount
      guard MemoryRoom.has(byteCount) else { throw FileError(.outOfMemory(byteCount: byteCount), file: source) }
      slots = []
      for _ in 0..<stripCount { slots.append([UInt8](repeating: 0, count: slotByteCount)) }
      filled = [Int](repeating: 0, count: stripCount)
      places = [[Range<Int>]](repeating: [], count: stripCount)
      directory = room.directory
      file = try UnnamedFile(in: directory)
    }

    mutating func add(_ piece: RawSpan, _ runs: inout Runs) throws(FileError) {
      var start = 0
      while start < piece.byteCount {
        let strip = runs.strip
        let count = min(runs.restByteCount, piece.byteCount - start, slotByteCount - filled[strip])
        slots[strip].replace(at: filled[strip], with: piece.extracting(start..<start + count))
        filled[strip] += count
        if filled[strip] == slotByteCount { try flush(strip) }
        start += count
        runs.restByteCount -= count
        if runs.restByteCount == 0 { runs.advance() }
      }
    }

    private mutating func flush(_ strip: Int) throws(FileError) {
      places[strip].append(file.byteCount..<file.byteCount + filled[strip])
      try file.append(filled[strip] == slotByteCount ? slots[strip] : Array(slots[strip][..<filled[strip]]))
      filled[strip] = 0
    }

    /// What the file has when all runs have come.
    mutating func boxes() throws(FileError) -> Boxes {
      for strip in filled.indices where filled[strip] > 0 { try flush(strip) }
      return Boxes(file: try InputFile(file, shownAs: directory), places: places)
    }
  }

  /// The box of each strip, in the operand's order.
  fileprivate struct Boxes {
    let file: InputFile
    let places: [[Range<Int>]]

    func read(_ strip: Int, into buffer: inout [UInt8]) throws(FileError) {
      var filled = 0
      for place in places[strip] {
        try file.read(at: place.lowerBound, count: place.count, into: &buffer, from: filled)
        filled += place.count
      }
    }
  }
}
