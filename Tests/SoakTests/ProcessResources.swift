import Foundation

/// What this process holds at a moment.
struct ProcessResources: CustomStringConvertible {
  let residentByteCount: Int
  let openFileCount: Int

  /// glibc's `malloc_trim`, which has no header that Swift reads; nil elsewhere.
  private static let trim: (@convention(c) (Int) -> Int32)? = {
    guard let symbol = unsafe dlsym(nil, "malloc_trim") else { return nil }
    // It is that function.
    return unsafe unsafeBitCast(symbol, to: (@convention(c) (Int) -> Int32).self)
  }()

  /// Linux only: `/proc` tells. What the allocator keeps though nobody holds it is given back first; that is exact where all threads
  /// share one arena (`MALLOC_ARENA_MAX=1`), since the ends of further ones are never given back: chance fills them, with tens of
  /// megabytes in all.
  static func now() throws -> ProcessResources {
    _ = trim?(0)
    let statm = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
    let pages = statm.count > 1 ? Int(statm[1]) ?? 0 : 0
    let files = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
    return ProcessResources(residentByteCount: pages * sysconf(Int32(_SC_PAGESIZE)), openFileCount: files.count)
  }

  var description: String { "\(residentByteCount >> 10) KiB resident, \(openFileCount) open files" }
}
