internal import Bytes
internal import Essentials

/// Collects bytes until their number is known: in memory, or in a file if there are many.
///
/// The file has no name, so nothing of it remains, however the process ends. If the file system cannot make such a
/// file, it has a name for a moment.
package final class Spool {
  /// The number of bytes so far.
  package private(set) var byteCount = 0
  private let directory: String
  private let memoryLimit: Int
  private var memory: [UInt8] = []
  /// -1 until there is a file.
  private var descriptor: Int32 = -1
  private var fileByteCount = 0

  /// Starts without bytes.
  ///
  /// - Parameters:
  ///   - directory: where a file is made, if one is needed.
  ///   - memoryLimit: how many bytes stay in memory.
  package init(directory: String, memoryLimit: Int = 4 << 20) {
    self.directory = directory
    self.memoryLimit = memoryLimit
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// Appends bytes.
  package func append(_ bytes: [UInt8]) throws(FileError) {
    memory += bytes
    byteCount += bytes.count
    if memory.count > memoryLimit { try writeOut() }
  }

  /// Hands out all bytes in pieces, in order, and forgets them.
  package func drain(_ body: (RawSpan) throws -> Void) throws {
    try read(0..<byteCount, body)
    memory = []
    fileByteCount = 0
    byteCount = 0
  }

  /// Hands out some of the bytes in pieces, in order.
  ///
  /// - Precondition: there are that many bytes.
  package func read(_ range: Range<Int>, _ body: (RawSpan) throws -> Void) throws {
    let written = range.clamped(to: 0..<fileByteCount)
    var buffer = [UInt8](repeating: 0, count: min(1 << 20, written.count))
    var offset = written.lowerBound
    while offset < written.upperBound {
      let wanted = min(buffer.count, written.upperBound - offset)
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe pread(descriptor, bytes.baseAddress, wanted, off_t(offset))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw FileError(.cannotRead(count < 0 ? errno : EIO, offset: offset), file: directory) }
      try body(buffer.rawSpan.extracting(first: count))
      offset += count
    }
    let rest = range.clamped(to: fileByteCount..<byteCount)
    guard !rest.isEmpty else { return }
    let bytes = Array(memory[rest.lowerBound - fileByteCount..<rest.upperBound - fileByteCount])
    try body(bytes.rawSpan)
  }

  private func writeOut() throws(FileError) {
    if descriptor < 0 { descriptor = try UnnamedFile.open(in: directory) }
    let bytes = memory
    memory = []
    try OutputFile.write(bytes.rawSpan, at: fileByteCount, of: descriptor, path: directory)
    fileByteCount += bytes.count
  }
}
