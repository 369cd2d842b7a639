import Foundation

/// What this process holds at a moment.
struct ProcessResources: CustomStringConvertible {
  let residentByteCount: Int
  let openFileCount: Int

  /// Linux only: `/proc` tells.
  static func now() throws -> ProcessResources {
    let statm = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
    let pages = statm.count > 1 ? Int(statm[1]) ?? 0 : 0
    let files = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
    return ProcessResources(residentByteCount: pages * sysconf(Int32(_SC_PAGESIZE)), openFileCount: files.count)
  }

  var description: String { "\(residentByteCount >> 10) KiB resident, \(openFileCount) open files" }
}
