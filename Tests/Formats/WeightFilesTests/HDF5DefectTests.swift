import Bytes
import Foundation
import Messages
import Tensors
import Testing
import TestSupport

@testable import WeightFiles

@Suite("HDF5 files of other programs")
struct HDF5DefectTests {
  private struct Expected: Decodable {
    let dtype: String
    let shape: [Int]
    let bytes: String?
    let strings: [String]?
  }

  @Test("what h5py makes of ordinary arrays is read to its values", arguments: [16, 100, 1 << 20])
  func ordinary(pieceByteCount: Int) throws {
    let file = try HDF5File(path: Fixture.path("hdf5/ordinary.h5"))
    let expected = try JSONDecoder().decode(
      [String: Expected].self, from: Data(try Fixture.bytes("hdf5/ordinary.json")))
    #expect(Set(file.descriptors.map(\.name)) == Set(expected.keys))
    #expect(file.metadata == ["title": "made by h5py"])
    for descriptor in file.descriptors {
      let row = try #require(expected[descriptor.name])
      #expect(descriptor.dtype.name == row.dtype, "\(descriptor.name)")
      #expect(descriptor.shape.dimensions == row.shape, "\(descriptor.name)")
      if let strings = row.strings {
        #expect(try file.readStrings(descriptor).map(hexadecimal) == strings, "\(descriptor.name)")
      } else {
        var bytes: [UInt8] = []
        try file.read(descriptor, maximumByteCount: pieceByteCount) { bytes += [UInt8]($0) }
        #expect(hexadecimal(bytes) == row.bytes, "\(descriptor.name)")
      }
    }
  }

  struct Defect: Sendable, CustomTestStringConvertible {
    let file: String
    let reason: HDF5Defect
    /// The tensor that the error names.
    var tensor: String? = "a"
    var testDescription: String { file }
  }

  private static let defects: [Defect] = [
    Defect(file: "bad-external-link", reason: .externalLink("a"), tensor: nil),
    Defect(file: "bad-external-data", reason: .externalData),
    Defect(file: "bad-virtual", reason: .externalData),
    Defect(file: "bad-virtual-endless", reason: .externalData),
    Defect(file: "bad-filter-lzf", reason: .unsupportedFilter(id: 32000, name: "lzf")),
    Defect(file: "bad-filter-scaleoffset", reason: .unsupportedFilter(id: 6, name: "scaleoffset")),
    Defect(file: "bad-type-opaque", reason: .unsupportedType("opaque bytes")),
    Defect(file: "bad-type-compound", reason: .unsupportedType("a compound of 8 bytes")),
    Defect(file: "bad-type-reference", reason: .unsupportedType("references")),
    Defect(file: "bad-type-sequence", reason: .unsupportedType("sequences of variable length")),
    Defect(file: "bad-type-enumeration", reason: .unsupportedType("an enumeration of 1 byte")),
    Defect(file: "bad-type-array", reason: .unsupportedType("arrays")),
    Defect(file: "bad-type-float128", reason: .unsupportedType("a floating-point number of 16 bytes")),
    Defect(file: "bad-named-type", reason: .unsupportedType("a named type")),
    Defect(file: "bad-null-dataspace", reason: .nullDataspace),
    Defect(file: "bad-huge-shape", reason: .shapeBeyondFile(byteCount: 1 << 42, fileBytes: 1400)),
    Defect(file: "bad-huge-chunk", reason: .chunkTooLarge(byteCount: 1 << 31)),
    Defect(file: "bad-note-dtype", reason: .dtypeMismatch(note: "qint32")),
    Defect(file: "bad-note-unknown-dtype", reason: .dtypeMismatch(note: "int5")),
    Defect(file: "bad-note-same-name", reason: .duplicateName),
  ]

  /// Files in which another dataset can be read.
  private static let withOthers: Set<String> = ["bad-type-reference", "bad-note-same-name"]

  @Test(
    "each thing that is not a tensor, or leads out of the file, is named; the file is refused if nothing else is in it",
    arguments: defects)
  func refused(defect: Defect) throws {
    let path = Fixture.path("hdf5/\(defect.file).h5")
    let expected = WeightFileError(.hdf5(defect.reason), file: path, tensor: defect.tensor)
    guard Self.withOthers.contains(defect.file) else {
      let error = #expect(throws: WeightFileError.self) { try HDF5File(path: path) }
      #expect(error == expected)
      #expect(error?.category == .badData)
      return
    }
    let file = try HDF5File(path: path)
    #expect(file.problems.map(\.tensor) == ["a"])
    #expect(file.problems.map(\.severity) == [.incomplete])
    #expect(file.problems.first?.error as? WeightFileError == expected)
    #expect(file.descriptors.count == 1)
  }

  @Test("a file whose groups never end is refused")
  func deep() throws {
    let path = Fixture.path("hdf5/bad-deep.h5")
    let error = #expect(throws: WeightFileError.self) { try HDF5File(path: path) }
    #expect(error == WeightFileError(.hdf5(.tooDeep), file: path))
  }

  @Test("what cannot be read costs its own tensor, and the others are read")
  func problems() throws {
    let file = try HDF5File(path: Fixture.path("hdf5/problems.h5"))
    #expect(file.descriptors.map(\.name) == ["bad/broken-chunk", "good/first", "good/second"])
    #expect(
      Set(file.problems.filter { $0.severity == .incomplete }.compactMap(\.tensor))
        == Set(
          [
            "array", "compound", "damaged", "enumeration", "float128", "link", "lzf", "null", "opaque", "reference",
            "sequence",
          ].map { "bad/\($0)" }))
    #expect(file.problems.filter { $0.severity == .note }.map(\.tensor) == ["type"])
    #expect(try file.readAll(file.descriptors[2]) == [0, 0, 1, 0, 2, 0, 3, 0])
    let error = #expect(throws: WeightFileError.self) { try file.readAll(file.descriptors[0]) }
    #expect(error?.tensor == "bad/broken-chunk")
    #expect(try file.readAll(file.descriptors[1]).count == 24)
  }

  @Test("a file cut short gives the library's own words")
  func truncated() throws {
    let error = #expect(throws: WeightFileError.self) { try HDF5File(path: Fixture.path("hdf5/bad-truncated.h5")) }
    guard case .hdf5(.library(let message)) = error?.reason else {
      Issue.record("\(error as Any)")
      return
    }
    #expect(message.contains("truncated"))
  }

  @Test("of a version that the library does not know, the error says that the file may be newer", arguments: [8, 960])
  func newer(offset: Int) throws {
    // The version of the superblock, and of the layout message of 'a'.
    var bytes = try Fixture.bytes("hdf5/small.h5")
    bytes[offset] = 99
    let directory = try TemporaryDirectory()
    let path = try directory.write(bytes, to: "newer.h5")
    // Of the superblock the file depends, of the layout that dataset alone.
    let error: (any Error)?
    do {
      let file = try HDF5File(path: path)
      #expect(file.descriptors.map(\.name) == ["b"])
      error = file.problems.first?.error
    } catch let failure {
      error = failure
    }
    let words = try #require(error as? WeightFileError).description
    #expect(words.contains("version number") && words.contains("newer HDF5"))
  }

  @Test("a file cut at any of many places throws or is read, and never ends the process")
  func cutAnywhere() throws {
    let whole = try Fixture.bytes("hdf5/ordinary.h5")
    let directory = try TemporaryDirectory()
    for end in stride(from: 0, to: whole.count, by: 997) {
      let path = try directory.write(whole.prefix(end), to: "cut.h5")
      #expect(throws: (any Error).self, "cut at \(end)") { try HDF5File(path: path) }
    }
  }

  @Test("too many axes, endless names, handles and zero bytes in metadata have no place in HDF5")
  func refusals() throws {
    let directory = try TemporaryDirectory()
    let writer = try HDF5Writer(path: directory.file("a.h5"))
    func refusal(_ name: String, _ dtype: DType = .int8, rank: Int = 1) throws -> String? {
      let shape = try Shape(Array(repeating: 1, count: rank))
      return writer.refusal(of: TensorDescriptor(name: name, dtype: dtype, shape: shape, byteCount: 1))?.text
    }
    #expect(try refusal("a", rank: 32) == nil)
    #expect(try refusal("a", rank: 33)?.contains("33 dimensions") == true)
    #expect(try refusal(String(repeating: "a", count: 20_000))?.contains("20000 bytes") == true)
    #expect(try refusal("a", .resource)?.contains("resource") == true)
    let error = #expect(throws: WeightFileError.self) { try writer.begin(SinkContents([], metadata: ["a": "\u{0}"])) }
    #expect(error?.category == .cannotCreate)
  }

  private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
