import Foundation
import Tensors
import TestSupport
import Testing

/// The variables of a graph that TensorFlow listed.
struct VariableList {
  let descriptors: [TensorDescriptor]

  init(_ fileName: String) throws {
    let text = String(decoding: try Fixture.bytes("models/\(fileName)"), as: UTF8.self)
    descriptors = try text.split(separator: "\n").map { line in
      let fields = line.split(separator: "\t").map(String.init)
      let dimensions = fields[2] == "scalar" ? [] : fields[2].split(separator: "x").compactMap { Int($0) }
      let dtype = try #require(DType(name: fields[1]))
      return try TensorDescriptor(dtype, fields[0], dimensions)
    }
  }
}

extension TensorDescriptor {
  init(_ dtype: DType, _ name: String, _ dimensions: [Int]) throws {
    let shape = try Shape(dimensions)
    self.init(name: name, dtype: dtype, shape: shape, byteCount: shape.byteCount(of: dtype) ?? 0)
  }
}
