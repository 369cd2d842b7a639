internal import TestSupport

/// A V2 checkpoint in one input: the index's length in four bytes, little-endian, the index, and the data file that it describes.
public enum BundleInput {
  /// The two files.
  public static func split(_ bytes: [UInt8]) -> (index: [UInt8], data: [UInt8]) {
    let declared = bytes.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    let rest = bytes.dropFirst(4)
    let indexCount = min(declared, rest.count)
    return (Array(rest.prefix(indexCount)), Array(rest.dropFirst(indexCount)))
  }

  /// Repairs the checksums of tensors and of blocks.
  public static func repair(_ bytes: inout [UInt8]) {
    var (index, data) = split(bytes)
    ChecksumRepair.repairBundle(index: &index, data: &data)
    bytes = bytes.prefix(min(4, bytes.count)) + index + data
  }
}
