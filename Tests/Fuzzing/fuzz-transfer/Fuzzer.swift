internal import Files
internal import FuzzSupport
internal import Messages
internal import TestSupport
internal import TransferDamage

private let index = ScratchFile("model.ckpt.index")
private let data = ScratchFile("model.ckpt.data-00000-of-00001")
private let output = ScratchFile("restored")

/// A V2 checkpoint as it is, and as programs change it that take it for text; the layout is that of `fuzz-v2`.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ input: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(input, count) { bytes in
    let (indexBytes, dataBytes) = BundleInput.split(bytes)
    for mangling in [nil, .returnsRemoved, .returnsAddedToLineFeeds, .returnsAdded, .latin1] as [Mangling?] {
      let mangled = [indexBytes, dataBytes].map { mangling?($0) ?? $0 }
      index.write(mangled[0][...])
      data.write(mangled[1][...])
      for restoration in Restoration.find(in: [index.path, data.path]) {
        Fuzz.check(restoration.words.text)
        let file = try OutputFile(path: output.path, replacesExisting: true, permissions: .ofNewFile)
        try restoration.write(to: file)
        try file.commit()
        guard mangling == .returnsAdded, restoration.changes == [.returnsAdded] else { continue }
        let restored = try InputFile(path: output.path)
        let original = restoration.path == index.path ? indexBytes : dataBytes
        guard try restored.read(at: 0, count: restored.byteCount) == original else {
          fatalError("an exact change was not undone exactly")
        }
      }
    }
  }
}

/// With the checksums of tensors and of blocks repaired.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ input: UnsafeMutablePointer<UInt8>?, _ count: Int, _ maximumCount: Int, _ seed: UInt32) -> Int {
  unsafe Fuzz.mutate(input, count, maximumCount, seed, repair: BundleInput.repair)
}
