package import Bytes
package import Tensors

/// A run of bytes in a data file that has its own checksum: a tensor, or a slice of one.
package struct StoredRun: Sendable {
  /// Where it begins in its file.
  package let offset: Int
  /// Its length, including the lengths before strings.
  package let byteCount: Int
  /// The checksum, unmasked.
  package let checksum: UInt32
  /// The element type.
  package let dtype: DType
  private let stringCount: Int?
  private let isBigEndian: Bool

  /// Reads the runs of each data file from an index. Entries that contradict themselves are left out.
  ///
  /// - Parameter path: the path of the index.
  /// - Returns: for each data file, by its number, the runs in the order of their offsets.
  /// - Throws: `CheckpointError` if the index cannot be read.
  package static func all(ofIndex path: String) throws(CheckpointError) -> [Int: [StoredRun]] {
    let index = try V2Index(path: path, options: ReadOptions())
    var runs: [Int: [StoredRun]] = [:]
    for entry in index.tensors.map(\.entry) + index.slices.values {
      guard let entry = try? entry.get(), entry.slices.isEmpty, entry.byteCount > 0,
        (try? entry.checkLocation(shardCount: index.header.shardCount)) != nil,
        entry.offset.addingChecked(entry.byteCount) != nil
      else { continue }
      runs[entry.shard, default: []].append(StoredRun(entry, isBigEndian: index.header.isBigEndian))
    }
    return runs.mapValues { runs in runs.sorted { ($0.offset, $0.byteCount) < ($1.offset, $1.byteCount) } }
  }

  /// Bytes of one number; a complex element has two numbers. Nil for strings.
  package var numberByteCount: Int? { dtype.byteCount.map { dtype.kind == .complex ? $0 / 2 : $0 } }

  private init(_ entry: BundleEntry, isBigEndian: Bool) {
    offset = entry.offset
    byteCount = entry.byteCount
    checksum = CRC32C.unmask(entry.maskedChecksum)
    dtype = entry.dtype
    stringCount = entry.dtype == .string ? entry.shape.elementCount : nil
    self.isBigEndian = isBigEndian
  }

  /// The number of bytes before those that the checksum covers unchanged, and the checksum up to there.
  ///
  /// - Parameter bytes: the beginning of the run.
  /// - Returns: nil if the lengths of strings, or the checksum after them, are wrong.
  package func head(of bytes: RawSpan) -> (byteCount: Int, checksum: CRC32C)? {
    guard let stringCount else { return (0, CRC32C()) }
    var reader = ByteReader(bytes)
    var checksum = CRC32C()
    guard stringCount <= bytes.byteCount else { return nil }
    do throws(ByteError) {
      for _ in 0..<stringCount {
        checksum.extend(byStringLength: try reader.readVarintCount(), isBigEndian: isBigEndian)
      }
      let stored = try reader.readLittleEndian(UInt32.self)
      guard stored == (isBigEndian ? checksum.masked.byteSwapped : checksum.masked) else { return nil }
      checksum.extend(byLittleEndian: stored)
    } catch {
      return nil
    }
    return (reader.offset, checksum)
  }
}
