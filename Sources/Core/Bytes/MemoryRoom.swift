internal import CDecantBytes
internal import Foundation

/// Whether the system still has so much memory to give, asked before a file's numbers decide how much is taken.
///
/// Swift ends the process where an array cannot grow. What a file can make large is asked for here first, so that a machine or
/// a limit (`ulimit -v`, a container) that has not so much gives an error that names the file. The answer holds for a moment, and
/// is not a promise: other threads and processes take memory too.
package enum MemoryRoom {
  /// Less is not worth a question.
  private static let smallestByteCount = 1 << 20
  /// What one entry of a list may take with all that is kept of it: name, shape, places in sets, copies that are sorted and grow,
  /// a line of a header. Measured, a conversion of 50 000 small tensors takes 3.3 KiB of address space for each.
  private static let entryByteCount = 6 << 10
  /// Lists are asked about once in this many entries.
  private static let entryStep = 1 << 13

  /// Leaves the addresses of a limit (`ulimit -v`), if there is one, for what is needed; to be called before there are threads.
  package static func saveAddresses() { decant_save_addresses() }

  /// Whether `byteCount` more bytes could be taken at once.
  package static func has(_ byteCount: Int) -> Bool {
    guard byteCount >= smallestByteCount else { return true }
    // Mapped and not allocated: compilers know malloc, and leave out what is never used. Nothing is touched.
    let memory = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard unsafe memory != MAP_FAILED, let memory = unsafe memory else { return false }
    unsafe munmap(memory, byteCount)
    return true
  }

  /// What a list that has grown to `count` entries still needs and cannot have; nil if it may grow on.
  ///
  /// Asked for every entry, and cheap for most of them.
  package static func missing(forEntries count: Int) -> Int? {
    count.isMultiple(of: entryStep) && !has(count * entryByteCount) ? count * entryByteCount : nil
  }
}
