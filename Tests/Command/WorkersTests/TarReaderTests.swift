import Messages
import Foundation
import Messages
import Testing

@testable import Workers

@Suite("The pictures of a tar stream")
struct TarReaderTests {
  /// A member as tar writes it.
  static func member(_ name: String, _ content: [UInt8] = [], kind: Character = "0", size: String? = nil) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at offset: Int) {
      for (index, byte) in text.utf8.enumerated() { header[offset + index] = byte }
    }
    put(String(name.prefix(100)), at: 0)
    put("0000644\0", at: 100)
    let digits = String(content.count, radix: 8)
    put(size ?? String(repeating: "0", count: 11 - digits.count) + digits, at: 124)
    put("ustar\u{0}00", at: 257)
    put(String(kind), at: 156)
    put("        ", at: 148)
    let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
    put(String(repeating: "0", count: 6 - sum.count) + sum + "\0 ", at: 148)
    return header + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
  }

  static let end = [UInt8](repeating: 0, count: 1024)

  private static func read(_ stream: [UInt8]) throws -> (members: [TarReader.Member], failure: WorkerError?) {
    let sent = try SentBytes(stream, chunkByteCount: 700)
    var reader = TarReader(sent.input)
    var members: [TarReader.Member] = []
    while let member = reader.next() { members.append(member) }
    return (members, reader.failure)
  }

  @Test("regular members with a picture's name are read, in any case; all others are skipped")
  func members() throws {
    let picture = [UInt8](repeating: 7, count: 1000)
    let stream =
      Self.member("a.JPG", picture) + Self.member("a.cls", [1]) + Self.member("dir.png/", kind: "5")
      + Self.member("link.jpg", kind: "2", size: "00000001000") + Self.member("b.Png", []) + Self.end
      + Self.member("c.jpeg", [1, 2]) + Self.end
    let (members, failure) = try Self.read(stream)
    #expect(failure == nil)
    #expect(
      members == [
        .picture(name: "a.JPG", bytes: picture), .picture(name: "b.Png", bytes: []),
        .picture(name: "c.jpeg", bytes: [1, 2]),
      ])
  }

  @Test("long names of POSIX and of GNU count, for the next member alone")
  func longNames() throws {
    let long = String(repeating: "d/", count: 100) + "ä.jpg"
    let text = "path=\(long)\n"
    let record = "\(text.utf8.count + 4) \(text)"
    let stream =
      Self.member("x", Array(record.utf8), kind: "x") + Self.member("short.txt", [1])
      + Self.member("././@LongLink", Array(long.utf8) + [0], kind: "L") + Self.member("cut.txt", [2])
      + Self.member("plain.png", [3]) + Self.end
    let (members, failure) = try Self.read(stream)
    #expect(failure == nil)
    #expect(
      members == [
        .picture(name: long, bytes: [1]), .picture(name: long, bytes: [2]), .picture(name: "plain.png", bytes: [3]),
      ])
  }

  @Test("what is not tar is refused at its offset, and members before it are read")
  func garbage() throws {
    let (members, failure) = try Self.read(Self.member("a.jpg", [1]) + [UInt8](repeating: 65, count: 600))
    #expect(members == [.picture(name: "a.jpg", bytes: [1])])
    #expect(failure == WorkerError(.notATarHeader, file: "standard input", offset: 1024))
  }

  @Test("a stream that is cut off anywhere hands out the members before, and says so")
  func cutOff() throws {
    let stream = Self.member("a.jpg", [1]) + Self.member("b.jpg", [UInt8](repeating: 2, count: 600))
    for count in [1, 511, 513, 1023, 1025, 1600, stream.count - 1] {
      let (members, failure) = try Self.read(Array(stream.prefix(count)))
      #expect(members.count == (count < 1024 ? 0 : 1), "\(count)")
      #expect(failure?.reason == .tarEndsEarly, "\(count)")
    }
  }

  @Test(
    "a size that makes no sense is refused",
    arguments: ["0000000000x", "\u{1}\u{2}", String(repeating: "7", count: 12)])
  func sizes(size: String) throws {
    let (members, failure) = try Self.read(Self.member("a.jpg", size: size))
    // 8 GiB of octal digits are a size; the member is skipped, and its end is missing.
    #expect(members.isEmpty)
    #expect(failure?.reason == .badTarNumber("size") || failure?.reason == .tarEndsEarly)
  }
}
