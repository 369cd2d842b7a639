import Checkpoints
import Tensors
import Testing

@Suite("Slices of tensors")
struct TensorSliceTests {
  static let keys: [(name: String, slice: String, key: [UInt8])] = [
    (
      "foo", "-:-:1,3:4,5",
      [0, 0x66, 0x6f, 0x6f, 0, 1, 1, 4, 0x80, 0x7f, 0x80, 0x7f, 0x81, 0x83, 0x84, 0x85]
    ),
    ("global_step", "", [0] + Array("global_step".utf8) + [0, 1, 0]),
    ("emb", "500,500:-", [0, 0x65, 0x6d, 0x62, 0, 1, 1, 2, 0xc1, 0xf4, 0xc1, 0xf4, 0x80, 0x7f]),
    ("p", "0,2:-", [0, 0x70, 0, 1, 1, 2, 0x80, 0x82, 0x80, 0x7f]),
  ]

  @Test("A slice's key is the one that TensorFlow writes, and can be taken apart", arguments: keys)
  func key(name: String, slice text: String, key: [UInt8]) throws {
    #expect(slice(text).key(ofTensor: name.utf8) == key)
    let decoded = try #require(TensorSlice.decode(key: key))
    #expect(decoded.name == Array(name.utf8))
    #expect(decoded.slice == slice(text))
    #expect(decoded.slice.description == text)
    for end in 0..<key.count { #expect(TensorSlice.decode(key: Array(key[..<end])) == nil, "cut at \(end)") }
    #expect(TensorSlice.decode(key: key + [0]) == nil)
  }

  @Test("A slice takes ranges of indices")
  func ranges() throws {
    #expect(try slice("0,2:-").ranges(in: shape(3, 5)) == [0..<2, 0..<5])
    #expect(try slice("").ranges(in: .scalar).isEmpty)
    #expect(try slice("-").ranges(in: shape(0)) == [0..<0])
  }

  static let defects: [(slice: String, shape: Shape, defect: SliceDefect)] = [
    ("0,2", shape(3, 5), .rank(slice("0,2"), shape(3, 5))),
    ("2,2:-", shape(3, 5), .outside(slice("2,2:-"), shape(3, 5))),
    ("-1,2:-", shape(3, 5), .outside(slice("-1,2:-"), shape(3, 5))),
    ("4,1:-", shape(3, 5), .outside(slice("4,1:-"), shape(3, 5))),
    ("0,0:-", shape(3, 5), .empty(slice("0,0:-"))),
    ("0,-2:-", shape(3, 5), .empty(slice("0,-2:-"))),
    ("\(Int.max),\(Int.max)", shape(3), .outside(slice("\(Int.max),\(Int.max)"), shape(3))),
  ]

  @Test("A slice that does not lie in the shape is refused", arguments: defects)
  func outside(slice text: String, shape: Shape, defect: SliceDefect) {
    #expect(throws: defect) { _ = try slice(text).ranges(in: shape) }
  }
}
