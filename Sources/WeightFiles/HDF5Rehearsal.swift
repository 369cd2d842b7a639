internal import Bytes
internal import CHDF5
internal import Tensors

/// Reads a file in a child process before this one does.
///
/// libhdf5 trusts much of what it reads: of the damaged files that fuzzing makes, some send release 1.10.8 into an endless loop and some
/// past the end of its memory. A child that does what we are about to do shows it, and the crash is an error here.
/// Elements that lie in one piece are left out: the library copies them without looking at them.
enum HDF5Rehearsal {
  /// The processor time that each child may use (up to three try, where time runs out): for the list of tensors, and for what the
  /// slowest machines read and decompress.
  static func milliseconds(forByteCount byteCount: Int) -> Int { 2000 + byteCount / 10_000 }

  /// Opens, lists, reads and closes the file, all in the child.
  ///
  /// - Throws: `WeightFileError.Reason.libraryFailed` where the child did not survive it. What the library refuses is no error here.
  static func run(_ path: String, milliseconds: Int) throws(WeightFileError) {
    let signal = HDF5Library.rehearse(milliseconds: milliseconds) { readAll(path) }
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
