import Foundation
import SSTable
import TestSupport

/// Where the data blocks of a table stand, trailers included.
enum TableBlocks {
  static func ranges(of table: [UInt8]) throws -> [Range<Int>] {
    let directory = try TemporaryDirectory()
    let reader = try TableReader(path: directory.write(table, to: "table"))
    return reader.dataBlocks.map { $0.handle.offset..<($0.handle.offset + $0.handle.byteCount + 5) }
  }
}
