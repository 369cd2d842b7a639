import Testing

@testable import PageServer

@Suite("Forms that send files")
struct MultipartTests {
  private static let type = "multipart/form-data; boundary=\"x-boundary\""

  /// The files of a form that arrives in pieces of one size.
  private static func files(
    _ form: String, pieceLength: Int, type: String = type
  ) throws -> (files: [(String, String)], isComplete: Bool) {
    var reader = try #require(MultipartReader(contentType: type))
    var files: [(String, String)] = []
    let bytes = Array(form.utf8)
    for start in stride(from: 0, to: bytes.count, by: pieceLength) {
      for event in try reader.add(Array(bytes[start..<min(start + pieceLength, bytes.count)])) {
        switch event {
        case .file(let name): files.append((name, ""))
        case .bytes(let bytes):
          let last = files.count - 1
          files[last].1 += String(decoding: bytes, as: UTF8.self)
        }
      }
    }
    return (files, reader.isComplete)
  }

  @Test("give their files whatever the pieces that they arrive in", arguments: 1...70)
  func pieces(length: Int) throws {
    let form = """
      preamble\r
      --x-boundary\r
      Content-Disposition: form-data; name="note"\r
      \r
      passed over\r
      --x-boundary\r
      Content-Type: image/png\r
      content-disposition: form-data; name="picture"; filename="a; \\"b%22.png"\r
      \r
      line\r
      --x-boundar\r
      --x-boundary\r
      Content-Disposition: form-data; name="picture"; filename=empty\r
      \r
      \r
      --x-boundary--\r
      epilogue
      """
    let (files, isComplete) = try Self.files(form, pieceLength: length)
    #expect(isComplete)
    #expect(files.map(\.0) == ["a; \"b\".png", "empty"])
    #expect(files.map(\.1) == ["line\r\n--x-boundar", ""])
  }

  @Test("that are cut off are not complete")
  func cut() throws {
    let form =
      "--x-boundary\r\nContent-Disposition: form-data; name=\"f\"; filename=\"n\"\r\n\r\nbytes\r\n--x-boundary--"
    #expect(try Self.files(form, pieceLength: 1000).isComplete)
    for count in 0..<form.utf8.count {
      let part = String(decoding: Array(form.utf8.prefix(count)), as: UTF8.self)
      #expect(try !Self.files(part, pieceLength: 1000).isComplete, "\(count)")
    }
  }

  @Test(
    "that are malformed are refused",
    arguments: [
      "--x-boundary?\r\n", "--x-boundary\r\nno colon\r\n\r\n", "--x-boundary\r\n\r\n\r\n\r\n",
      "--x-boundary\r\nContent-Disposition: attachment; filename=x\r\n\r\n",
      "--x-boundary\r\n" + String(repeating: "a", count: 20_000),
    ])
  func malformed(form: String) {
    #expect(throws: MultipartReader.Malformed.self) { try Self.files(form, pieceLength: 1 << 20) }
  }

  @Test(
    "need a boundary",
    arguments: [
      "", "text/plain", "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=x",
      "multipart/form-data; boundary=\(String(repeating: "x", count: 71))", "multipart/form-data; boundary=\"\u{e4}\"",
    ])
  func types(type: String) {
    #expect(MultipartReader(contentType: type) == nil)
  }
}
