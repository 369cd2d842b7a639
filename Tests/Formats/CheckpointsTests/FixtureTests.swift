import Checkpoints
import Tensors
import TestSupport
import Testing

@Suite("Checkpoints that TensorFlow wrote or reads")
struct FixtureTests {
  @Test("Every tensor reads back to TensorFlow's values, byte by byte", arguments: FixtureCheckpoint.all)
  func values(fixture: FixtureCheckpoint) throws {
    let expected = try fixture.values()
    let checkpoint = try Checkpoint.open(fixture.checkpointPath())
    let source = checkpoint.source
    #expect(source.problems.filter { $0.severity != .note }.isEmpty, "\(source.problems.map { "\($0.error)" })")
    // By their bytes: Swift takes names for equal that differ only in how accents are written.
    let names = source.descriptors.map { Array($0.name.utf8) }
    #expect(names == expected.tensors.map { Array($0.name.utf8) }.sorted { $0.lexicographicallyPrecedes($1) })
    let sorted = expected.tensors.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    for (descriptor, tensor) in zip(source.descriptors, sorted) {
      #expect(descriptor.dtype.name == tensor.dtype, "\(tensor.name)")
      #expect(descriptor.shape.dimensions == tensor.shape, "\(tensor.name)")
      #expect(descriptor.sliceCount == tensor.slices ?? 1, "\(tensor.name)")
      if let strings = tensor.strings {
        #expect(try source.readStrings(descriptor) == strings.map { [UInt8]($0) }, "\(tensor.name)")
        continue
      }
      let bytes = try source.readAll(descriptor)
      #expect(bytes.count == descriptor.byteCount)
      if let data = tensor.bytes {
        #expect(bytes == [UInt8](data), "\(tensor.name)")
      } else {
        #expect(Digest.sha256(of: bytes) == tensor.sha256, "\(tensor.name)")
      }
    }
  }

  @Test("There are fixtures")
  func count() {
    #expect(FixtureCheckpoint.all.count >= 40)
  }
}
