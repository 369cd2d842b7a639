internal import FuzzSupport
internal import TerminalPictures

/// What a terminal answers: the first byte says in pieces of how many bytes the others arrive, which must not matter.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe Fuzz.run(data, count) { bytes in
    guard let first = bytes.first else { return }
    let answer = bytes.dropFirst()
    var whole = TerminalReplies()
    whole.take(answer)
    var pieces = TerminalReplies()
    var rest = answer
    while !rest.isEmpty {
      pieces.take(rest.prefix(max(Int(first), 1)))
      rest = rest.dropFirst(max(Int(first), 1))
    }
    guard whole == pieces else { fatalError("pieces mean something else") }
    for width in [whole.cellWidth, whole.windowWidth] {
      guard let width else { continue }
      guard (1...99_999).contains(width) else { fatalError("a width of \(width)") }
    }
  }
}
