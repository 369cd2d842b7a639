import Testing

@testable import Workers

@Suite("A driver's bytes become lines")
struct LineReaderTests {
  private static func lines(
    _ text: String, limit: Int = 100, pieceCount: Int = 1 << 16, chunkByteCount: Int = 1 << 16
  ) throws -> [LineReader.Line] {
    let sent = try SentBytes(Array(text.utf8), pieceCount: pieceCount, chunkByteCount: chunkByteCount)
    let reader = LineReader(sent.input, maximumByteCount: limit)
    var lines: [LineReader.Line] = []
    while let line = reader.next() { lines.append(line) }
    #expect(sent.input.end == .closed)
    #expect(sent.input.byteCount == text.utf8.count)
    return lines
  }

  private static func text(_ line: String) -> LineReader.Line { .text(Array(line.utf8)) }

  @Test("however the bytes arrive, the lines are the same", arguments: [1, 2, 7, 1 << 16], [1, 3, 1 << 16])
  func pieces(pieceCount: Int, chunkByteCount: Int) throws {
    let lines = try Self.lines("one\ntwo\r\n\n \t\r\nthree", pieceCount: pieceCount, chunkByteCount: chunkByteCount)
    #expect(lines == [Self.text("one"), Self.text("two\r"), Self.text("three")])
  }

  @Test("no bytes are no lines, and blank ones neither", arguments: ["", "\n", "\n\n\r\n  \n"])
  func blank(text: String) throws {
    #expect(try Self.lines(text).isEmpty)
  }

  @Test("a line of exactly the limit is read; one byte more is too long, and the next line is read again")
  func limit() throws {
    let longest = String(repeating: "x", count: 10)
    let lines = try Self.lines("\(longest)\n\(longest)x\nnext\n\(longest)\(longest)", limit: 10, chunkByteCount: 3)
    #expect(lines == [Self.text(longest), .tooLong, Self.text("next"), .tooLong])
  }

  @Test("when reading is ended, complete lines are handed out and the one that has only begun is not")
  func ended() throws {
    let sent = try SentBytes(Array("one\ntwo\nthr".utf8), closes: false)
    let reader = LineReader(sent.input)
    #expect(reader.next() == Self.text("one"))
    sent.input.finish()
    #expect(reader.next() == Self.text("two"))
    #expect(reader.next() == nil)
    #expect(sent.input.end == .ended)
    #expect(reader.next() == nil)
  }

  @Test("a descriptor that cannot be read ends the lines, and says why")
  func unreadable() throws {
    let input = try WorkerInput(descriptor: 9999)
    #expect(LineReader(input).next() == nil)
    guard case .failed = input.end else {
      Issue.record("\(String(describing: input.end))")
      return
    }
  }
}
