internal import CHDF5

/// Hands byte strings to the library, which wants an array of pointers.
enum HDF5Strings {
  /// Writes all strings of a dataset; returns whether the library accepted them. The caller holds the lock.
  static func write(
    _ strings: [[UInt8]], to dataset: borrowing HDF5Handle, type: borrowing HDF5Handle, hasZeroBytes: Bool
  ) -> Bool {
    // One block for all: each string and a zero byte after it, which ends a C string.
    var block: [UInt8] = []
    block.reserveCapacity(strings.reduce(0) { $0 + $1.count + 1 })
    for string in strings {
      block.append(contentsOf: string)
      block.append(0)
    }
    // The pointers point into `block`, which lives until the call has returned.
    return unsafe block.withUnsafeMutableBytes { bytes in
      guard var next = bytes.baseAddress else { return false }
      var sequences = unsafe [hvl_t]()
      for string in strings {
        unsafe sequences.append(hvl_t(len: string.count, p: next))
        unsafe next += string.count + 1
      }
      if hasZeroBytes { return unsafe H5Dwrite(dataset.id, type.id, 0, 0, 0, sequences) >= 0 }
      let pointers = unsafe sequences.map { unsafe $0.p }
      return unsafe H5Dwrite(dataset.id, type.id, 0, 0, 0, pointers) >= 0
    }
  }
}
