package import Essentials

extension String {
  /// The name of an entry that `readdir` returned.
  ///
  /// An entry is only as long as its name: copying the whole structure, as `entry.pointee.d_name` does, would read past its end.
  package init(nameOf entry: UnsafeMutablePointer<dirent>) {
    let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
    // The system ends the name with a zero.
    let name = unsafe UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: UInt8.self)
    self = unsafe String(decodingCString: name, as: UTF8.self)
  }
}
