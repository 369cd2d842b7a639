import Bytes
import Foundation
import Tensors
import TestSupport
import Testing

@testable import WeightFiles

extension TensorSource {
  /// Compares every tensor with what the real library reads: names, dtypes, shapes and elements.
  ///
  /// - Parameters:
  ///   - golden: what it reads.
  ///   - throwsForOtherKinds: whether asking for the strings of numbers is an error, as it is in files.
  /// - Throws: what reading throws.
  func expectEqual(to golden: GoldenValues, throwsForOtherKinds: Bool = true) throws {
    #expect(descriptors.map { Array($0.name.utf8) } == golden.tensors.map { Array($0.name.utf8) })
    for row in golden.tensors {
      try expectTensor(
        row.name, row.dtype, row.shape, row.bytes, strings: row.strings, throwsForOtherKinds: throwsForOtherKinds)
    }
  }

  /// Compares a tensor with what the real library reads. Elements come in pieces of any length that was asked for.
  func expectTensor(
    _ name: String, _ dtype: String, _ shape: [Int], _ bytes: Data?, strings: [Data]? = nil,
    throwsForOtherKinds: Bool = true
  ) throws {
    let descriptor = try requireDescriptor(named: name)
    #expect(descriptor.dtype.name == dtype, "\(name)")
    #expect(descriptor.shape.dimensions == shape, "\(name)")
    if let strings {
      #expect(try readStrings(descriptor) == strings.map { [UInt8]($0) }, "\(name)")
      #expect(throws: WeightFileError.self) { try self.readAll(descriptor) }
      return
    }
    for limit in [16, 40, 1 << 20] {
      var found: [UInt8] = []
      var pieceCount = 0
      try read(descriptor, maximumByteCount: limit) { piece in
        #expect(piece.byteCount <= limit)
        found += [UInt8](piece)
        pieceCount += 1
      }
      #expect(pieceCount > 0)
      #expect(found == bytes.map { [UInt8]($0) }, "\(name) in pieces of \(limit)")
    }
    if throwsForOtherKinds { #expect(throws: WeightFileError.self) { try self.readStrings(descriptor) } }
  }
}
