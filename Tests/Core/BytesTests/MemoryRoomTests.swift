import Bytes
import Testing

@Suite("Asking for memory before a file decides how much is taken")
struct MemoryRoomTests {
  @Test("little is always there, and more than any address space is not")
  func room() {
    #expect(MemoryRoom.has(0))
    #expect(MemoryRoom.has(1 << 24))
    #expect(!MemoryRoom.has(1 << 60))
    #expect(!MemoryRoom.has(.max))
  }

  @Test("a list may grow to what a machine holds, and not beyond")
  func entries() {
    #expect(MemoryRoom.missing(forEntries: 1) == nil)
    #expect(MemoryRoom.missing(forEntries: 1 << 14) == nil)
    #expect(MemoryRoom.missing(forEntries: 1 << 50) != nil)
  }
}
