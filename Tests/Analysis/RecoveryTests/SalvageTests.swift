import Checkpoints
import Foundation
import Messages
import Tensors
import Testing
import TestSupport

@Suite("Salvaging damaged checkpoints")
struct SalvageTests {
  static let tables = [
    "v1-small", "v1-shapes", "v1-dtypes", "v1-partitioned", "v1-snappy-blocks", "v1-snappy", "v1-big-blocks",
    "v2-small", "v2-shapes", "v2-partitioned", "v2-snappy-blocks", "v2-multi-block",
  ]

  @Test("a sound checkpoint is salvaged whole", arguments: tables)
  func sound(folder: String) throws {
    let patient = try Patient(folder)
    let salvage = try patient.salvage(patient.original)
    #expect(salvage.source.descriptors.count == patient.golden.tensors.count)
    #expect(salvage.isWhole)
    #expect(try patient.golden.contradictions(salvage) == [])
  }

  @Test("without its footer, a table loses nothing", arguments: tables)
  func footer(folder: String) throws {
    let patient = try Patient(folder)
    for cut in [1, 48] {
      let salvage = try patient.salvage(Array(patient.original.dropLast(cut)))
      #expect(salvage.source.descriptors.count == patient.golden.tensors.count, "\(salvage.gone) \(salvage.notes)")
      #expect(salvage.isWhole)
      #expect(try patient.golden.contradictions(salvage) == [])
    }
  }

  @Test(
    "without footer and index, nothing is lost either, though none can prove that there was no more", arguments: tables)
  func index(folder: String) throws {
    let patient = try Patient(folder)
    let index = try blocks(patient.original).index
    let salvage = try patient.salvage(Array(patient.original[..<index]))
    #expect(salvage.source.descriptors.count == patient.golden.tensors.count)
    #expect(salvage.gone.isEmpty && salvage.lost.isEmpty)
    #expect(try patient.golden.contradictions(salvage) == [])
  }

  @Test("one damaged block takes its own records with it and no others, with and without the index", arguments: tables)
  func block(folder: String) throws {
    let patient = try Patient(folder)
    let blocks = try blocks(patient.original)
    for (number, block) in blocks.data.enumerated() {
      // The middle of the block, its first byte, its checksum.
      for place in [block.lowerBound + block.count / 2, block.lowerBound, block.upperBound - 1] {
        var damaged = patient.original
        damaged[place] ^= 0x55
        // Where in the block makes no difference to an index that is there.
        let forms =
          [Array(damaged[..<blocks.index])] + (place == block.lowerBound ? [damaged, damaged.dropLast(48)] : [])
        for bytes in forms {
          let salvage = try patient.salvage(bytes)
          #expect(try patient.golden.contradictions(salvage) == [], "block \(number), byte \(place)")
          #expect(!salvage.isWhole)
          #expect(salvage.lost.contains { $0.range.contains(place) }, "\(salvage.lost), byte \(place)")
          let found = salvage.source.descriptors.count
          if blocks.data.count == 1 {
            #expect(found == 0)
          } else {
            #expect(found < patient.golden.tensors.count || number == 0)
          }
          // Every other block is found again.
          let lost = salvage.lost.reduce(0) { $0 + $1.range.count }
          #expect(lost <= block.count + 5, "\(salvage.lost)")
          if patient.table == patient.path, number > 0 {
            // The list holds, so that every tensor is accounted for by name.
            #expect(found + salvage.gone.count == patient.golden.tensors.count)
            #expect(salvage.isListProven)
          }
        }
      }
    }
  }

  @Test("garbage between blocks costs nothing", arguments: tables)
  func garbage(folder: String) throws {
    let patient = try Patient(folder)
    var random = SeededRandom(seed: 7)
    for place in [0] + (try blocks(patient.original).data.map { $0.upperBound }) {
      for garbage in [
        [UInt8](repeating: 0, count: 100), (0..<997).map { _ in UInt8.random(in: 0...255, using: &random) },
      ] {
        let salvage = try patient.salvage(Array(patient.original[..<place] + garbage + patient.original[place...]))
        #expect(salvage.source.descriptors.count == patient.golden.tensors.count, "at \(place)")
        #expect(salvage.gone.isEmpty)
        #expect(try patient.golden.contradictions(salvage) == [])
      }
    }
  }

  @Test(
    "cut anywhere, what is left is TensorFlow's, and nothing traps",
    arguments: ["v1-dtypes-late", "v1-small", "v1-snappy-blocks", "v2-small", "v2-snappy-blocks"])
  func cut(folder: String) throws {
    let patient = try Patient(folder)
    let step = max(1, patient.original.count / 340)
    var last = 0
    for end in stride(from: 0, through: patient.original.count, by: step) {
      let salvage = try patient.salvage(Array(patient.original[..<end]))
      #expect(try patient.golden.contradictions(salvage) == [], "cut at \(end)")
      #expect(salvage.source.descriptors.count >= last, "cut at \(end)")
      last = salvage.source.descriptors.count
    }
  }

  @Test(
    "one flipped byte anywhere never changes a value",
    arguments: ["v1-dtypes-late", "v1-small", "v1-snappy-blocks", "v2-small", "v2-snappy-blocks"])
  func flip(folder: String) throws {
    let patient = try Patient(folder)
    for place in stride(from: 0, to: patient.original.count, by: max(1, patient.original.count / 100)) {
      var damaged = patient.original
      damaged[place] ^= 1 << UInt8(place % 8)
      let salvage = try patient.salvage(damaged)
      #expect(try patient.golden.contradictions(salvage) == [], "byte \(place)")
    }
  }

  @Test(
    "a shard cut short loses the tensors that reach behind the cut",
    arguments: ["v2-small", "v2-shapes", "v2-partitioned"])
  func shards(folder: String) throws {
    let patient = try Patient(folder)
    let shard = patient.path + ".data-00000-of-00001"
    let data = try Fixture.bytes(at: shard)
    let source = try Checkpoint.open(patient.path).source
    let ends = source.descriptors.compactMap { tensor in
      tensor.location.map { $0.offset + tensor.byteCount }
    }
    for cut in Set(ends + ends.map { $0 - 1 } + [0, 1]) where cut >= 0 && cut < data.count {
      try Data(data[..<cut]).write(to: URL(filePath: shard))
      let salvage = try Salvage(patient.path)
      #expect(try patient.golden.contradictions(salvage) == [])
      #expect(salvage.isListProven)
      #expect(salvage.source.descriptors.count + salvage.gone.count == patient.golden.tensors.count)
      let names = Set(salvage.source.descriptors.map(\.name))
      for tensor in source.descriptors {
        guard let location = tensor.location else { continue }
        let isInside = location.offset + tensor.byteCount <= cut
        #expect(names.contains(tensor.name) == (isInside || tensor.byteCount == 0), "\(tensor.name), cut at \(cut)")
      }
    }
    try FileManager.default.removeItem(atPath: shard)
    let salvage = try Salvage(patient.path)
    #expect(salvage.source.descriptors.allSatisfy { $0.byteCount == 0 })
    #expect(salvage.notes.contains { $0.text.contains("missing") })
  }

  @Test("without the list of a V1 file, records say what they are, and what they cannot say is in doubt")
  func list() throws {
    let patient = try Patient("v1-partitioned")
    let first = try #require(try blocks(patient.original).data.first)
    var damaged = patient.original
    damaged[first.lowerBound + 20] ^= 0xff
    let salvage = try patient.salvage(damaged)
    #expect(!salvage.isListProven)
    #expect(try patient.golden.contradictions(salvage) == [])
  }

  @Test("the damaged checkpoints that TensorFlow refuses give only what is proven, and none traps")
  func badFixtures() throws {
    let root = Fixture.path("checkpoints/bad")
    var count = 0
    for folder in try FileManager.default.contentsOfDirectory(atPath: root).sorted() {
      struct Expected: Decodable { let file: String }
      guard let json = FileManager.default.contents(atPath: "\(root)/\(folder)/expected.json") else { continue }
      let path = "\(root)/\(folder)/" + (try JSONDecoder().decode(Expected.self, from: json)).file
      guard let salvage = try? Salvage(path) else { continue }
      count += 1
      for tensor in salvage.source.descriptors {
        if tensor.dtype == .string {
          _ = try salvage.source.readStrings(tensor)
        } else {
          _ = try salvage.source.readAll(tensor)
        }
      }
    }
    #expect(count > 120)
  }

  @Test(
    "long stretches of what might begin a block, and does not, are passed over",
    arguments: [[0], [0, 0, 0x80, 0x3f], [0, 1, 1], [1, 0, 0]])
  func stretches(pattern: [UInt8]) throws {
    let patient = try Patient("v2-multi-block")
    let stretch = [UInt8]((0..<30_000).map { pattern[$0 % pattern.count] })
    let last = try #require(try blocks(patient.original).data.last)
    let salvage = try patient.salvage(
      Array(patient.original[..<last.lowerBound]) + stretch + patient.original[last.lowerBound...])
    #expect(salvage.source.descriptors.count == patient.golden.tensors.count)
    #expect(salvage.lost.reduce(0) { $0 + $1.range.count } == 30_000)
  }

  /// Where the data blocks are, by the table's own footer and index; and where the index is.
  private func blocks(_ table: [UInt8]) throws -> (data: [Range<Int>], index: Int) {
    func varint(_ bytes: ArraySlice<UInt8>) throws -> (Int, ArraySlice<UInt8>) {
      var (value, shift, rest) = (0, 0, bytes)
      while let byte = rest.popFirst() {
        value |= Int(byte & 0x7f) << shift
        shift += 7
        if byte < 0x80 { return (value, rest) }
      }
      throw CocoaError(.fileReadCorruptFile)
    }
    var footer = table.suffix(48)
    (_, footer) = try varint(footer)
    (_, footer) = try varint(footer)
    let (offset, _) = try varint(footer)
    return (try TableBlocks.ranges(of: table), offset)
  }
}
