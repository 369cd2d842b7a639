internal import Bytes
internal import Files

/// The weight file of a program: records of 64 bytes, each of which says where the data of a tensor is.
///
/// - Source: coremltools 9 `mlmodel/src/MILBlob/Blob/StorageFormat.hpp`, version 2.
struct CoreMLStorage {
  let files: CompanionFiles

  private static let recordByteCount = 64
  private static let version: UInt32 = 2
  private static let mark: UInt32 = 0xdead_beef
  /// What a path in a program starts with: the directory of the model.
  private static let directory = "@model_path/"

  /// The bytes of a tensor, and the number of their file in the source.
  func bytes(
    in path: String, at offset: UInt64, type: CoreMLType, needed: Int
  ) throws(WeightFileDefect) -> (StoredBytes, file: Int) {
    let index = try index(of: path)
    let file = files.opened[index]
    let record = try record(of: file, at: offset)
    guard record.littleEndian32(at: 4) == type.recordType else {
      throw .coreML(.recordType(record.littleEndian32(at: 4)))
    }
    let size = Self.littleEndian64(record, 8)
    guard let count = Int(exactly: size), count == needed else {
      throw .coreML(.byteCount(found: Int(clamping: size), expected: needed))
    }
    guard let start = Int(exactly: Self.littleEndian64(record, 16)), start <= file.byteCount,
      count <= file.byteCount - start
    else { throw .coreML(.pastEnd(path, fileByteCount: file.byteCount)) }
    return (.file(file, start..<start + count), index + 1)
  }

  private func index(of path: String) throws(WeightFileDefect) -> Int {
    do throws(CompanionFiles.Failure) {
      return try files.index(of: path.hasPrefix(Self.directory) ? String(path.dropFirst(Self.directory.count)) : path)
    } catch {
      switch error {
      case .outside: throw .coreML(.outside(path))
      case .missing: throw .coreML(.missing(path))
      case .tooMany: throw .coreML(.tooManyFiles(limit: CompanionFiles.maximumCount))
      }
    }
  }

  private func record(of file: InputFile, at offset: UInt64) throws(WeightFileDefect) -> [UInt8] {
    // The file's own header: how many records there are, and the version.
    guard let header = try? file.read(at: 0, count: Self.recordByteCount) else {
      throw .coreML(.pastEnd(file.name, fileByteCount: file.byteCount))
    }
    guard header.littleEndian32(at: 4) == Self.version else {
      throw .coreML(.storageVersion(header.littleEndian32(at: 4)))
    }
    guard let start = Int(exactly: offset), start.isMultiple(of: Self.recordByteCount), start > 0,
      let record = try? file.read(at: start, count: Self.recordByteCount), record.littleEndian32(at: 0) == Self.mark
    else { throw .coreML(.noRecord(offset: offset)) }
    return record
  }

  private static func littleEndian64(_ bytes: [UInt8], _ index: Int) -> UInt64 {
    UInt64(bytes.littleEndian32(at: index)) | UInt64(bytes.littleEndian32(at: index + 4)) << 32
  }
}
