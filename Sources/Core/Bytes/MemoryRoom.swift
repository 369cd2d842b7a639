internal import CDecantBytes
internal import Essentials

/// Whether the system has enough memory left, checked before a number from a file decides how much to allocate.
///
/// Swift ends the process if an array cannot grow. Code that allocates what a file asks for checks here first, so that too little
/// memory, on the machine or under a limit (`ulimit -v`, a container), becomes an error that names the file. The answer
/// is true for a moment only: other threads and processes take memory too.
package enum MemoryRoom {
  /// Smaller amounts are not worth checking.
  private static let smallestByteCount = 1 << 20
  /// The memory that one entry of a list may take with everything that is kept for it: name, shape, places in sets,
  /// sorted copies, room to grow, a line of a header. As measured, a conversion of 50,000 small tensors takes 3.3 KiB
  /// of address space for each.
  private static let entryByteCount = 6 << 10
  /// Lists are checked once every this many entries.
  private static let entryStep = 1 << 13

  /// Saves address space for data if it is limited (`ulimit -v`). Call it before any thread starts.
  package static func saveAddresses() { decant_save_addresses() }

  /// Whether `byteCount` more bytes could be allocated at once.
  package static func has(_ byteCount: Int) -> Bool {
    guard byteCount >= smallestByteCount else { return true }
    // Mapped, not allocated: compilers know malloc and remove allocations that are never used. No page is touched.
    let memory = unsafe mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard unsafe memory != MAP_FAILED, let memory = unsafe memory else { return false }
    unsafe munmap(memory, byteCount)
    return true
  }

  /// The bytes that a list of `count` entries still needs and cannot get; nil if it may keep growing.
  ///
  /// Called for every entry, and cheap for most of them.
  package static func missing(forEntries count: Int) -> Int? {
    count.isMultiple(of: entryStep) && !has(count * entryByteCount) ? count * entryByteCount : nil
  }
}
