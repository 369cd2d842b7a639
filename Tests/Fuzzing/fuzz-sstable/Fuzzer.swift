internal import FuzzSupport
internal import SSTable
internal import TestSupport

private let file = ScratchFile("table")

/// A sorted string table: every entry in order, then the first key by binary search, blocks through the stream as well.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    file.write(bytes[...])
    let table = try TableReader(path: file.path)
    var cursor = table.makeCursor()
    var firstKey: [UInt8]?
    while try cursor.next() { firstKey = firstKey ?? cursor.entry?.key }
    // Where separators are wrong it is not found, though it is there.
    if let firstKey { _ = try table.find(firstKey) }
    for block in table.dataBlocks {
      var stream = try table.openStream(block.handle, threshold: 0)
      _ = try stream.seek(key: block.separator)
    }
  }
}

/// With the checksums of blocks repaired.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ data: UnsafeMutablePointer<UInt8>?, _ count: Int, _ maximumCount: Int, _ seed: UInt32) -> Int {
  unsafe Fuzz.mutate(data, count, maximumCount, seed, repair: ChecksumRepair.repairTable)
}
