internal import FuzzSupport
internal import Vocabulary

/// A `word_counts.txt` in any form.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    let file = try VocabularyFile(parsing: bytes)
    for issue in file.issues { Fuzz.check("\(issue)") }
    _ = try file.vocabulary()
  }
}
