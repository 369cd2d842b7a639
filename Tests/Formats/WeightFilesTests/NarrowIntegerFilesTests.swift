import Tensors
import TestSupport
import Testing

@testable import WeightFiles

@Suite("Files with integers of less than a byte")
struct NarrowIntegerFilesTests {
  /// Each value, as TensorFlow has it and as an 8-bit integer.
  private static let cases: [(dtype: DType, stored: [UInt8], values: [UInt8])] = [
    (.int4, [0, 1, 0x0f, 3, 0x0c, 5, 7, 8], [0, 1, 0xff, 3, 0xfc, 5, 7, 0xf8]),
    (.int2, [0, 1, 2, 3], [0, 1, 0xfe, 0xff]),
    (.uint4, [0, 7, 8, 15], [0, 7, 8, 15]),
    (.uint2, [0, 1, 2, 3], [0, 1, 2, 3]),
  ]

  @Test(
    "other programs find the values of trimmed elements, and Decant finds what TensorFlow wrote", arguments: Format.all)
  func values(format: Format) throws {
    let directory = try TemporaryDirectory()
    let path = directory.file(format.fileName)
    let source = InMemoryTensorSource(
      try Self.cases.map { try .init($0.dtype.name, $0.dtype, [$0.stored.count], bytes: $0.stored) })
    let sink = try format.sink(path)
    try source.write(to: sink).commit()
    let file = try format.source(path)
    let bytes = try Fixture.bytes(at: path)
    for (dtype, stored, values) in Self.cases {
      let descriptor = try file.requireDescriptor(named: dtype.name)
      #expect(descriptor.dtype == dtype)
      #expect(try file.readAll(descriptor) == stored)
      let offset = try #require(descriptor.location?.offset)
      #expect(Array(bytes[offset..<offset + values.count]) == values, "\(dtype)")
    }
  }

  @Test("a large tensor is sign-extended in compressed chunks too")
  func compressed() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("a.h5")
    let stored = (0..<300_000).map { UInt8($0 % 16) }
    let source = InMemoryTensorSource([try .init("a", .int4, [300, 1000], bytes: stored)])
    let sink = try HDF5Writer(path: path, compression: 1)
    try source.write(to: sink).commit()
    let file = try HDF5File(path: path)
    #expect(try file.readAll(file.descriptors[0]) == stored)
    // As the library hands it over.
    let reader = try HDF5LibraryReader(path: path, fileByteCount: file.files[0].byteCount ?? 0)
    var box: [UInt8] = []
    #expect(try reader.readBox(of: reader.contents().datasets[0], at: 0, into: &box) > 16)
    #expect(box[..<16] == [0, 1, 2, 3, 4, 5, 6, 7, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff])
  }

  @Test("elements come back as they were, stored as they are or extended")
  func notedFiles() throws {
    let file = try HDF5File(path: Fixture.path("hdf5/notes-int4.h5"))
    for name in ["as-it-is", "extended"] {
      #expect(try file.readAll(file.requireDescriptor(named: name)) == [1, 0x0d, 7, 8], "\(name)")
    }
    let directory = try TemporaryDirectory()
    for (note, stored) in [("int4", [1, 0x0d, 7] as [UInt8]), ("int4 as int8", [1, 0xfd, 7])] {
      let header =
        #"{"__metadata__":{"decant.dtypes":"{\"a\":\"\#(note)\"}"},"a":{"dtype":"I8","shape":[3],"data_offsets":[0,3]}}"#
      let count = packed([UInt64(header.utf8.count)])
      let path = try directory.write(count + Array(header.utf8) + stored, to: "a.safetensors")
      let file = try SafetensorsFile(path: path)
      #expect(file.descriptors[0].dtype == .int4)
      #expect(try file.readAll(file.descriptors[0]) == [1, 0x0d, 7], "\(note)")
    }
  }

  @Test(
    "only a signed integer of less than a byte is noted as stored in another",
    arguments: ["qint8 as int8", " as int8", "int4 as", "int5"])
  func notes(text: String) {
    #expect(DTypeNote(parsing: text) == nil)
  }
}
