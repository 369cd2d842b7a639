internal import Files
internal import FuzzSupport
internal import TestSupport

private let file = ScratchFile("model.tar.gz")

/// An archive or a compressed file, with everything in it.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    file.write(bytes[...])
    guard let archive = try ArchivePlace.root(file.path) else { return }
    for name in archive.fileNames {
      Fuzz.attempt {
        let member = try InputFile(path: ArchivePlace.path(of: name, in: archive))
        _ = try member.read(at: 0, count: min(member.byteCount, 1 << 20))
      }
    }
  }
}
