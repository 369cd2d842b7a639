internal import Bytes
internal import CHDF5
internal import Tensors

/// Reads a file in a child process before this one does.
///
/// libhdf5 trusts much of what it reads: of the damaged files that fuzzing makes, some send release 1.10.8 into an endless loop and some
/// past the end of its memory. A child that does what we are about to do shows it, and the crash is an error here.
/// Elements that lie in one piece are left out: the library copies them without looking at them.
enum HDF5Rehearsal {
  /// Processor seconds for the list of tensors.
  private static let baseSeconds = 3
  /// Bytes of a file that are read and decompressed in a second by the slowest machines.
  private static let byteCountPerSecond = 10 << 20

  /// Opens, lists, reads and closes the file, all in the child.
  ///
  /// - Throws: `WeightFileError.Reason.libraryFailed` where the child did not survive it. What the library refuses is no error here.
  static func run(_ path: String, byteCount: Int) throws(WeightFileError) {
    let signal = HDF5Library.rehearse(seconds: baseSeconds + byteCount / byteCountPerSecond) { readAll(path) }
    if let signal { throw WeightFileError(.libraryFailed(signal: signal), file: path) }
  }

  private static func readAll(_ path: String) -> Bool {
    guard let file = try? HDF5File(rehearsed: path) else { return false }
    var goesWell = true
    for descriptor in file.descriptors where !file.isContiguous(descriptor) {
      do {
        if descriptor.dtype == .string {
          _ = try file.readStrings(descriptor)
        } else {
          try file.read(descriptor, maximumByteCount: 1 << 20) { _ in }
        }
      } catch {
        goesWell = false
      }
    }
    return goesWell
  }
}
