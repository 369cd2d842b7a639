import Foundation
import Messages
import Tensors
import Testing
import TestSupport

@testable import WeightFiles

@Suite("HDF5's opaque bytes")
struct OpaqueTypeTests {
  private struct Expected: Decodable {
    let dtype: String
    let shape: [Int]
    let bytes: String
  }

  @Test("bfloat16 and float8 are read from every file that Keras stores them in")
  func keras() throws {
    let json = try Data(contentsOf: URL(filePath: Fixture.path("keras/dtypes.json")))
    let expected = try JSONDecoder().decode([String: [String: Expected]].self, from: json)
    #expect(expected.count == 6)
    for (name, tensors) in expected {
      let file = try HDF5File(path: Fixture.path("keras/\(name)"))
      #expect(file.problems.isEmpty, "\(name)")
      #expect(Set(file.descriptors.map(\.name)) == Set(tensors.keys), "\(name)")
      for descriptor in file.descriptors {
        let row = try #require(tensors[descriptor.name])
        #expect(descriptor.dtype.name == row.dtype, "\(name): \(descriptor.name)")
        #expect(descriptor.shape.dimensions == row.shape, "\(name): \(descriptor.name)")
        let bytes = try file.readAll(descriptor)
        #expect(bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == row.bytes, "\(name)")
      }
    }
  }

  @Test(
    "the attribute dtype names what numpy has no dtype for, in any layout; what it does not fit is a problem of its own"
  )
  func marks() throws {
    let file = try HDF5File(path: Fixture.path("hdf5/opaque.h5"))
    #expect(
      file.descriptors.map { "\($0.name) \($0.dtype) \($0.shape)" } == [
        "bfloat16 bfloat16 [2, 3]", "empty bfloat16 [0, 3]", "float8_e4m3fn float8_e4m3fn [2, 3]",
        "float8_e5m2fnuz float8_e5m2fnuz [2, 3]", "int4 int4 [2, 3]", "packed bfloat16 [3000]",
      ])
    #expect(try file.readAll(file.requireDescriptor(named: "int4")) == [0x0e, 0x0f, 0, 1, 2, 3])
    #expect(try file.readAll(file.requireDescriptor(named: "float8_e4m3fn")) == [0xc0, 0xb8, 0, 0x38, 0x40, 0x44])
    // Compressed, so that the library reads it: -1500 and -1, of which bfloat16 keeps eight bits.
    let packed = try file.readAll(file.requireDescriptor(named: "packed"))
    #expect(packed[..<2] == [0xbc, 0xc4] && packed[2998..<3000] == [0x80, 0xbf])
    func unfit(_ what: String) -> HDF5Defect { .unsupportedType(what) }
    let defects = Dictionary(
      uniqueKeysWithValues: file.problems.map { ($0.tensor ?? "", ($0.error as? WeightFileError)?.reason) })
    #expect(
      defects == [
        "no-dtype": .hdf5(unfit("opaque elements of 4 bytes, marked as 'bfloat17'")),
        "too-wide": .hdf5(unfit("opaque elements of 4 bytes, marked as 'bfloat16'")),
        "not-opaque": .hdf5(unfit("opaque elements of 4 bytes, marked as 'float32'")),
        "unmarked": .hdf5(unfit("opaque bytes")), "times": .hdf5(unfit("opaque bytes tagged 'NUMPY:<M8[s]'")),
      ])
  }

  @Test("the attribute says nothing of a type that has a meaning of its own")
  func meaning() throws {
    let file = try HDF5File(path: Fixture.path("hdf5/small-opaque.h5"))
    #expect(file.descriptors.map(\.dtype) == [.bfloat16, .int16])
  }
}
